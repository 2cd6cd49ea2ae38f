import type { Config } from '../config/schema.ts'
import type { Log } from '../log.ts'
import { epochUs, realTimers, type Timers } from '../loop/clock.ts'
import type { LiveParams } from '../loop/control/live-params.ts'
import type { FiringRate } from '../loop/firing-rate.ts'
import type { Faults, HealthStatus } from '../loop/health.ts'
import type { Control, Health, OpenedPart, Snapshot, Spike } from '../loop/types.ts'
import { type Broker, openBroker } from '../mqtt/built-in-broker.ts'
import { type Link, openLink } from '../mqtt/link.ts'
import { openPeers } from '../mqtt/peers/peers.ts'
import type { LinkContext, LinkStatus } from '../mqtt/types.ts'
import type { WebSources } from '../web/data-sources.ts'
import { openWeb, type Web } from '../web/server.ts'
import { hiddenUniform } from './class-key.ts'
import { openClockSync } from './clock-sync.ts'
import { openLessonLibrary } from './lessons/lesson-folders.ts'
import { type Lessons, lessonsOn } from './lessons/lessons.ts'
import { linkNeuron, type MachineInfo, synapsesFor, warningsOf, webSources } from './link-and-web-adapters.ts'
import { type RunningNeuron, startNeuron } from './neuron.ts'
import { createReload } from './reload.ts'
import type { SaveStatus } from './save-status.ts'

/** A running neuron with its built-in broker, link and dashboard. */
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
  healthStatus(): HealthStatus
  /** For the program that saves changes: it reports here whether that succeeds. */
  readonly saveStatus: Pick<SaveStatus, 'failed' | 'done'>
  /** What is wrong around the neuron and does not keep it from being ready, as sentences. */
  warnings(): readonly string[]
  /** The dashboard; undefined where it is switched off or could not be served. */
  readonly web: Web | undefined
  /** Turn the simulated knob, 0…1; NaN lets it turn by itself, as it is configured. */
  turn(level: number): void
  /** Calls `listener` for every spike from now on, in order. */
  onSpike(listener: (spike: Spike) => void): void
  /** The present values of all that can be changed while the neuron runs, but for what a lesson has set. */
  live(): { readonly params: LiveParams; readonly synapses: readonly object[] }
  /** Calls `listener` with the names of what was changed, from now on. */
  onChange(listener: (changed: readonly string[]) => void): void
  /** Apply another configuration, as far as that goes without a restart. Never rejects: the result is logged. */
  reload(load: () => Promise<Config>): Promise<void>
  /** Resolved when the neuron has ended: with the reason, if it was not closed. */
  readonly ended: Promise<string | undefined>
  /** Outputs low, `offline` published, everything closed in reverse order; calling it twice does no harm. */
  close(): Promise<void>
}

export interface DaemonContext extends MachineInfo {
  readonly log: Log
  /** Where lessons are looked for; the first of two with one id counts. */
  readonly lessonFolders: readonly string[]
  /** Where the dashboard keeps the secret of its links; undefined keeps it until the end only. */
  readonly accessFile?: string | undefined
  /** The key from which the hidden neurons of lessons are drawn. @throws Error if the teacher's file cannot be read */
  readonly classKey: () => string
}

type LogFunction = LinkContext['log']
/** The functions that close what was opened, in the order of opening. */
type Opened = (() => Promise<void>)[]

/**
 * Open everything, in order: broker, neuron, link, dashboard.
 * @throws Error that says what could not be opened, when the neuron cannot run without it
 */
export async function openDaemon(config: Config, context: DaemonContext): Promise<Daemon> {
  const opened: Opened = []
  const mqttLog = logOf(context.log, 'mqtt')
  const openingBroker = openBuiltInBroker(config.mqtt, mqttLog, opened)
  try {
    const neuron = startNeuron(config, context.log.child({ room: 'loop' }), opened)
    const [{ input }, broker] = await Promise.all([neuron.host.ready, openingBroker])
    const urls: Record<string, string> = {}
    let isOpening = true
    const readClock = openClockSync(config.mqtt.url !== '', realTimers)
    const chanceFor = (lessonId: string) => hiddenUniform(context.classKey(), lessonId, config.id)
    const lessons = lessonsOn(neuron, openLessonLibrary(context.lessonFolders), chanceFor)
    opened.push(async () => lessons.close())
    const published = { ...linkNeuron(config, context, neuron, lessons, readClock, urls), isOpening: () => isOpening }
    const wallUs = () => (neuron.host.wallOriginMs() + realTimers.nowMs()) * 1000
    const linkContext: LinkContext = { timers: realTimers, wallUs, random: Math.random, log: mqttLog }
    const mqtt = broker ? { ...config.mqtt, ...OWN_BROKER_NEEDS, url: broker.url } : config.mqtt
    const link = openLink(mqtt, published, linkContext, broker?.protocol)
    opened.push(link.close)
    neuron.connect(link)
    if (config.synapses.length > 0) setSynapses(link, config.synapses)
    lessons.connect(synapsesFor(config.id, link, neuron))
    if (mqtt.url !== '') urls.mqtt = link.status().url
    await waitForFirstSpikes(link, realTimers)
    const peers = openPeers(mqtt, config.id, linkContext)
    opened.push(peers.close)
    const sources = webSources(config.loop, neuron, lessons, published, readClock, link, peers)
    const web = await openDashboard(config.web, logOf(context.log, 'web'), sources, context.accessFile, opened)
    if (web) urls.http = web.lanUrls[0] ?? web.url
    isOpening = false
    link.infoChanged()
    return daemonOf({ config, log: context.log, neuron, lessons, input, link, web, opened })
  } catch (error) {
    // A broker that is still being opened would keep the process alive.
    await openingBroker.catch(() => undefined)
    await closeAll(opened)
    throw error
  }
}

