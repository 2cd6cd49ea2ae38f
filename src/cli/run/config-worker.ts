/** Entry of the worker that loads and saves the configuration. Its memory is freed with it, schema library and all. */
import { hostname } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { DRIVERS } from '../../../drivers/registry.ts'
import { loadConfig, loadWithOrigins, readConfigText } from '../../config/load.ts'
import { ConfigError } from '../../config/messages.ts'
import { replaceFile } from '../../config/read-and-replace-file.ts'
import { yamlWithLiveValues } from '../../config/yaml-edits.ts'
import type { LoadRequest, SaveRequest, WorkerAnswer } from './config-worker-client.ts'

try {
  parentPort?.postMessage(answerTo(workerData as LoadRequest | SaveRequest))
} catch (error) {
  const { message } = error as Error
  parentPort?.postMessage(error instanceof ConfigError ? { complaints: error.complaints } : { failure: message })
}

function answerTo(request: LoadRequest | SaveRequest): WorkerAnswer {
  const machine = { drivers: DRIVERS, hostname: hostname() }
  if (!('live' in request)) {
    const { config, notes } = loadWithOrigins({ ...request, ...machine })
    return { config, notes }
  }
  const { file, live, only } = request
  const load = (text: string) => loadConfig({ file, env: {}, set: [], ...machine, readFile: () => text })
  const { text, changes } = yamlWithLiveValues(readConfigText(file), live, only, load)
  if (changes.length > 0) replaceFile(file, text)
  return { saved: changes.map(({ path }) => path) }
}
