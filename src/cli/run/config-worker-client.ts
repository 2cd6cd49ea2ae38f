/** Loads and saves the configuration in a worker, so that the main thread does other work meanwhile. */
import { Worker } from 'node:worker_threads'
import { type ConfigComplaint, ConfigError } from '../../config/messages.ts'
import type { LoadedConfig } from '../../config/resolve.ts'
import type { LiveValues } from '../../config/yaml-edits.ts'
import type { Env } from '../console.ts'

export interface LoadRequest {
  readonly file: string
  readonly set: readonly string[]
  readonly env: Env
}

export type LoadResult = Pick<LoadedConfig, 'config' | 'notes'>

/** The values that hold now, and the names of those that are to be written into the file. */
export interface SaveRequest {
  readonly file: string
  readonly live: LiveValues
  readonly only: readonly string[]
}

export type WorkerAnswer =
  | LoadResult
  | { readonly saved: readonly string[] }
  | { readonly complaints: readonly ConfigComplaint[] }
  | { readonly failure: string }

/** @throws ConfigError with every complaint at once. */
export async function loadInWorker(request: LoadRequest): Promise<LoadResult> {
  const answer = await askWorker(request)
  if ('config' in answer) return answer
  throw errorIn(answer)
}

/**
 * Writes the values into the configuration file; returns the paths that were changed.
 * @throws Error that says why nothing was written
 */
export async function saveInWorker(request: SaveRequest): Promise<readonly string[]> {
  const answer = await askWorker(request)
  if ('saved' in answer) return answer.saved
  throw errorIn(answer)
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
