import { Worker } from 'node:worker_threads'
import { type Complaint, ConfigError } from '../../config/messages.ts'
import type { LoadedConfig } from '../../config/resolve.ts'
import type { Live } from '../../config/save.ts'

export interface LoadRequest {
  readonly file: string
  readonly set: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

export type LoadResult = Pick<LoadedConfig, 'config' | 'notes'>

/** What holds, to be written into the file; of it only what has these names. */
export interface SaveRequest {
  readonly file: string
  readonly live: Live
  readonly only: readonly string[]
}

export type WorkerAnswer =
  | LoadResult
  | { readonly kept: readonly string[] }
  | { readonly complaints: readonly Complaint[] }
  | { readonly failure: string }

/**
 * The configuration, loaded in a thread of its own while the caller loads the rest.
 * @throws ConfigError with every complaint at once.
 */
export async function loadInWorker(request: LoadRequest): Promise<LoadResult> {
  const loaded = await askWorker(request)
  if ('config' in loaded) return loaded
  throw errorIn(loaded)
}

/**
 * What holds is written into the configuration file; returns the paths that were changed.
 * @throws Error that says why nothing was written
 */
export async function saveInWorker(request: SaveRequest): Promise<readonly string[]> {
  const done = await askWorker(request)
  if ('kept' in done) return done.kept
  throw errorIn(done)
}

function askWorker(request: LoadRequest | SaveRequest): Promise<WorkerAnswer> {
  const worker = new Worker(new URL('./config-worker.js', import.meta.url), { workerData: request })
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', resolve)
  })
}

function errorIn(answer: WorkerAnswer): Error {
  if ('complaints' in answer) return new ConfigError(answer.complaints)
  return new Error('failure' in answer ? answer.failure : 'the thread that reads the configuration gave no answer')
}
