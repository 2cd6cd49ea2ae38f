import { closeSync, readdirSync, readlinkSync } from 'node:fs'
import { MessageChannel, Worker } from 'node:worker_threads'
import type { Samples } from '../../neuron/stimulus.ts'
import type { ThreadSettings } from '../thread/main.ts'
import type { OutputSettings } from '../thread/outputs.ts'
import type { LastEvent, LoopEvent } from '../types.ts'

/** The neuron thread, from its start to its end. */
export interface NeuronWorker {
  /** Resolves when the thread has ended: with the reason if it was not told to. */
  readonly ended: Promise<string | undefined>
  /** The settings of the outputs to be driven, ahead of the command `outputs`. */
  sendOutputs(outputs: readonly OutputSettings[]): void
  /** The samples of a stimulus, moved and not copied, ahead of the command that starts it. */
  sendSamples(samples: Samples): void
  /** End it by force, even if it hangs: its drivers are not released. */
  kill(reason: string): void
}

export type StartWorker = (
  settings: Omit<ThreadSettings, 'samples'>,
  onEvent: (event: LoopEvent) => void,
) => NeuronWorker

/** Start the thread; it opens its drivers and sends `ready`, or `failed`. */
export const startWorker: StartWorker = (settings, onEvent) => {
  // Unmanaged descriptors: drivers close kernel line handles that Node has not opened itself.
  const samples = new MessageChannel()
  const workerData: ThreadSettings = { ...settings, samples: samples.port2 }
  const options = { workerData, transferList: [samples.port2], trackUnmanagedFds: false }
  const worker = new Worker(new URL('../thread/main.js', import.meta.url), options)
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
        if (killed) closeLeakedGpioLines()
        resolve(reason ?? (stopped ? undefined : `its thread ended with code ${code}`))
      })
    }),
    sendOutputs: outputs => worker.postMessage(outputs),
    sendSamples: given => samples.port1.postMessage(given, [given.tMs.buffer, given.iNa.buffer]),
    kill(why) {
      reason ??= why
      killed = true
      void worker.terminate()
    },
  }
}

/** When a neuron thread that crashed is started anew, and when one counts as hanging. Pure. */
export interface RestartPolicy {
  /** Crashes since the start of the program. */
  readonly crashes: number
  /** It crashed after it ran for so long; returns how long to wait before it starts anew, ms. */
  crashed(ranMs: number): number
  /** To be called once a second: true when it has not ticked for too long. */
  isHanging(lastTickMs: number): boolean
}

/** Pauses before a restart, ms: the longer, the more often it has crashed of late. */
const WAIT_MS = [100, 1000, 5000, 15_000, 30_000]
/** A crash after so long a run has nothing to do with the start, ms. */
const LONG_RUN_MS = 60_000
/** Counted in checks, so that a machine that slept is not taken for a thread that hangs. systemd's watchdog comes first. */
export const HANG_TIMEOUT_S = 20

export function createRestartPolicy(): RestartPolicy {
  let crashes = 0
  let recent = 0
  let seenMs = Number.NaN
  let idleChecks = 0
  return {
    get crashes() {
      return crashes
    },
    crashed(ranMs) {
      if (ranMs > LONG_RUN_MS) recent = 0
      const waitMs = WAIT_MS[Math.min(recent, WAIT_MS.length - 1)]!
      crashes++
      recent++
      seenMs = Number.NaN
      return waitMs
    },
    isHanging(lastTickMs) {
      idleChecks = lastTickMs === seenMs ? idleChecks + 1 : 0
      seenMs = lastTickMs
      return idleChecks >= HANG_TIMEOUT_S
    },
  }
}

/**
 * Close the GPIO lines that a thread ended by force has left open: else they would be busy for the next thread.
 * @param folder the process' descriptors, for tests
 */
export function closeLeakedGpioLines(folder = '/proc/self/fd', close: (fd: number) => void = closeSync): void {
  for (const fd of descriptorsIn(folder)) {
    if (/^anon_inode:\[?gpio-?line/.test(targetOf(`${folder}/${fd}`))) close(Number(fd))
  }
}

function descriptorsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function targetOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
