import { randomBytes } from 'node:crypto'
import type { Config } from '../config/schema.ts'
import { epochUs, monotonicMs, openDelayMeter, timesyncdIsSynced } from '../loop/clock.ts'
import { LIVE_FIELDS } from '../loop/control/parameters.ts'
import { VERBS } from '../loop/control/verbs.ts'
import type { Host } from '../loop/host/host.ts'
import type { Link } from '../mqtt/link.ts'
import { SYNAPSE_FIELDS } from '../mqtt/options.ts'
import type { Peers } from '../mqtt/peers/peers.ts'
import type { HealthReport, LinkNeuron } from '../mqtt/types.ts'
import type { WebSources } from '../web/data-sources.ts'
import { type KernelClock, openKernelClock } from './kernel-clock.ts'
import type { Neuron } from './neuron.ts'

/** What the program is, and what it runs on: the board's name or the operating system's. */
export interface MachineInfo {
  readonly version: string
  readonly board: string
}

/** The neuron as the link sees it: what it may ask and do. */
export function linkView(
  config: Config,
  { version, board }: MachineInfo,
  { host, desk, firing, verdict, keeping, parts, arrivals }: Neuron,
  urls: Readonly<Record<string, string>>,
): LinkNeuron {
  const startedUs = epochUs()
  const isSynced = openSyncWatch(config.mqtt.url !== '')
  return {
    id: config.id,
    boot: randomBytes(3).toString('hex'),
    info: () => ({
      ...{ version, startedUs, board, ...parts(), urls },
      clock: { source: 'system', synced: isSynced() },
      speed: host.snapshot().speed,
    }),
    state: () => ({ ...host.snapshot(), ...firing() }),
    health: openHealth(config, host),
    verdict,
    warnings: keeping.warnings,
    params: desk.params,
    control: desk,
    onSamples: host.onSamples,
    synapsesChanged: () => desk.changedElsewhere(['synapses']),
    synapse(event) {
      const { atMs, tauMs, weight } = event
      const isTaken = host.send({ type: 'synapse', atMs, tauMs, weight })
      if (isTaken) arrivals.tell(event)
      return isTaken
    },
  }
}

/** The neuron as the dashboard sees it. */
export function webView(config: Config, neuron: Neuron, told: LinkNeuron, link: Link, peers: Peers): WebSources {
  const { host, desk, firing, verdict, faults, spikes, arrivals, events } = neuron
  return {
    ...{ id: told.id, boot: told.boot, info: told.info, startedUs: told.info().startedUs, verbs: VERBS },
    health: openHealth(config, host),
    verdict,
    state: () => ({ ...host.snapshot(), ...firing(), faults: faults(), warnings: warningsOf(neuron, link) }),
    params: desk.params,
    paramFields: LIVE_FIELDS,
    synapses: () => link.synapses().map(({ timing: _timing, ...synapse }) => synapse),
    link: link.status,
    control: desk,
    onSpike: spikes.listen,
    onSamples: host.onSamples,
    onArrival: listener =>
      arrivals.listen(({ from, weight, tauMs, atMs }) =>
        listener({ from, weight, tauMs, tUs: (host.wallOriginMs() + atMs) * 1000 }),
      ),
    onEvent: events.listen,
    peers: { ...peers, synapseFields: SYNAPSE_FIELDS },
  }
}

/** What is wrong around the neuron, and no reason for it not to be ready. */
export function warningsOf({ keeping }: Pick<Neuron, 'keeping'>, link: Link): readonly string[] {
  return [...keeping.warnings(), ...link.status().warnings]
}

/** What asks the kernel takes some 40 ms to load: not while the first spikes go out. */
const KERNEL_AFTER_MS = 2000

/**
 * Does the system clock follow a time server?
 * @param hasOthers neurons on other machines may listen: then the kernel is asked, for which 3 MB are loaded
 */
function openSyncWatch(hasOthers: boolean): () => boolean {
  const startedMs = monotonicMs()
  let askKernel: KernelClock | undefined
  return () => {
    if (hasOthers && monotonicMs() - startedMs > KERNEL_AFTER_MS) askKernel ??= openKernelClock()
    return askKernel?.() ?? timesyncdIsSynced()
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
