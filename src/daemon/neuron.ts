import { randomInt } from 'node:crypto'
import type { Config } from '../config/schema.ts'
import type { Log } from '../log.ts'
import { monotonicMs, realTimers } from '../loop/clock.ts'
import { openParameters, type Parameters } from '../loop/control/parameters.ts'
import { eventText } from '../loop/event-text.ts'
import { type FiringRate, openFiringMeter } from '../loop/firing-rate.ts'
import { createHealthMonitor, type Faults, type HealthStatus } from '../loop/health.ts'
import { type Host, type HostSettings, openHost, type Ready } from '../loop/host/host.ts'
import type { LoopEvent, Spike } from '../loop/types.ts'
import type { Link } from '../mqtt/link.ts'
import type { LinkEvent, SynapticEvent } from '../mqtt/types.ts'
import { neuronFrom } from '../neuron/params.ts'
import { livingHere, openHanded, outputsFor } from './outputs.ts'
import { createSaveStatus, type SaveStatus } from './save-status.ts'

/** The neuron as it was configured: its thread, its control desk and the meter of its firing. */
export interface Neuron {
  readonly host: Host
  readonly desk: Parameters
  firing(): FiringRate
  /** The parts as they are now: one that was not there at the start may have come. */
  parts(): Pick<Ready, 'input' | 'outputs' | 'scheduling'>
  faults(): Faults
  /** Is all well with it? Changes of it are told as events. */
  verdict(): HealthStatus
  readonly keeping: SaveStatus
  /** Every spike, in order. */
  readonly spikes: Feed<Spike>
  /** Every synaptic event that was taken in, when it was; it arrives at its own time. */
  readonly arrivals: Feed<SynapticEvent>
  /** Rare things: faults, recoveries, changes. */
  readonly events: Feed<LinkEvent>
  /** From now on the link hears of everything; of what was before it, it hears at once. */
  join(link: Link): void
  /** Drive the outputs of this configuration; what was changed, and what only the next start changes. */
  refit(config: Config): { readonly changed: readonly string[]; readonly restart: readonly string[] }
  /** Outputs low; calling it twice does no harm. */
  close(): Promise<void>
}

/** How often the health is looked at, ms. */
const HEALTH_MS = 250

/** Open the drivers and start the neuron; what it opens is added to `opened`. */
export function startNeuron(config: Config, log: Log, opened: (() => Promise<void>)[]): Neuron {
  const params = neuronFrom({ ...config.neuron, seed: config.neuron.seed ?? randomInt(2 ** 32) })
  const meter = openFiringMeter()
  const spikes = createFeed<Spike>()
  const events = createFeed<LinkEvent>()
  spikes.listen(spike => meter.count(spike, host.snapshot().modelMs))
  // The link opens after the neuron: the spikes and the faults of that moment wait for it.
  const early: Spike[] = []
  const earlyEvents: LinkEvent[] = []
  const stopWaiting = [spikes.listen(spike => early.push(spike)), events.listen(event => earlyEvents.push(event))]
  const judge = createHealthMonitor()
  const onEvent = (event: LoopEvent) => {
    judge.onEvent(event)
    const { level, words } = eventText(event)
    log[level](words)
    if (event.type !== 'ready') events.tell(event)
    // It may be back before the next look.
    if (event.type === 'neuronLost') watch.look()
  }
  const { minNa, maxNa } = config.input
  const { speed } = config.loop
  const handed = openHanded(config, log)
  let driven = outputsFor(config, config, handed).outputs
  const host = openHost(hostSettings(config, params, driven), { onSpike: spikes.tell, onEvent }, handed)
  const verdict = () => judge.status(host.healthFigures(), monotonicMs())
  const watch = watchHealth(host, verdict, log, events)
  const close = () => {
    watch.stop()
    return host.close()
  }
  opened.push(close)
  const live = { ...params, minNa, maxNa, speed }
  const desk = openParameters(live, host.send, changed => events.tell({ type: 'paramsChanged', changed }))
  return {
    host,
    close,
    refit(next) {
      const { outputs, restart } = outputsFor(next, config, handed)
      const changed = JSON.stringify(outputs) !== JSON.stringify(driven) ? ['outputs'] : []
      driven = outputs
      if (changed.length > 0) host.setOutputs(outputs)
      return { changed, restart }
    },
    desk,
    verdict,
    firing: () => meter.read(host.snapshot().modelMs),
    parts() {
      const { input, outputs, scheduling } = host.parts()
      return { input, outputs: outputs.map(part => ({ ...part, ...livingHere(part.name, handed) })), scheduling }
    },
    faults: judge.faults,
    keeping: createSaveStatus(events.tell),
    spikes,
    arrivals: createFeed(),
    events,
    join(link) {
      const onEvent = (event: LinkEvent) => {
        if (event.type === 'paramsChanged') link.paramsChanged()
        link.event(event)
      }
      for (const stop of stopWaiting) stop()
      early.splice(0).forEach(link.spike)
      earlyEvents.splice(0).forEach(onEvent)
      spikes.listen(link.spike)
      events.listen(onEvent)
    },
  }
}

/** Tells every change of the verdict, once the neuron has begun. */
function watchHealth(host: Host, verdict: () => HealthStatus, log: Log, events: Feed<LinkEvent>) {
  let told = ''
  const look = () => {
    const { state, why } = verdict()
    const words = why.join('; ')
    if (host.healthFigures().ticks === 0 || state + words === told) return
    if (state !== 'ready') log.warn(`${state}: ${words}`)
    else if (told !== '') log.info('all is well again')
    if (state !== 'ready' || told !== '') events.tell({ type: 'health', state, why })
    told = state + words
  }
  return { look, stop: realTimers.every(HEALTH_MS, look) }
}

function hostSettings(
  config: Config,
  neuron: HostSettings['loop']['neuron'],
  outputs: HostSettings['outputs'],
): HostSettings {
  const { minNa, maxNa, sampleHz, holdMs, fromLevel, toLevel, driver, ...options } = config.input
  const { tickMs, speed } = config.loop
  const loop = { neuron, minNa, maxNa, sampleHz, holdMs, fromLevel, toLevel, tickMs, speed }
  return { loop, scheduling: config.loop, input: { name: 'knob', driver, options }, outputs }
}

/** Tells everybody who listens. */
interface Feed<T> {
  tell(item: T): void
  /** From now on, until the returned function is called. */
  listen(listener: (item: T) => void): () => void
}

function createFeed<T>(): Feed<T> {
  const listeners = new Set<(item: T) => void>()
  return {
    tell(item) {
      for (const listen of listeners) listen(item)
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
