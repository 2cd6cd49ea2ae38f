import { followWallClock, isWorthReporting, realTimers, type Timers } from '../clock.ts'
import type { HealthFigures } from '../health.ts'
import { type Command, encodeCommand } from '../shared/command.ts'
import { driveMainThreadOutputs, type MainThreadOutput } from '../shared/main-thread-outputs.ts'
import { buffersOf, createShared, resetAfterCrash } from '../shared/memory.ts'
import { readGauges } from '../shared/neuron-gauges.ts'
import { isFull, push } from '../shared/ring.ts'
import type { ThreadSettings } from '../thread/main.ts'
import type { OutputSettings } from '../thread/outputs.ts'
import type { Health, LoopEvent, Snapshot, Spike } from '../types.ts'
import { healthFiguresOf, healthReader, openSpikeReader, snapshotOf } from './shared-memory-reader.ts'
import { openTrace, type TraceListener } from './trace.ts'
import { createRestartPolicy, HANG_TIMEOUT_S, type NeuronWorker, type StartWorker, startWorker } from './worker.ts'

/** The main thread's side of the neuron thread, which it starts anew when it crashes. */
export interface Host {
  /** When the drivers are open and the neuron lives; rejected with the reason if they cannot be opened. */
  readonly ready: Promise<Ready>
  /** When the neuron has ended for good: with why, if it could not even begin. */
  readonly ended: Promise<string | undefined>
  /** Ask something of the neuron; it wakes at once. False, and nothing done, when 256 requests already wait. */
  send(command: Command): boolean
  /** Drive these outputs from now on; those that stay as they are go on undisturbed. */
  setOutputs(outputs: readonly OutputSettings[]): void
  /** What is open now. */
  parts(): Ready
  snapshot(): Snapshot
  healthFigures(): HealthFigures
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
export interface HostListeners {
  /** Every spike, in order. */
  onSpike(spike: Spike): void
  /** Rare things. */
  onEvent(event: LoopEvent): void
}

export interface HostContext {
  readonly timers: Timers
  readonly startWorker: StartWorker
}

/** How long a stopping thread may take before it is ended by force, ms: a blocked I2C bus holds it for a second. */
const STOP_MS = 2500
/** How often it is looked whether the system clock was set, and whether the thread still ticks, ms. */
const LOOK_MS = 1000
/**
 * Start the neuron in a thread of its own.
 * @param handed the outputs that live in the main thread, by their slot; they are closed with the host
 */
export function openHost(
  settings: HostSettings,
  sinks: HostListeners,
  handed: ReadonlyMap<number, MainThreadOutput> = new Map(),
  { timers, startWorker: start }: HostContext = { timers: realTimers, startWorker: startWorker },
): Host {
  const shared = createShared()
  const standing = createReplayedCommands()
  const revival = createRestartPolicy()
  let { outputs } = settings
  const wall = followWallClock()
  let parts: Ready | undefined
  let life: NeuronWorker | undefined
  let startedMs = 0
  let closing: Promise<void> | undefined
  let cancelRestart = () => {}
  const ready = deferred<Ready>()
  const ended = deferred<string | undefined>()

  function wake(command: Command): boolean {
    const sent = push(shared.commands, encodeCommand(command))
    Atomics.add(shared.wake, 0, 1)
    Atomics.notify(shared.wake, 0)
    return sent
  }

  function send(command: Command): boolean {
    // The samples go first: whoever reads the command finds them there.
    if (command.type === 'stim' && command.stimulus.samples && !isFull(shared.commands)) {
      life?.sendSamples(command.stimulus.samples)
    }
    const sent = life !== undefined && wake(command)
    if (life !== undefined && !sent) return false
    return standing.note(command) || sent
  }

  function live(onReady: (event: Ready) => void): void {
    startedMs = timers.nowMs()
    let begins = true
    const loop = { ...settings.loop, wallOriginMs: wall.originMs(), afterSeq: delivery.lastSeq() }
    const begun = start({ ...settings, outputs, loop, buffers: buffersOf(shared) }, event => {
      if (event.type === 'ready') parts = event
      if (event.type === 'outputsChanged' && parts) parts = { ...parts, outputs: event.outputs }
      sinks.onEvent(event)
      // It is told again when a part comes that was not there.
      if (event.type === 'ready' && begins) onReady(event)
      if (event.type === 'ready') begins = false
    })
    life = begun
    void begun.ended.then(reason => {
      life = undefined
      delivery.drain()
      served.allLow()
      if (closing) return
      if (parts) return crashed(reason ?? 'it ended unasked')
      const why = reason ?? 'it ended before it began'
      ready.fail(new Error(why))
      ended.keep(why)
    })
  }

  function crashed(cause: string): void {
    const retryMs = revival.crashed(timers.nowMs() - startedMs)
    const { lastTickMs } = readGauges(resetAfterCrash(shared).gauges)
    sinks.onEvent({ type: 'neuronLost', cause, seq: delivery.lastSeq(), retryMs })
    cancelRestart = timers.after(retryMs, () => {
      for (const command of standing.commands()) wake(command)
      // It begins where its parameters of now have it begin, not those that it was started with.
      wake({ type: 'reset' })
      live(() => {
        const gapMs = timers.nowMs() - lastTickMs
        sinks.onEvent({ type: 'neuronBack', cause, seq: delivery.lastSeq(), gapMs, crashes: revival.crashes })
      })
    })
  }

  function look(): void {
    const stepMs = wall.check()
    if (life && stepMs !== 0) wake({ type: 'wall', originMs: wall.originMs() })
    if (isWorthReporting(stepMs)) sinks.onEvent({ type: 'clockSet', stepMs: Math.round(stepMs) })
    if (life && parts && revival.isHanging(readGauges(shared.gauges).lastTickMs))
      life.kill(`it hung for ${HANG_TIMEOUT_S} s`)
  }

  // An exception ends the process: the neuron thread, which needs nothing of this one, still lowers its outputs.
  const lastMoment = () => {
    wake({ type: 'stop' })
    if (life) Atomics.wait(shared.wake, 1, 0, STOP_MS)
    served.close()
  }

  async function close(): Promise<void> {
    stopLooking()
    cancelRestart()
    wake({ type: 'stop' })
    const cancelForce = timers.after(STOP_MS, () => life?.kill('it did not stop'))
    await life?.ended
    process.off('exit', lastMoment)
    cancelForce()
    served.close()
    delivery.close()
    delivery.drain()
    ended.keep(undefined)
  }

  const delivery = openSpikeReader(shared.spikes, sinks.onSpike)
  const served = driveMainThreadOutputs(shared.edges, handed, sinks.onEvent, timers)
  const stopLooking = timers.every(LOOK_MS, look)
  process.once('exit', lastMoment)
  live(ready.keep)
  return {
    ready: ready.promise,
    ended: ended.promise,
    send,
    setOutputs(wanted) {
      outputs = wanted
      life?.sendOutputs(wanted)
      if (life) wake({ type: 'outputs' })
    },
    parts: () => parts!,
    wallOriginMs: wall.originMs,
    snapshot: () => snapshotOf(shared, parts?.fullScaleVolts ?? Number.NaN),
    healthFigures: () => healthFiguresOf(shared),
    healthReader: () => healthReader(shared, () => parts?.tid ?? ''),
    onSamples: openTrace(shared, send, timers),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

/** A promise that is kept or broken from outside; Node 20 does not have Promise.withResolvers. */
interface Deferred<T> {
  readonly promise: Promise<T>
  keep(value: T): void
  fail(reason: Error): void
}

function deferred<T>(): Deferred<T> {
  let keep = (_value: T) => {}
  let fail = (_reason: Error) => {}
  const promise = new Promise<T>((resolve, reject) => {
    keep = resolve
    fail = reject
  })
  return { promise, keep, fail }
}

/** What was asked for and still holds: all that a neuron thread must be told that starts anew. Pure. */
interface ReplayedCommands {
  /** True if this command is one that holds until another of its kind comes. */
  note(command: Command): boolean
  commands(): readonly Command[]
}

// A stimulus ends with the neuron that felt it, and so do synaptic events; a muted or paused one stays so.
const KINDS: ReadonlySet<Command['type']> = new Set([
  'neuron',
  'range',
  'knob',
  'turn',
  'take',
  'run',
  'mute',
  'trace',
  'speed',
])

function createReplayedCommands(): ReplayedCommands {
  const last = new Map<Command['type'], Command>()
  return {
    note(command) {
      if (!KINDS.has(command.type)) return false
      last.set(command.type, command)
      return true
    },
    commands: () => [...last.values()],
  }
}
