import { randomBytes } from 'node:crypto'
import type { Neuron } from './body.ts'
import type { Config } from './config/schema.ts'
import { clockIsSynced, epochUs, openDelayMeter } from './loop/clock.ts'
import type { Host } from './loop/host.ts'
import { VERBS } from './loop/verbs.ts'
import type { Link } from './mqtt/link.ts'
import type { HealthReport, LinkNeuron } from './mqtt/reports.ts'
import type { WebSources } from './web/sources.ts'

/** What the program is, and what it runs on: the board's name or the operating system's. */
export interface Machine {
  readonly version: string
  readonly board: string
}

/** The neuron as the link sees it: what it may ask and do. */
export function linkView(
  config: Config,
  { version, board }: Machine,
  { host, desk, firing, verdict }: Neuron,
  urls: Readonly<Record<string, string>>,
): LinkNeuron {
  const startedUs = epochUs()
  return {
    id: config.id,
    boot: randomBytes(3).toString('hex'),
    info() {
      const { input, outputs, scheduling } = host.parts()
      return {
        ...{ version, startedUs, board, input, outputs, scheduling, urls },
        clock: { source: 'system', synced: clockIsSynced() },
        speed: host.snapshot().speed,
      }
    },
    state: () => ({ ...host.snapshot(), ...firing() }),
    health: openHealth(config, host),
    verdict,
    params: desk.params,
    control: desk,
    onSamples: host.onSamples,
    synapsesChanged: () => desk.touched(['synapses']),
    synapse: ({ atMs, tauMs, weight }) => host.send({ type: 'synapse', atMs, tauMs, weight }),
  }
}

/** The neuron as the dashboard sees it. */
export function webView(config: Config, neuron: Neuron, told: LinkNeuron, link: Link): WebSources {
  const { host, desk, firing, verdict, spikes, events } = neuron
  return {
    ...{ id: told.id, boot: told.boot, info: told.info, startedUs: told.info().startedUs, verbs: VERBS },
    health: openHealth(config, host),
    verdict,
    state: () => ({ ...host.snapshot(), ...firing() }),
    params: desk.params,
    synapses: () => link.synapses().map(({ timing: _timing, ...synapse }) => synapse),
    link: link.status,
    control: desk,
    onSpike: spikes.listen,
    onSamples: host.onSamples,
    onEvent: events.listen,
  }
}

/** Each reader has figures of its own: they tell what came since that reader last asked. */
function openHealth({ loop }: Config, host: Host): () => HealthReport {
  const readHealth = host.healthReader()
  const readDelayMs = openDelayMeter()
  return () => ({
    ...readHealth(),
    tickTargetUs: loop.tickMs * 1000,
    loopP99Ms: readDelayMs(),
    rssMb: process.memoryUsage.rss() / 1e6,
    speed: host.snapshot().speed,
  })
}
