import { release, type } from 'node:os'
import { dirname, join } from 'node:path'
import type { Writable } from 'node:stream'
import { readBoard } from '../../../drivers/board.ts'
import { outputDriver } from '../../../drivers/registry.ts'
import type { Config } from '../../config/schema.ts'
import { openClassKey } from '../../daemon/class-key.ts'
import { type Daemon, openDaemon } from '../../daemon/daemon.ts'
import {
  openNotifier,
  type ServiceNotifier,
  startWatchdog,
  systemdContext,
  type WatchdogStatus,
} from '../../daemon/systemd.ts'
import { closeLog, type Log, openLog } from '../../log.ts'
import { monotonicMs, realTimers } from '../../loop/clock.ts'
import { brokerAddress } from '../../mqtt/connection/address.ts'
import type { Console } from '../console.ts'
import { recordOutputs } from '../outputs-low-and-record.ts'
import { LESSON_FOLDER, packageVersion } from '../package-info.ts'
import { openStandardOutput, type StandardOutput } from '../standard-output.ts'
import { stateFile } from '../state-file.ts'
import { openAutosave } from './autosave.ts'
import { type LoadRequest, type LoadResult, loadInWorker, saveInWorker } from './config-worker-client.ts'
import { openPinnedLine, type PinnedLine } from './pinned-last-line.ts'
import { otherDaemonWarning } from './ports-of-another-daemon.ts'
import { showControlLink, writeControlLink } from './show-control-url.ts'
import type { Signals } from './signals.ts'
import { openStatusLine } from './status-line-and-keys.ts'

interface RunContext {
  readonly config: Config
  readonly request: LoadRequest
  readonly console: Console
  readonly signals: Signals
  readonly log: Log
  /** Undefined where there is no terminal. */
  readonly line: PinnedLine | undefined
}

/**
 * Runs the daemon from start to stop, with its log, status line and signals.
 * @throws Error that says why it could not start, or why it stopped
 */
export async function runDaemon(
  { config, notes }: LoadResult,
  request: LoadRequest,
  signals: Signals,
  console: Console,
): Promise<void> {
  const { isTerminal } = console
  const output = openStandardOutput(signals.stop)
  const line = isTerminal.input && isTerminal.output ? openPinnedLine(screen(output), columns) : undefined
  const log = openDaemonLog(config, console, line?.log ?? output?.stream)
  try {
    if (signals.isStopping()) return
    const version = packageVersion()
    log.info(`neurond ${version}: neuron '${config.id}' starts`)
    for (const note of notes) log.info(note)
    const { classKeyFile } = config.lessons
    const open = () =>
      openDaemon(config, {
        ...{ log, version, board: boardName() },
        accessFile: stateFile(`web-access-${config.id}.json`, console.env),
        classKey: openClassKey(classKeyFile, stateFile('class-key', console.env), text => log.warn(text)),
        lessonFolders: [LESSON_FOLDER, join(dirname(request.file), 'lessons')],
      })
    await runUntilStopped(open, { config, request, console, signals, log, line })
  } finally {
    closeLog(log)
    line?.close()
    output?.close()
  }
}

const screen = (output: StandardOutput | undefined) => output ?? { stream: process.stdout, isBlocked: () => false }
const columns = () => process.stdout.columns

function openDaemonLog({ log }: Config, { env, colours }: Console, stream: Writable | undefined): Log {
  const { level, levels } = log
  const format = log.format === 'auto' ? (env.JOURNAL_STREAM ? 'json' : 'pretty') : log.format
  const colour = colours.isColorSupported
  return openLog({ level, levels, format, colour, nowMs: monotonicMs, ...(stream && { stream }) })
}

