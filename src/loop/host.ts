import { Worker } from 'node:worker_threads'
import { realTimers, wallClockMoved, wallOriginMs } from './clock.ts'
import { type Command, encodeCommand } from './command.ts'
import { healthReader, snapshotOf, spikeOf } from './readout.ts'
import type { Health, LoopEvent, Snapshot, Spike } from './report.ts'
import { push, take, watchRing } from './ring.ts'
import { buffersOf, createShared, SPIKE_FIELDS } from './shared.ts'
import type { ThreadSettings } from './thread.ts'

/** The main thread's side of the neuron thread. */
export interface Host {
  /** Ask something of the neuron; it wakes at once. False, and nothing done, when 256 requests already wait. */
  send(command: Command): boolean
  snapshot(): Snapshot
  /** A new reader of the health figures; each call tells what came since its last. */
  healthReader(): () => Health
  /** Ends the thread with the outputs low; calling it twice does no harm. */
  close(): Promise<void>
}

export type HostSettings = Omit<ThreadSettings, 'buffers' | 'loop'> & {
  readonly loop: Omit<ThreadSettings['loop'], 'wallOriginMs'>
}

/** Told what the neuron does, in the main thread. */
export interface HostSinks {
  /** Every spike, in order. */
  onSpike(spike: Spike): void
  /** Rare things: the first is `ready` or `failed`. */
  onEvent(event: LoopEvent): void
}

/** How long a stopping thread may take before it is ended by force, ms. */
const STOP_MS = 500
/** How often the system clock is looked at for having been set, ms. */
const WALL_CHECK_MS = 1000

/** Start the neuron in a thread of its own. */
export function openHost(settings: HostSettings, sinks: HostSinks): Host {
  const shared = createShared()
  let originMs = wallOriginMs()
  const loop = { ...settings.loop, wallOriginMs: originMs }
  const workerData: ThreadSettings = {
    ...settings,
    loop,
    buffers: buffersOf(shared),
  }
  // Unmanaged descriptors: drivers close kernel line handles that Node has not opened itself.
  const worker = new Worker(new URL('./thread.js', import.meta.url), {
    workerData,
    trackUnmanagedFds: false,
  })
  const exited = new Promise<void>(resolve => worker.once('exit', () => resolve()))
  let tid = ''
  let fullScaleVolts = Number.NaN
  worker.on('message', (event: LoopEvent) => {
    if (event.type === 'ready') ({ tid, fullScaleVolts } = event)
    sinks.onEvent(event)
  })
  worker.on('error', error => sinks.onEvent({ type: 'failed', message: error.message }))

  const record = new Float64Array(SPIKE_FIELDS)
  const drain = () => {
    while (take(shared.spikes, record)) sinks.onSpike(spikeOf(record))
  }
  const send = (command: Command) => {
    const sent = push(shared.commands, encodeCommand(command))
    Atomics.add(shared.wake, 0, 1)
    Atomics.notify(shared.wake, 0)
    return sent
  }
  const unwatchSpikes = watchRing(shared.spikes, drain)
  const unwatchWall = realTimers.every(WALL_CHECK_MS, () => {
    if (!wallClockMoved(originMs)) return
    originMs = wallOriginMs()
    send({ type: 'wall', originMs })
  })

  const close = async () => {
    unwatchWall()
    send({ type: 'stop' })
    const cancelForce = realTimers.after(STOP_MS, () => void worker.terminate())
    await exited
    cancelForce()
    unwatchSpikes()
    drain()
  }
  let closing: Promise<void> | undefined
  return {
    send,
    snapshot: () => snapshotOf(shared, fullScaleVolts),
    healthReader: () => healthReader(shared, () => tid),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
