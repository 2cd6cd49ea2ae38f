/** Loads the configuration in a thread of its own, whose memory goes back with it: the daemon keeps no schema library. */
import { hostname } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { DRIVERS } from '../../drivers/registry.ts'
import { ConfigError } from '../config/complaint.ts'
import { loadWithOrigins } from '../config/load.ts'
import type { LoadedApart, LoadRequest } from './load-apart.ts'

const reply = (message: LoadedApart) => parentPort?.postMessage(message)

try {
  const { file, set, env } = workerData as LoadRequest
  const { config, notes } = loadWithOrigins({ file, set, env, drivers: DRIVERS, hostname: hostname() })
  reply({ config, notes })
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  reply({ complaints: error.complaints })
}
