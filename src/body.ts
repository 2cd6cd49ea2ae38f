import { randomInt } from 'node:crypto'
import { outputDriver } from '../drivers/registry.ts'
import type { Config } from './config/schema.ts'
import type { Log } from './log.ts'
import { monotonicMs } from './loop/clock.ts'
import { type Desk, openDesk } from './loop/desk.ts'
import { type Firing, openFiringMeter } from './loop/firing.ts'
import type { HandedOutput } from './loop/handover.ts'
import { type Host, type HostSettings, openHost } from './loop/host.ts'
import type { LoopEvent, Spike } from './loop/report.ts'
import { wordsOf } from './loop/words.ts'
import type { Link } from './mqtt/link.ts'
import { neuronFrom } from './neuron/params.ts'

/** The neuron as it was configured: its thread, its control desk and the meter of its firing. */
export interface Neuron {
  readonly host: Host
  readonly desk: Desk
  firing(): Firing
  onSpike(listener: (spike: Spike) => void): void
  /** From now on the link hears of everything; what happened before it hears at once. */
  join(link: Link): void
}

/** Open the drivers and start the neuron; what it opens is added to `opened`. */
export function startNeuron(config: Config, log: Log, opened: (() => Promise<void>)[]): Neuron {
  const params = neuronFrom({ ...config.neuron, seed: config.neuron.seed ?? randomInt(2 ** 32) })
  const meter = openFiringMeter()
  const listeners: ((spike: Spike) => void)[] = []
  let link: Link | undefined
  const early: Spike[] = []
  const tellSpike = (spike: Spike) => {
    if (link) link.spike(spike)
    else early.push(spike)
    meter.count(spike, host.snapshot().modelMs)
    for (const listen of listeners) listen(spike)
  }
  const tellEvent = (event: LoopEvent) => {
    const said = wordsOf(event)
    if (said) log[said.level](said.words)
    if (event.type !== 'ready' && event.type !== 'stopped') link?.event(event)
  }
  const { minNa, maxNa } = config.input
  const { speed } = config.loop
  const handed = openHanded(config, log)
  const host = openHost(hostSettings(config, params, handed), { onSpike: tellSpike, onEvent: tellEvent }, handed)
  opened.push(host.close)
  const desk = openDesk({ ...params, minNa, maxNa, speed }, host.send, changed => {
    link?.paramsChanged()
    link?.event({ type: 'paramsChanged', changed })
  })
  return {
    host,
    desk,
    firing: () => meter.read(host.snapshot().modelMs),
    onSpike: listener => listeners.push(listener),
    join(joined) {
      for (const spike of early.splice(0)) joined.spike(spike)
      link = joined
    },
  }
}

/** Outputs whose native modules crash outside of the main thread are opened here; every edge is handed over to them. */
function openHanded(config: Config, log: Log): ReadonlyMap<number, HandedOutput> {
  const context = { nowMs: monotonicMs, warn: (message: string) => log.warn(message) }
  const handed = new Map<number, HandedOutput>()
  config.outputs.forEach(({ name, driver, ...options }, index) => {
    const found = outputDriver(driver)
    if (found.thread === 'main') handed.set(index, { name, output: found.open(options, context) })
  })
  return handed
}

function hostSettings(
  config: Config,
  neuron: HostSettings['loop']['neuron'],
  handed: ReadonlyMap<number, HandedOutput>,
): HostSettings {
  const { minNa, maxNa, sampleHz, holdMs, driver, ...options } = config.input
  const { tickMs, speed } = config.loop
  const outputs = config.outputs.map(({ name, driver, pulseMs, muted, ...options }, index) => {
    const output = handed.get(index)?.output
    const handedOver = output && { description: output.description, mocked: output.mocked }
    return { name, driver, pulseMs, muted, options, ...(handedOver && { handedOver }) }
  })
  const loop = { neuron, minNa, maxNa, sampleHz, holdMs, tickMs, speed }
  return { loop, scheduling: config.loop, input: { name: 'knob', driver, options }, outputs }
}
