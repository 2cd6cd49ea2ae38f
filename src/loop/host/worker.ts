import { MessageChannel, Worker } from 'node:worker_threads'
import { closeLeftLines } from '../leftovers.ts'
import type { Samples } from '../stimulus.ts'
import type { OutputSettings, ThreadSettings } from '../thread.ts'
import type { LastEvent, LoopEvent } from '../types.ts'

/** One run of the neuron thread, from its start to its end. */
export interface Life {
  /** When the thread has ended: with why, if it was not told to. */
  readonly ended: Promise<string | undefined>
  /** Hand over what no number can say: the outputs that are wanted now. */
  tell(outputs: readonly OutputSettings[]): void
  /** Hand over, not copied, the samples of the stimulus that is asked for next. */
  giveSamples(samples: Samples): void
  /** End it by force, wherever it hangs: its drivers are not released. */
  kill(reason: string): void
}

export type StartLife = (settings: Omit<ThreadSettings, 'samples'>, onEvent: (event: LoopEvent) => void) => Life

/** Start the thread; it opens its drivers and tells `ready`, or `failed`. */
export const startLife: StartLife = (settings, onEvent) => {
  // Unmanaged descriptors: drivers close kernel line handles that Node has not opened itself.
  const samples = new MessageChannel()
  const workerData: ThreadSettings = { ...settings, samples: samples.port2 }
  const options = { workerData, transferList: [samples.port2], trackUnmanagedFds: false }
  const worker = new Worker(new URL('../thread.js', import.meta.url), options)
  let reason: string | undefined
  let stopped = false
  let killed = false
  worker.on('message', (event: LoopEvent | LastEvent) => {
    if (event.type === 'failed') reason ??= event.message
    else if (event.type === 'stopped') stopped = true
    else onEvent(event)
  })
  worker.on('error', error => {
    reason ??= error.message
  })
  return {
    ended: new Promise(resolve => {
      worker.once('exit', code => {
        if (killed) closeLeftLines()
        resolve(reason ?? (stopped ? undefined : `its thread ended with code ${code}`))
      })
    }),
    tell: outputs => worker.postMessage(outputs),
    giveSamples: given => samples.port1.postMessage(given, [given.tMs.buffer, given.iNa.buffer]),
    kill(why) {
      reason ??= why
      killed = true
      void worker.terminate()
    },
  }
}
