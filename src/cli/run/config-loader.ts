import { Worker } from 'node:worker_threads'
import { type ConfigComplaint, ConfigError } from '../../config/messages.ts'
import type { LoadedConfig } from '../../config/resolve.ts'
import type { LiveValues } from '../../config/save.ts'

export interface LoadRequest {
  readonly file: string
  readonly set: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

export type Loaded = Pick<LoadedConfig, 'config' | 'notes'>

/** What holds, to be written into the file; of it only what has these names. */
export interface KeepRequest {
  readonly file: string
  readonly live: LiveValues
  readonly only: readonly string[]
}

export type Apart =
  | Loaded
  | { readonly kept: readonly string[] }
  | { readonly complaints: readonly ConfigComplaint[] }
  | { readonly failure: string }

/**
 * The configuration, loaded in a thread of its own while the caller loads the rest.
 * @throws ConfigError with every complaint at once.
 */
export async function loadApart(request: LoadRequest): Promise<Loaded> {
  const loaded = await apart(request)
  if ('config' in loaded) return loaded
  throw errorIn(loaded)
}

/**
 * What holds is written into the configuration file; returns the paths that were changed.
 * @throws Error that says why nothing was written
 */
export async function keepApart(request: KeepRequest): Promise<readonly string[]> {
  const done = await apart(request)
  if ('kept' in done) return done.kept
  throw errorIn(done)
}

function apart(request: LoadRequest | KeepRequest): Promise<Apart> {
  const worker = new Worker(new URL('./config-worker.js', import.meta.url), { workerData: request })
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', resolve)
  })
}

function errorIn(answer: Apart): Error {
  if ('complaints' in answer) return new ConfigError(answer.complaints)
  return new Error('failure' in answer ? answer.failure : 'the thread that reads the configuration gave no answer')
}
