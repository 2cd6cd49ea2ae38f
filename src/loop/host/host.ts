import type { Stimulus } from '../../neuron/stimulus.ts'
import { followWallClock, isWorthReporting, realTimers, type Timers, type WallClock } from '../clock.ts'
import type { HealthFigures } from '../health.ts'
import { type Command, encodeCommand } from '../shared/command.ts'
import { driveMainThreadOutputs, type EdgeReceiver, type MainThreadOutput } from '../shared/main-thread-outputs.ts'
import { buffersOf, createShared, resetAfterCrash, type Shared } from '../shared/memory.ts'
import { readGauges } from '../shared/neuron-gauges.ts'
import { isFull, push } from '../shared/ring.ts'
import type { ThreadSettings } from '../thread/main.ts'
import type { OutputSettings } from '../thread/outputs.ts'
import type { Health, LoopEvent, Snapshot, Spike } from '../types.ts'
import { healthFiguresOf, healthReader, openSpikeReader, type SpikeReader, snapshotOf } from './shared-memory-reader.ts'
import { openTrace, type TraceListener } from './trace.ts'
import {
  createRestartPolicy,
  HANG_TIMEOUT_S,
  type NeuronWorker,
  type RestartPolicy,
  type StartWorker,
  startWorker,
} from './worker.ts'

/** The main thread's side of the neuron thread: starts it, sends it commands, and starts it anew when it crashes. */
export interface Host {
  /** Resolves when the drivers are open and the neuron runs; rejected with the reason if they cannot be opened. */
  readonly ready: Promise<Ready>
  /** Resolves when the neuron has ended for good: with the reason if it could not even begin. */
  readonly ended: Promise<string | undefined>
  /** The neuron thread wakes at once. False, and nothing done, when 256 commands already wait. */
  send(command: Command): boolean
  /** Drive these outputs from now on; those that stay as they are go on undisturbed. */
  setOutputs(outputs: readonly OutputSettings[]): void
  /** What is open now. */
  parts(): Ready
  snapshot(): Snapshot
  /** All spikes up to this number have been passed on or are lost. */
  settledSeq(): number
  healthFigures(): HealthFigures
  /** Epoch ms at monotonic 0, as the neuron's spikes are dated. */
  wallOriginMs(): number
  /** A new reader of the health; each call covers the time since its last. */
  healthReader(): () => Health
  /** Called with V and I of every tick and the synaptic events between, in chunks, until the returned function is called. */
  onSamples(listener: TraceListener): () => void
  /** The stimulus of this number, counted as the trace counts them; undefined if it was long ago. */
  stimulus(number: number): Stimulus | undefined
  /** Ends the thread with the outputs low; calling it twice does no harm. */
  close(): Promise<void>
}

export type Ready = Extract<LoopEvent, { type: 'ready' }>

export type HostSettings = Omit<ThreadSettings, 'buffers' | 'samples' | 'loop'> & {
  readonly loop: Omit<ThreadSettings['loop'], 'wallOriginMs'>
}

/** Called in the main thread. */
interface HostListeners {
  /** Every spike, in order. */
  onSpike(spike: Spike): void
  /** Rare events. */
  onEvent(event: LoopEvent): void
}

interface HostContext {
  readonly timers: Timers
  readonly startWorker: StartWorker
}

/** How long a stopping thread may take before it is ended by force, ms: a blocked I2C bus holds it for a second. */
const STOP_MS = 2500
/** How often to check whether the system clock was set, and whether the thread still ticks, ms. */
const CHECK_MS = 1000

/**
 * Commands that hold until another of their kind: a thread that starts anew gets the last of each again. A stimulus and
 * synaptic events end with the thread that got them; a muted or paused neuron stays so.
 */
