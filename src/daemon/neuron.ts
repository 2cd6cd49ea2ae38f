import { randomInt } from 'node:crypto'
import type { Config } from '../config/schema.ts'
import type { Log } from '../log.ts'
import { monotonicMs, realTimers } from '../loop/clock.ts'
import { openParameterStore, type ParameterStore } from '../loop/control/parameter-store.ts'
import { eventText } from '../loop/event-text.ts'
import { type FiringRate, openFiringMeter } from '../loop/firing-rate.ts'
import { createHealthMonitor, type Faults, type HealthStatus } from '../loop/health.ts'
import { type Host, type HostSettings, openHost, type Ready } from '../loop/host/host.ts'
import type { LoopEvent, Spike } from '../loop/types.ts'
import type { Link } from '../mqtt/link.ts'
import type { LinkEvent, SynapticEvent } from '../mqtt/types.ts'
import { neuronFrom } from '../neuron/params.ts'
import { type GuardedNeuron, guardNeuron } from './guarded-neuron.ts'
import { mainThreadOutput, openMainThreadOutputs, outputsFor } from './open-main-thread-outputs.ts'
import { createSaveStatus, type SaveStatus } from './save-status.ts'

/** The neuron in its thread, with its parameters, health, firing rate and outputs. */
export interface RunningNeuron {
  readonly host: Host
  /** As they are. All others than the lesson, and what starts and reloads it, use `guarded`. */
  readonly parameters: ParameterStore
  readonly guarded: GuardedNeuron
  firing(): FiringRate
  /** The parts as they are now: one that was missing at the start may have been opened since. */
  parts(): Pick<Ready, 'input' | 'outputs' | 'scheduling'>
  faults(): Faults
  /** Its changes are emitted as events. */
  healthStatus(): HealthStatus
  readonly saveStatus: SaveStatus
  /** Every spike, in order. */
  readonly spikes: Emitter<Spike>
  /** Every synaptic event that was accepted, at once; `atMs` says when it takes effect. */
  readonly arrivals: Emitter<SynapticEvent>
  /** Rare events: faults, recoveries, changes. */
  readonly events: Emitter<LinkEvent>
  /** Send all spikes and events to the link: those since the start at once, later ones as they come. */
  connect(link: Link): void
  /** Drive these outputs from now on. Returns what changed, and what only the next start changes. */
  setOutputs(outputs: Config['outputs']): { readonly changed: readonly string[]; readonly restart: readonly string[] }
  /** Outputs low; calling it twice does no harm. */
  close(): Promise<void>
}

type NeuronConfig = Pick<Config, 'neuron' | 'input' | 'outputs' | 'loop'>

/** How often the health is checked, ms. */
const HEALTH_MS = 250