/** The built-in broker asks nobody for a password, and the one of another broker is none of its business. */
const OWN_BROKER_NEEDS = { username: '', passwordFile: '', caFile: '', certFile: '', keyFile: '' } as const

interface DaemonParts {
  readonly config: Config
  readonly log: Log
  readonly neuron: RunningNeuron
  readonly lessons: Lessons
  readonly input: OpenedPart
  readonly link: Link
  readonly web: Web | undefined
  readonly opened: Opened
}

function daemonOf({ config, log, neuron, lessons, input, link, web, opened }: DaemonParts): Daemon {
  const { host, guarded, firing, faults, healthStatus, saveStatus, spikes, events } = neuron
  let closing: Promise<void> | undefined
  return {
    ...{ id: config.id, input, web, firing, faults, healthStatus, saveStatus },
    control: guarded.control,
    snapshot: guarded.snapshot,
    health: host.healthReader(),
    link: link.status,
    warnings: () => warningsOf(neuron, link),
    turn: level => void host.send({ type: 'turn', level }),
    onSpike: spikes.on,
    live: () => ({ params: lessons.ownParams(), synapses: lessons.ownSynapses() }),
    onChange: listener =>
      void events.on(({ type, changed }) => {
        // The lesson puts back what it changes.
        if (type === 'paramsChanged' && guarded.rules() === null) listener(changed as readonly string[])
      }),
    reload: createReload({ log, started: config, neuron, lessons }),
    ended: host.ended,
    close() {
      // The neuron first, so that its last spikes are still published; the rest in reverse.
      closing ??= neuron.close().then(() => closeAll(opened))
      return closing
    },
  }
}

/** @throws Error with the reason if the link refuses them */
function setSynapses(link: Link, synapses: Config['synapses']): void {
  const reply = link.setSynapses(synapses)
  if (!reply.ok) throw new Error(`synapses: ${reply.error.message}`)
}

async function closeAll(opened: Opened): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close()
}

async function openBuiltInBroker(
  { url, broker }: Config['mqtt'],
  log: LogFunction,
  opened: Opened,
): Promise<Broker | undefined> {
  if (url !== '' || !broker.enabled) return undefined
  const builtIn = await openBroker(broker, log)
  opened.push(builtIn.close)
  log('info', `built-in broker: ${builtIn.url}`)
  return builtIn
}

const FIRST_SPIKES_MS = 2000

/**
 * Waits until the first spikes are sent, if there is a broker, or for 2 s: loading the dashboard's library, which comes
 * next, would delay them.
 */
export async function waitForFirstSpikes(link: Pick<Link, 'status'>, timers: Timers): Promise<void> {
  const untilMs = timers.nowMs() + FIRST_SPIKES_MS
  const isWaiting = ({ state, sent }: LinkStatus) => state === 'connecting' || (state === 'online' && sent === 0)
  while (isWaiting(link.status()) && timers.nowMs() < untilMs) {
    await new Promise<void>(resolve => timers.after(5, resolve))
  }
}

/** The neuron runs without a dashboard too: if it cannot be opened, that is logged. */
async function openDashboard(
  options: Config['web'],
  log: LogFunction,
  sources: WebSources,
  accessFile: string | undefined,
  opened: Opened,
): Promise<Web | undefined> {
  if (!options.enabled) return undefined
  try {
    const web = await openWeb(options, sources, { timers: realTimers, wallUs: epochUs, log, accessFile })
    opened.push(web.close)
    return web
  } catch (error) {
    log('warn', `no dashboard: ${(error as Error).message}`)
    return undefined
  }
}

function logOf(log: Log, room: string): LogFunction {
  const child = log.child({ room })
  return (level, message) => child[level](message)
}
