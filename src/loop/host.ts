import { MessageChannel, Worker } from 'node:worker_threads'
import { realTimers, wallClockMoved, wallOriginMs } from './clock.ts'
import { type Command, encodeCommand } from './command.ts'
import { type HandedOutput, serveOrders } from './handover.ts'
import { healthReader, snapshotOf, spikeOf } from './readout.ts'
import type { Health, LoopEvent, Snapshot, Spike } from './report.ts'
import { isFull, push, take, watchRing } from './ring.ts'
import { buffersOf, createShared, SPIKE_FIELDS } from './shared.ts'
import type { ThreadSettings } from './thread.ts'
import { openTrace, type TraceListener } from './trace.ts'

/** The main thread's side of the neuron thread. */
export interface Host {
  /** When the drivers are open and the neuron lives; rejected with the reason if they cannot be opened. */
  readonly ready: Promise<Ready>
  /** When the thread has ended: with why, if nobody asked for it. */
  readonly ended: Promise<string | undefined>
  /** Ask something of the neuron; it wakes at once. False, and nothing done, when 256 requests already wait. */
  send(command: Command): boolean
  snapshot(): Snapshot
  /** Epoch ms at monotonic 0, as the neuron's spikes are dated. */
  wallOriginMs(): number
  /** A new reader of the health figures; each call tells what came since its last. */
  healthReader(): () => Health
  /** Told V and I of every tick and the synaptic events between, in chunks, until the returned function is called. */
  onSamples(listener: TraceListener): () => void
  /** Ends the thread with the outputs low; calling it twice does no harm. */
  close(): Promise<void>
}

export type Ready = Extract<LoopEvent, { type: 'ready' }>

export type HostSettings = Omit<ThreadSettings, 'buffers' | 'samples' | 'loop'> & {
  readonly loop: Omit<ThreadSettings['loop'], 'wallOriginMs'>
}

/** Told what the neuron does, in the main thread. */
export interface HostSinks {
  /** Every spike, in order. */
  onSpike(spike: Spike): void
  /** Rare things. */
  onEvent(event: LoopEvent): void
}

/** How long a stopping thread may take before it is ended by force, ms: a blocked I2C bus holds it for a second. */
const STOP_MS = 2500
/** How often the system clock is looked at for having been set, ms. */
const WALL_CHECK_MS = 1000

/**
 * Start the neuron in a thread of its own.
 * @param handed the outputs that live in the main thread, by their index; they are closed with the host
 */
export function openHost(
  settings: HostSettings,
  sinks: HostSinks,
  handed: ReadonlyMap<number, HandedOutput> = new Map(),
): Host {
  const shared = createShared()
  const samples = new MessageChannel()
  let originMs = wallOriginMs()
  const loop = { ...settings.loop, wallOriginMs: originMs }
  const workerData: ThreadSettings = {
    ...settings,
    loop,
    buffers: buffersOf(shared),
    samples: samples.port2,
  }
  // Unmanaged descriptors: drivers close kernel line handles that Node has not opened itself.
  const worker = new Worker(new URL('./thread.js', import.meta.url), {
    workerData,
    transferList: [samples.port2],
    trackUnmanagedFds: false,
  })
  let tid = ''
  let fullScaleVolts = Number.NaN
  let failure: string | undefined
  const exited = new Promise<void>(resolve => worker.once('exit', () => resolve()))
  const ready = new Promise<Ready>((resolve, reject) => {
    const fail = (message: string) => {
      failure = message
      reject(new Error(message))
    }
    worker.on('message', (event: LoopEvent) => {
      if (event.type === 'failed') return fail(event.message)
      sinks.onEvent(event)
      if (event.type !== 'ready') return
      tid = event.tid
      fullScaleVolts = event.fullScaleVolts
      resolve(event)
    })
    worker.on('error', error => fail(error.message))
  })

  const record = new Float64Array(SPIKE_FIELDS)
  const drain = () => {
    while (take(shared.spikes, record)) sinks.onSpike(spikeOf(record))
  }
  const send = (command: Command) => {
    // The samples go first: whoever reads the command finds them there.
    if (command.type === 'stim' && command.stimulus.samples && !isFull(shared.commands)) {
      const { tMs, iNa } = command.stimulus.samples
      samples.port1.postMessage(command.stimulus.samples, [tMs.buffer, iNa.buffer])
    }
    const sent = push(shared.commands, encodeCommand(command))
    Atomics.add(shared.wake, 0, 1)
    Atomics.notify(shared.wake, 0)
    return sent
  }
  const unserve = serveOrders(shared.orders, handed, sinks.onEvent, realTimers)
  const unwatchSpikes = watchRing(shared.spikes, drain)
  const unwatchWall = realTimers.every(WALL_CHECK_MS, () => {
    if (!wallClockMoved(originMs)) return
    originMs = wallOriginMs()
    send({ type: 'wall', originMs })
  })

  // An exception ends the process: the neuron thread, which needs nothing of this one, still lowers its outputs.
  const lastMoment = () => {
    send({ type: 'stop' })
    Atomics.wait(shared.wake, 1, 0, STOP_MS)
    unserve()
  }
  process.once('exit', lastMoment)

  const close = async () => {
    unwatchWall()
    send({ type: 'stop' })
    const cancelForce = realTimers.after(STOP_MS, () => void worker.terminate())
    await exited
    process.off('exit', lastMoment)
    cancelForce()
    unserve()
    unwatchSpikes()
    drain()
  }
  let closing: Promise<void> | undefined
  return {
    ready,
    ended: exited.then(() => failure),
    send,
    wallOriginMs: () => originMs,
    snapshot: () => snapshotOf(shared, fullScaleVolts),
    healthReader: () => healthReader(shared, () => tid),
    onSamples: openTrace(shared, send),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