/** Open the drivers and start the neuron; what must be closed is added to `opened`. */
export function startNeuron(config: NeuronConfig, log: Log, opened: (() => Promise<void>)[]): RunningNeuron {
  const neuron = neuronFrom({ ...config.neuron, seed: config.neuron.seed ?? randomInt(2 ** 32) })
  const spikes = createEmitter<Spike>()
  const events = createEmitter<LinkEvent>()
  const connect = holdUntilConnected(spikes, events)
  const meter = openFiringMeter()
  spikes.on(spike => meter.count(spike, host.snapshot().modelMs))
  const monitor = createHealthMonitor()
  const onEvent = (event: LoopEvent) => {
    monitor.onEvent(event)
    const { level, words } = eventText(event)
    log[level](words)
    if (event.type !== 'ready') events.emit(event)
    // The neuron may be back before the next periodic check.
    if (event.type === 'neuronLost') watch.check()
  }
  const mainThread = openMainThreadOutputs(config.outputs, log)
  let { outputs } = outputsFor(config.outputs, config.outputs, mainThread)
  const host = openHost(hostSettings(config, neuron, outputs), { onSpike: spikes.emit, onEvent }, mainThread)
  const healthStatus = () => monitor.status(host.healthFigures(), monotonicMs())
  const watch = watchHealth(host, healthStatus, log, events)
  const close = () => {
    watch.stop()
    return host.close()
  }
  opened.push(close)
  const { minNa, maxNa } = config.input
  const live = { ...neuron, minNa, maxNa, speed: config.loop.speed }
  const parameters = openParameterStore(live, host.send, changed => {
    if (changed.length > 0) meter.changed()
    events.emit({ type: 'paramsChanged', changed: guarded.toldChanges(changed) })
  })
  const guarded = guardNeuron(parameters, host)
  return {
    ...{ host, close, parameters, guarded },
    healthStatus,
    firing: () => meter.read(host.snapshot()),
    parts() {
      const { input, outputs, scheduling } = host.parts()
      return {
        input,
        outputs: outputs.map(part => ({ ...part, ...mainThreadOutput(part.name, mainThread) })),
        scheduling,
      }
    },
    setOutputs(configured) {
      const next = outputsFor(configured, config.outputs, mainThread)
      const changed = JSON.stringify(next.outputs) !== JSON.stringify(outputs) ? ['outputs'] : []
      outputs = next.outputs
      if (changed.length > 0) host.setOutputs(outputs)
      return { changed, restart: next.restart }
    },
    faults: monitor.faults,
    saveStatus: createSaveStatus(events.emit),
    spikes,
    arrivals: createEmitter(),
    events,
    connect,
  }
}

/** The link opens after the neuron: the spikes and events until then are held, and sent when it is connected. */
function holdUntilConnected(spikes: Emitter<Spike>, events: Emitter<LinkEvent>): RunningNeuron['connect'] {
  const earlySpikes: Spike[] = []
  const earlyEvents: LinkEvent[] = []
  const stopSpikes = spikes.on(spike => earlySpikes.push(spike))
  const stopEvents = events.on(event => earlyEvents.push(event))
  return link => {
    const onEvent = (event: LinkEvent) => {
      if (event.type === 'paramsChanged') link.paramsChanged()
      link.event(event)
    }
    stopSpikes()
    stopEvents()
    earlySpikes.splice(0).forEach(link.spike)
    earlyEvents.splice(0).forEach(onEvent)
    spikes.on(link.spike)
    events.on(onEvent)
  }
}

/** Logs and emits every change of the health status, from the first tick on. */
function watchHealth(host: Host, healthStatus: () => HealthStatus, log: Log, events: Emitter<LinkEvent>) {
  let last = ''
  const check = () => {
    const { state, why } = healthStatus()
    const reasons = why.join('; ')
    if (host.healthFigures().ticks === 0 || state + reasons === last) return
    if (state !== 'ready') log.warn(`${state}: ${reasons}`)
    else if (last !== '') log.info('all is well again')
    if (state !== 'ready' || last !== '') events.emit({ type: 'health', state, why })
    last = state + reasons
  }
  return { check, stop: realTimers.every(HEALTH_MS, check) }
}

function hostSettings(
  { input, loop }: Pick<Config, 'input' | 'loop'>,
  neuron: HostSettings['loop']['neuron'],
  outputs: HostSettings['outputs'],
): HostSettings {
  const { minNa, maxNa, sampleHz, holdMs, fromLevel, toLevel, driver, ...options } = input
  const { tickMs, speed } = loop
  return {
    loop: { neuron, minNa, maxNa, sampleHz, holdMs, fromLevel, toLevel, tickMs, speed },
    scheduling: loop,
    input: { name: 'knob', driver, options },
    outputs,
  }
}

interface Emitter<T> {
  emit(item: T): void
  /** Calls `listener` for every item until the returned function is called. */
  on(listener: (item: T) => void): () => void
}

function createEmitter<T>(): Emitter<T> {
  const listeners = new Set<(item: T) => void>()
  return {
    emit(item) {
      for (const listener of listeners) listener(item)
    },
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
