/** Loads and keeps the configuration in a thread of its own, whose memory goes back with it: the daemon keeps no schema library. */
import { hostname } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { DRIVERS } from '../../../drivers/registry.ts'
import { replaceFile } from '../../config/files.ts'
import { loadConfig, loadWithOrigins, readConfigText } from '../../config/load.ts'
import { ConfigError } from '../../config/messages.ts'
import { yamlWithLiveValues } from '../../config/save.ts'
import type { Apart, KeepRequest, LoadRequest } from './config-loader.ts'

function answer(request: LoadRequest | KeepRequest): Apart {
  const machine = { drivers: DRIVERS, hostname: hostname() }
  if (!('live' in request)) {
    const { config, notes } = loadWithOrigins({ ...request, ...machine })
    return { config, notes }
  }
  const { file, live, only } = request
  const alone = (text: string) => loadConfig({ file, env: {}, set: [], ...machine, readFile: () => text })
  const { text, changes } = yamlWithLiveValues(readConfigText(file), live, only, alone)
  if (changes.length > 0) replaceFile(file, text)
  return { kept: changes.map(({ path }) => path) }
}

try {
  parentPort?.postMessage(answer(workerData as LoadRequest | KeepRequest))
} catch (error) {
  const { message } = error as Error
  parentPort?.postMessage(error instanceof ConfigError ? { complaints: error.complaints } : { failure: message })
}