const LASTING_COMMANDS: ReadonlySet<Command['type']> = new Set([
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

interface HostState extends HostContext {
  readonly settings: HostSettings
  readonly listeners: HostListeners
  readonly shared: Shared
  readonly lastingCommands: Map<Command['type'], Command>
  readonly restartPolicy: RestartPolicy
  readonly wallClock: WallClock
  readonly spikes: SpikeReader
  /** The last ones that the present thread was sent, by their number. */
  readonly stimuli: Map<number, Stimulus>
  /** Stimuli that it was sent. */
  stimulusCount: number
  readonly mainThreadOutputs: EdgeReceiver
  readonly ready: Deferred<Ready>
  readonly ended: Deferred<string | undefined>
  outputs: readonly OutputSettings[]
  /** What is open; undefined before the first thread was ready. */
  parts: Ready | undefined
  /** The thread; undefined while none runs. */
  worker: NeuronWorker | undefined
  /** When the thread was started, monotonic ms. */
  startedMs: number
  cancelRestart: () => void
  closing: Promise<void> | undefined
}

/**
 * Start the neuron in a thread of its own.
 * @param mainThreadOutputs the outputs that are open in the main thread, by their slot; they are closed with the host
 */
export function openHost(
  settings: HostSettings,
  listeners: HostListeners,
  mainThreadOutputs: ReadonlyMap<number, MainThreadOutput> = new Map(),
  context: HostContext = { timers: realTimers, startWorker },
): Host {
  const { timers } = context
  const shared = createShared()
  const host: HostState = {
    ...context,
    settings,
    listeners,
    shared,
    lastingCommands: new Map(),
    restartPolicy: createRestartPolicy(),
    wallClock: followWallClock(),
    spikes: openSpikeReader(shared.spikes, listeners.onSpike),
    stimuli: new Map(),
    stimulusCount: 0,
    mainThreadOutputs: driveMainThreadOutputs(shared.edges, mainThreadOutputs, listeners.onEvent, timers),
    ready: deferred(),
    ended: deferred(),
    outputs: settings.outputs,
    parts: undefined,
    worker: undefined,
    startedMs: 0,
    cancelRestart: () => {},
    closing: undefined,
  }
  const stopChecking = timers.every(CHECK_MS, () => check(host))
  const onExit = () => stopAtExit(host)
  process.once('exit', onExit)
  startThread(host, host.ready.resolve)
  return {
    ready: host.ready.promise,
    ended: host.ended.promise,
    send: command => send(host, command),
    setOutputs: outputs => setOutputs(host, outputs),
    parts: () => host.parts!,
    wallOriginMs: host.wallClock.originMs,
    settledSeq: host.spikes.settledSeq,
    snapshot: () => snapshotOf(shared, host.parts?.fullScaleVolts ?? Number.NaN),
    healthFigures: () => healthFiguresOf(shared),
    healthReader: () => healthReader(shared, () => host.parts?.tid ?? ''),
    onSamples: openTrace(shared, command => send(host, command), timers),
    stimulus: number => host.stimuli.get(number),
    close() {
      stopChecking()
      host.closing ??= close(host).finally(() => process.off('exit', onExit))
      return host.closing
    },
  }
}

function send(host: HostState, command: Command): boolean {
  const { shared, worker, lastingCommands } = host
  // The samples go first: the thread finds them there when it reads the command.
  if (command.type === 'stim' && command.stimulus.samples && !isFull(shared.commands)) {
    worker?.sendSamples(command.stimulus.samples)
  }
  if (worker && !wake(host, command)) return false
  if (worker && command.type === 'stim') keepStimulus(host, command.stimulus)
  const isLasting = LASTING_COMMANDS.has(command.type)
  if (isLasting) lastingCommands.set(command.type, command)
  return isLasting || worker !== undefined
}

/** The trace shows a stimulus within a few ticks of its start. */
const KEPT_STIMULI = 32

function keepStimulus(host: HostState, { samples: _samples, ...stimulus }: Stimulus): void {
  host.stimulusCount++
  host.stimuli.set(host.stimulusCount, stimulus)
  host.stimuli.delete(host.stimulusCount - KEPT_STIMULI)
}

/** Write a command for the thread, and wake it. False when there is no room. */
function wake({ shared }: HostState, command: Command): boolean {
  const sent = push(shared.commands, encodeCommand(command))
  Atomics.add(shared.wake, 0, 1)
  Atomics.notify(shared.wake, 0)
  return sent
}

function setOutputs(host: HostState, outputs: readonly OutputSettings[]): void {
  host.outputs = outputs
  if (!host.worker) return
  host.worker.sendOutputs(outputs)
  wake(host, { type: 'outputs' })
}

function startThread(host: HostState, onReady: (event: Ready) => void): void {
  const { settings, outputs, shared, spikes, wallClock, timers } = host
  host.startedMs = timers.nowMs()
  host.stimuli.clear()
  host.stimulusCount = 0
  const loop = { ...settings.loop, wallOriginMs: wallClock.originMs(), afterSeq: spikes.lastSeq() }
  let isReady = false
  host.worker = host.startWorker({ ...settings, outputs, loop, buffers: buffersOf(shared) }, event => {
    if (event.type === 'ready') host.parts = event
    if (event.type === 'outputsChanged' && host.parts) host.parts = { ...host.parts, outputs: event.outputs }
    host.listeners.onEvent(event)
    // It comes again when a part appears that was missing.
    if (event.type !== 'ready' || isReady) return
    isReady = true
    onReady(event)
  })
  void host.worker.ended.then(reason => onThreadEnded(host, reason))
}

function onThreadEnded(host: HostState, reason: string | undefined): void {
  host.worker = undefined
  host.spikes.drain()
  host.mainThreadOutputs.allLow()
  if (host.closing) return
  if (host.parts) {
    restartAfterCrash(host, reason ?? 'it ended unasked')
    return
  }
  const why = reason ?? 'it ended before it began'
  host.ready.reject(new Error(why))
  host.ended.resolve(why)
}

function restartAfterCrash(host: HostState, cause: string): void {
  const { listeners, restartPolicy, shared, spikes, timers } = host
  const retryMs = restartPolicy.crashed(timers.nowMs() - host.startedMs)
  const { lastTickMs } = readGauges(resetAfterCrash(shared).gauges)
  listeners.onEvent({ type: 'neuronLost', cause, seq: spikes.lastSeq(), retryMs })
  host.cancelRestart = timers.after(retryMs, () => {
    for (const command of host.lastingCommands.values()) wake(host, command)
    // It begins where its parameters of now have it begin, not those that it was started with.
    wake(host, { type: 'reset' })
    startThread(host, () => {
      const gapMs = timers.nowMs() - lastTickMs
      listeners.onEvent({ type: 'neuronBack', cause, seq: spikes.lastSeq(), gapMs, crashes: restartPolicy.crashes })
    })
  })
}

/** Has the system clock been set, and does the thread still tick? */
function check(host: HostState): void {
  const { wallClock, worker, listeners, restartPolicy, shared } = host
  const stepMs = wallClock.check()
  if (worker && stepMs !== 0) wake(host, { type: 'wall', originMs: wallClock.originMs() })
  if (isWorthReporting(stepMs)) listeners.onEvent({ type: 'clockSet', stepMs: Math.round(stepMs) })
  if (worker && host.parts && restartPolicy.isHanging(readGauges(shared.gauges).lastTickMs))
    worker.kill(`it hung for ${HANG_TIMEOUT_S} s`)
}

/** An exception ends the process: the neuron thread, which needs nothing of this one, still lowers its outputs. */
function stopAtExit(host: HostState): void {
  wake(host, { type: 'stop' })
  if (host.worker) Atomics.wait(host.shared.wake, 1, 0, STOP_MS)
  host.mainThreadOutputs.close()
}

async function close(host: HostState): Promise<void> {
  host.cancelRestart()
  wake(host, { type: 'stop' })
  const cancelForce = host.timers.after(STOP_MS, () => host.worker?.kill('it did not stop'))
  await host.worker?.ended
  cancelForce()
  host.mainThreadOutputs.close()
  host.spikes.close()
  host.spikes.drain()
  host.ended.resolve(undefined)
}

/** A promise with its functions; Node 20 does not have Promise.withResolvers. */
interface Deferred<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(reason: Error): void
}

function deferred<T>(): Deferred<T> {
  let resolve = (_value: T) => {}
  let reject = (_reason: Error) => {}
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}
