import { Worker } from 'node:worker_threads'
import { type Complaint, ConfigError } from '../config/complaint.ts'
import type { LoadedConfig } from '../config/resolve.ts'

export interface LoadRequest {
  readonly file: string
  readonly set: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

export type Loaded = Pick<LoadedConfig, 'config' | 'notes'>
export type LoadedApart = Loaded | { readonly complaints: readonly Complaint[] }

/**
 * The configuration, loaded in a thread of its own while the caller loads the rest.
 * @throws ConfigError with every complaint at once.
 */
export function loadApart(request: LoadRequest): Promise<Loaded> {
  const worker = new Worker(new URL('./config-thread.js', import.meta.url), { workerData: request })
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (loaded: LoadedApart) => {
      if ('config' in loaded) resolve(loaded)
      else reject(new ConfigError(loaded.complaints))
    })
  })
}