/** Opens the daemon, waits for the end, and closes everything in order. A wish to stop waits until the daemon is open. */
async function runUntilStopped(openNeuron: () => Promise<Daemon>, context: RunContext): Promise<void> {
  const { config, console, log } = context
  const warn = (text: string) => log.warn(text)
  const supervisor = openNotifier(systemdContext(warn))
  recordOutputs(config.outputs, console.env, warn)
  const daemon = await openNeuron()
  let failure: string | undefined
  try {
    failure = await serveUntilStopped(daemon, supervisor, context)
  } finally {
    await daemon.close()
  }
  const { count } = daemon.snapshot()
  log.info(`stopped after ${count} ${count === 1 ? 'spike' : 'spikes'}; outputs are low`)
  if (failure) throw new Error(`the neuron stopped: ${failure}`)
}

/** What people and programs have around a daemon that is open. @returns why the neuron stopped, if nobody wanted it to */
async function serveUntilStopped(
  daemon: Daemon,
  supervisor: ServiceNotifier,
  context: RunContext,
): Promise<string | undefined> {
  const { config, request, console, signals, log, line } = context
  // A driver's library may have replaced Node's signal handlers by its own.
  if (config.outputs.some(({ driver }) => outputDriver(driver).replacesSignalHandlers)) signals.reinstall()
  if (!signals.isStopping()) logAddresses(daemon, config.mqtt.base, log)
  const removeControlLink = await publishControlLink(daemon, context)
  const autosave = openAutosave(daemon, request.file, saveInWorker, { timers: realTimers, log })
  autosave.enable(config.keepChanges)
  const loadAgain = async () => {
    const { config: next } = await loadInWorker(request)
    autosave.enable(next.keepChanges)
    recordOutputs(next.outputs, console.env, text => log.warn(text))
    return next
  }
  signals.onReload(async () => {
    supervisor.reloading()
    await daemon.reload(loadAgain)
    supervisor.ready()
  })
  const terminal = { keyboard: process.stdin, log, colours: console.colours }
  const closeStatusLine = line && openStatusLine(daemon, { line, ...terminal }, signals.stop)
  // The last words of the start are the ones that are read.
  const warning = otherDaemonWarning(config, daemon)
  if (warning !== undefined) log.warn(warning)
  const stopReports = startWatchdog(supervisor, () => supervisorReport(daemon), realTimers)
  const failure = await Promise.race([signals.stopping, daemon.ended])
  supervisor.stopping()
  closeStatusLine?.()
  // On a slow board that takes longer than the watchdog waits.
  await autosave.close()
  stopReports()
  removeControlLink?.()
  return failure
}

/** Returns what removes the link again, if it is in a file. */
async function publishControlLink({ web }: Daemon, { line, log, console }: RunContext) {
  if (!web) return undefined
  return line ? showControlLink(web, line) : writeControlLink(web, log, console.env)
}

function supervisorReport(daemon: Daemon): WatchdogStatus {
  const { ticks, tickAgeMs } = daemon.health()
  const why = [...daemon.healthStatus().why, ...daemon.warnings()]
  const rate = daemon.snapshot().running ? `${daemon.firing().rateHz.toFixed(1)} Hz` : 'stopped'
  return { ticks, tickAgeMs, text: [rate, `mqtt ${daemon.link().state}`, ...why].join(', ') }
}

function logAddresses(daemon: Daemon, topicBase: string, log: Log): void {
  if (daemon.web) log.info(`dashboard: ${[daemon.web.url, ...daemon.web.lanUrls].join(', ')}`)
  const { state, url } = daemon.link()
  if (state === 'off') log.info('no broker: spikes are not published (mqtt.url is empty)')
  else log.info(`spikes for others: ${subscribeCommand(url, `${topicBase}/${daemon.id}/#`)}  (${url})`)
}

function boardName(): string {
  return readBoard().model || `${type()} ${release()}`
}

/** mosquitto_sub knows no WebSockets. */
function subscribeCommand(url: string, filter: string): string {
  const { webSocket, host, port } = brokerAddress(url)
  if (webSocket) return `neurond watch '${url}'`
  return `mosquitto_sub -h ${host}${port === 1883 ? '' : ` -p ${port}`} -v -t '${filter}'`
}
