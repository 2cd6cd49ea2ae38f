import type { Config } from '../config/schema.ts'
import type { Log } from '../log.ts'
import { epochUs, realTimers, type Timers } from '../loop/clock.ts'
import type { LiveParams } from '../loop/control/parameters.ts'
import type { FiringRate } from '../loop/firing-rate.ts'
import type { Faults, HealthStatus } from '../loop/health.ts'
import type { Control, Health, OpenedPart, Snapshot, Spike } from '../loop/types.ts'
import { type Broker, openBroker } from '../mqtt/broker.ts'
import { type Link, type LinkStatus, openLink } from '../mqtt/link.ts'
import { openPeers } from '../mqtt/peers/peers.ts'
import type { LinkContext } from '../mqtt/types.ts'
import type { WebSources } from '../web/data-sources.ts'
import { openWeb, type Web } from '../web/server.ts'
import { startNeuron } from './neuron.ts'
import { openReload } from './reload.ts'
import type { SaveStatus } from './save-status.ts'
import { linkView, type MachineInfo, warningsOf, webView } from './views.ts'

/** A running neuron with everything that was configured around it. */
export interface Daemon {
  readonly id: string
  readonly input: OpenedPart
  readonly control: Control
  snapshot(): Snapshot
  /** Lateness and CPU share since the last call, all other figures since the start. */
  health(): Health
  firing(): FiringRate
  faults(): Faults
  link(): LinkStatus
  /** Is all well with the neuron, and if not, why: for the watchdog, and for people. */
  verdict(): HealthStatus
  /** To be told whether what is changed while it runs is kept. */
  readonly keeping: Pick<SaveStatus, 'failed' | 'done'>
  /** What is wrong around the neuron, and no reason for it not to be ready, as sentences. */
  warnings(): readonly string[]
  /** The dashboard; none where it is switched off or could not be served. */
  readonly web: Web | undefined
  /** Turn the simulated knob, 0…1. */
  turn(level: number): void
  /** Told every spike from now on, in order. */
  onSpike(listener: (spike: Spike) => void): void
  /** What holds of all that can be changed while it runs. */
  live(): { readonly params: LiveParams; readonly synapses: readonly object[] }
  /** Told what was changed, by its names, from now on. */
  onChange(listener: (changed: readonly string[]) => void): void
  /** Make another configuration hold, as far as that goes without a restart; what came of it is told and logged. */
  reload(load: () => Promise<Config>): Promise<void>
  /** When the neuron has ended: with why, if nobody asked for it. */
  readonly ended: Promise<string | undefined>
  /** Outputs low, `offline` published, everything released in reverse order; calling it twice does no harm. */
  close(): Promise<void>
}

export interface DaemonContext extends MachineInfo {
  readonly log: Log
}

const MOST_PATIENCE_MS = 2000

type Note = LinkContext['log']
type Opened = (() => Promise<void>)[]

/**
 * Open everything, in order: broker, neuron, link, dashboard.
 * @throws Error that says what could not be opened, when the neuron cannot run without it
 */
export async function openDaemon(config: Config, context: DaemonContext): Promise<Daemon> {
  const opened: Opened = []
  const close = async () => {
    for (const release of opened.splice(0).reverse()) await release()
  }
  const note = noteTo(context.log, 'mqtt')
  const brokering = openOwnBroker(config, note, opened)
  try {
    const neuron = startNeuron(config, context.log.child({ room: 'loop' }), opened)
    const [ready, broker] = await Promise.all([neuron.host.ready, brokering])
    const urls: Record<string, string> = {}
    const told = linkView(config, context, neuron, urls)
    const url = broker?.url ?? config.mqtt.url
    const wallUs = () => (neuron.host.wallOriginMs() + realTimers.nowMs()) * 1000
    const linkWorld: LinkContext = { timers: realTimers, wallUs, random: Math.random, log: note }
    const link = openLink({ ...config.mqtt, url }, told, linkWorld, broker?.protocol)
    opened.push(link.close)
    neuron.join(link)
    connectSynapses(link, config.synapses)
    if (url !== '') urls.mqtt = link.status().url
    await firstWords(link, realTimers)
    const peers = openPeers({ ...config.mqtt, url }, config.id, linkWorld)
    opened.push(peers.close)
    const web = await openDashboard(config, context.log, webView(config, neuron, told, link, peers), opened)
    if (web) urls.http = web.lanUrls[0] ?? web.url
    link.infoChanged()
    const { host, desk, firing, spikes } = neuron
    let closing: Promise<void> | undefined
    return {
      id: config.id,
      input: ready.input,
      control: desk,
      snapshot: host.snapshot,
      health: host.healthReader(),
      firing,
      faults: neuron.faults,
      link: link.status,
      verdict: neuron.verdict,
      keeping: neuron.keeping,
      warnings: () => warningsOf(neuron, link),
      web,
      turn: level => void host.send({ type: 'turn', level }),
      onSpike: spikes.listen,
      live: () => ({
        params: desk.params().params,
        synapses: link.synapses().map(({ timing: _timing, ...synapse }) => synapse),
      }),
      onChange: listener =>
        void neuron.events.listen(({ type, changed }) => {
          if (type === 'paramsChanged') listener(changed as readonly string[])
        }),
      reload: openReload({ log: context.log, started: config, neuron, link }),
      ended: host.ended,
      close() {
        // The neuron first, so that its last spikes are still published; the rest in reverse.
        closing ??= neuron.close().then(close)
        return closing
      },
    }
  } catch (error) {
    // A broker that is still being opened would keep the process alive.
    await brokering.catch(() => undefined)
    await close()
    throw error
  }
}

/** The dashboard's library takes a moment to load: the first spikes go out before it, if a broker is there. */
export async function firstWords(link: Pick<Link, 'status'>, timers: Timers): Promise<void> {
  const untilMs = timers.nowMs() + MOST_PATIENCE_MS
  const isMute = ({ state, sent }: LinkStatus) => state === 'connecting' || (state === 'online' && sent === 0)
  while (isMute(link.status()) && timers.nowMs() < untilMs) {
    await new Promise<void>(resolve => timers.after(5, resolve))
  }
}

function connectSynapses(link: Link, synapses: Config['synapses']): void {
  if (synapses.length === 0) return
  const reply = link.setSynapses(synapses)
  if (!reply.ok) throw new Error(`synapses: ${reply.error.message}`)
}

async function openOwnBroker({ mqtt }: Config, note: Note, opened: Opened): Promise<Broker | undefined> {
  if (mqtt.url !== '' || !mqtt.broker.enabled) return undefined
  const broker = await openBroker(mqtt.broker, note)
  opened.push(broker.close)
  note('info', `built-in broker: ${broker.url}`)
  return broker
}

/** The neuron runs without a dashboard too: what hinders it is told, and nothing else happens. */
async function openDashboard(config: Config, log: Log, sources: WebSources, opened: Opened): Promise<Web | undefined> {
  if (!config.web.enabled) return undefined
  const note = noteTo(log, 'web')
  try {
    const web = await openWeb(config.web, sources, { timers: realTimers, wallUs: epochUs, log: note })
    opened.push(web.close)
    return web
  } catch (error) {
    note('warn', `no dashboard: ${(error as Error).message}`)
    return undefined
  }
}

function noteTo(log: Log, room: string): Note {
  const child = log.child({ room })
  return (level, message) => child[level](message)
}
