/** The running neuron in the shapes that the MQTT link and the dashboard ask for. */

import { randomBytes } from 'node:crypto'
import type { Config } from '../config/schema.ts'
import { epochUs, openDelayMeter } from '../loop/clock.ts'
import { LIVE_FIELDS } from '../loop/control/live-params.ts'
import type { Host } from '../loop/host/host.ts'
import type { Link } from '../mqtt/link.ts'
import { SYNAPSE_FIELDS, type Synapse } from '../mqtt/link-and-synapse-options.ts'
import type { ClockReport, HealthReport, LinkNeuron, Peers } from '../mqtt/types.ts'
import type { WebSources } from '../web/data-sources.ts'
import type { Lessons, NeuronSynapses } from './lessons/lessons.ts'
import type { RunningNeuron } from './neuron.ts'

/** The program's version, and the board's name or else the operating system's. */
export interface MachineInfo {
  readonly version: string
  readonly board: string
}

/**
 * The neuron for the link.
 * @param readClock how well the system clock is kept
 * @param urls addresses to publish; filled in by the caller as they become known
 */
export function linkNeuron(
  { id, loop }: Pick<Config, 'id' | 'loop'>,
  { version, board }: MachineInfo,
  { host, parameters, guarded, firing, healthStatus, saveStatus, parts, arrivals }: RunningNeuron,
  lessons: Lessons,
  readClock: () => ClockReport,
  urls: Readonly<Record<string, string>>,
): LinkNeuron {
  const startedUs = epochUs()
  return {
    id,
    boot: randomBytes(3).toString('hex'),
    info: () => ({
      ...{ version, startedUs, board, ...parts(), urls },
      clock: readClock(),
      speed: host.snapshot().speed,
    }),
    state: () => ({ ...guarded.snapshot(), ...firing() }),
    health: openHealthReport(loop.tickMs, host, readClock),
    settledSeq: host.settledSeq,
    verdict: healthStatus,
    warnings: saveStatus.warnings,
    params: guarded.params,
    control: lessons.control('broker'),
    lesson: lessons.progress,
    onSamples: guarded.onSamples,
    synapsesChanged: () => parameters.changedElsewhere(['synapses']),
    synapse(event) {
      const { atMs, tauMs, weight } = event
      const isTaken = host.send({ type: 'synapse', atMs, tauMs, weight })
      if (isTaken) arrivals.emit(event)
      return isTaken
    },
  }
}

/** The neuron for the dashboard; `published` is the same neuron for the link. */
export function webSources(
  { tickMs }: Pick<Config['loop'], 'tickMs'>,
  neuron: RunningNeuron,
  lessons: Lessons,
  published: LinkNeuron,
  readClock: () => ClockReport,
  link: Link,
  peers: Peers,
): WebSources {
  const { host, guarded, firing, healthStatus, faults, spikes, arrivals, events } = neuron
  const { id, boot, info } = published
  return {
    ...{ id, boot, info, startedUs: info().startedUs },
    health: openHealthReport(tickMs, host, readClock),
    verdict: healthStatus,
    state: () => ({ ...guarded.snapshot(), ...firing(), faults: faults(), warnings: warningsOf(neuron, link) }),
    params: guarded.params,
    paramFields: LIVE_FIELDS,
    synapses: () => synapsesOf(link),
    link: link.status,
    control: lessons.control('page'),
    lessons,
    onSpike: spikes.on,
    onSamples: guarded.onSamples,
    onArrival: listener =>
      arrivals.on(({ from, weight, tauMs, atMs }) =>
        listener({ from, weight, tauMs, tUs: (host.wallOriginMs() + atMs) * 1000 }),
      ),
    onEvent: events.on,
    peers: { ...peers, synapseFields: SYNAPSE_FIELDS },
  }
}

/** What is wrong around the neuron and does not keep it from being ready, as sentences. */
export function warningsOf({ saveStatus }: Pick<RunningNeuron, 'saveStatus'>, link: Link): readonly string[] {
  return [...saveStatus.warnings(), ...link.status().warnings]
}

/** The synapses as a configuration file has them. */
function synapsesOf(link: Pick<Link, 'synapses'>): readonly Synapse[] {
  return link.synapses().map(({ timing: _timing, ...synapse }) => synapse)
}

/** The synapses as lessons and a configuration file change them. */
export function synapsesFor(
  id: string,
  link: Pick<Link, 'synapses' | 'setSynapses' | 'status'>,
  { parameters }: Pick<RunningNeuron, 'parameters'>,
): NeuronSynapses {
  return {
    id,
    isThere: link.status().state !== 'off',
    list: () => synapsesOf(link),
    replace(synapses) {
      const reply = link.setSynapses(synapses)
      if (reply.ok) parameters.changedElsewhere(['synapses'])
      return reply
    },
  }
}

/** A reader of the health figures; each call covers the time since its last one. */
function openHealthReport(tickMs: number, host: Host, readClock: () => ClockReport): () => HealthReport {
  const readHealth = host.healthReader()
  const readDelayMs = openDelayMeter()
  return () => ({
    ...readHealth(),
    tickTargetUs: tickMs * 1000,
    loopP99Ms: readDelayMs(),
    rssMb: process.memoryUsage.rss() / 1e6,
    speed: host.snapshot().speed,
    clock: readClock(),
  })
}
