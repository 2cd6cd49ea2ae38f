import { randomInt } from 'node:crypto'
import { openOutput } from '../drivers/patience.ts'
import { outputDriver } from '../drivers/registry.ts'
import type { Config } from './config/schema.ts'
import type { Log } from './log.ts'
import { monotonicMs } from './loop/clock.ts'
import { type Desk, openDesk } from './loop/desk.ts'
import { type Faults, openFaultBook } from './loop/faults.ts'
import { createFeed, type Feed } from './loop/feed.ts'
import { type Firing, openFiringMeter } from './loop/firing.ts'
import { type HandedOutput, toldOf } from './loop/handover.ts'
import { type Host, type HostSettings, openHost, type Ready } from './loop/host.ts'
import type { LoopEvent, Spike } from './loop/report.ts'
import { wordsOf } from './loop/words.ts'
import type { Link } from './mqtt/link.ts'
import type { LinkEvent, SynapticEvent } from './mqtt/reports.ts'
import { neuronFrom } from './neuron/params.ts'

/** The neuron as it was configured: its thread, its control desk and the meter of its firing. */
export interface Neuron {
  readonly host: Host
  readonly desk: Desk
  firing(): Firing
  /** The parts as they are now: one that was not there at the start may have come. */
  parts(): Pick<Ready, 'input' | 'outputs'>
  faults(): Faults
  /** Every spike, in order. */
  readonly spikes: Feed<Spike>
  /** Every synaptic event that was taken in, when it was; it arrives at its own time. */
  readonly arrivals: Feed<SynapticEvent>
  /** Rare things: faults, recoveries, changes. */
  readonly events: Feed<LinkEvent>
  /** From now on the link hears of everything; of what was before it, it hears at once. */
  join(link: Link): void
}

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
  const faults = openFaultBook()
  let parts: Pick<Ready, 'input' | 'outputs'>
  const onEvent = (event: LoopEvent) => {
    const said = wordsOf(event)
    if (said) log[said.level](said.words)
    faults.hear(event)
    if (event.type === 'ready') parts = event
    if (event.type !== 'ready' && event.type !== 'stopped') events.tell(event)
  }
  const { minNa, maxNa } = config.input
  const { speed } = config.loop
  const handed = openHanded(config, log)
  const host = openHost(hostSettings(config, params, handed), { onSpike: spikes.tell, onEvent }, handed)
  opened.push(host.close)
  const live = { ...params, minNa, maxNa, speed }
  const livesHere = (index: number) => {
    const output = handed.get(index)?.output
    return output && { description: output.description, mocked: output.mocked }
  }
  const desk = openDesk(live, host.send, changed => events.tell({ type: 'paramsChanged', changed }))
  return {
    host,
    desk,
    firing: () => meter.read(host.snapshot().modelMs),
    parts: () => ({
      input: parts.input,
      outputs: parts.outputs.map((part, index) => ({ ...part, ...livesHere(index) })),
    }),
    faults: faults.now,
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

/** Outputs whose native modules crash outside of the main thread are opened here; every edge is handed over to them. */
function openHanded(config: Config, log: Log): ReadonlyMap<number, HandedOutput> {
  const context = { nowMs: monotonicMs, warn: (message: string) => log.warn(message) }
  const handed = new Map<number, HandedOutput>()
  config.outputs.forEach(({ name, driver, ...options }, index) => {
    const found = outputDriver(driver)
    if (found.thread !== 'main') return
    const onOpened = () => log.info(`${name}: ${handed.get(index)?.output.description}`)
    // pigpio takes over the process's signals: it may come at the start or never.
    const output = driver === 'pigpio' ? found.open(options, context) : openOutput(found, options, context, onOpened)
    handed.set(index, { name, output })
  })
  return handed
}

function hostSettings(
  config: Config,
  neuron: HostSettings['loop']['neuron'],
  handed: ReadonlyMap<number, HandedOutput>,
): HostSettings {
  const { minNa, maxNa, sampleHz, holdMs, fromLevel, toLevel, driver, ...options } = config.input
  const { tickMs, speed } = config.loop
  const outputs = config.outputs.map(({ name, driver, pulseMs, muted, follows, ...options }, index) => {
    const output = handed.get(index)?.output
    const handedOver = output && toldOf(output)
    return { name, driver, pulseMs, muted, follows, options, ...(handedOver && { handedOver }) }
  })
  const loop = { neuron, minNa, maxNa, sampleHz, holdMs, fromLevel, toLevel, tickMs, speed }
  return { loop, scheduling: config.loop, input: { name: 'knob', driver, options }, outputs }
}
