import { release, type } from 'node:os'
import { readBoard } from '../../../drivers/board.ts'
import type { Config } from '../../config/schema.ts'
import { type Daemon, openDaemon } from '../../daemon/daemon.ts'
import { openSupervisor, systemd, type Vitals, watchOver } from '../../daemon/systemd.ts'
import { closeLog, type Log, openLog } from '../../log.ts'
import { monotonicMs, realTimers } from '../../loop/clock.ts'
import type { Console } from '../console.ts'
import { recordOutputs } from '../outputs-low.ts'
import { packageVersion } from '../package-info.ts'
import { openAutosave } from './autosave.ts'
import { type LoadRequest, type LoadResult, loadInWorker, saveInWorker } from './config-worker-client.ts'
import { showControlLink, writeControlLink } from './control-link.ts'
import { openPinnedLine, type PinnedLine } from './pinned-last-line.ts'
import type { Signals } from './signals.ts'
import { openStatusLine } from './status-line.ts'

/** The daemon of this configuration, from open to close. @throws Error that says why it could not open, or why it ended */
export async function runDaemon(
  { config, notes }: LoadResult,
  request: LoadRequest,
  signals: Signals,
  console: Console,
): Promise<void> {
  const { isTerminal, colours, env } = console
  const line = isTerminal.input && isTerminal.output ? openPinnedLine(process.stdout) : undefined
  const format = config.log.format === 'auto' ? (env.JOURNAL_STREAM ? 'json' : 'pretty') : config.log.format
  const { level, levels } = config.log
  const log = openLog({
    level,
    levels,
    format,
    colour: colours.isColorSupported,
    nowMs: monotonicMs,
    ...(line && { stream: line.log }),
  })
  try {
    if (signals.isStopping()) return
    const version = packageVersion()
    log.info(`neurond ${version}: neuron '${config.id}' starts`)
    for (const note of notes) log.info(note)
    const open = () => openDaemon(config, { log, version, board: boardName() })
    await runUntilStopped(open, { config, request, log, line, console, signals })
  } finally {
    closeLog(log)
    line?.close()
    // Node would abort: it cannot put a terminal in order that is gone. Everything else is closed.
    if (signals.terminalGone()) process.kill(process.pid, 'SIGKILL')
  }
}

interface RunContext {
  readonly config: Config
  readonly request: LoadRequest
  readonly log: Log
  readonly line: PinnedLine | undefined
  readonly console: Console
  readonly signals: Signals
}

/** From open to close; whoever asks to leave while it still opens is served as soon as it can be. */
async function runUntilStopped(
  openNeuron: () => Promise<Daemon>,
  { config, request, log, line, console, signals }: RunContext,
): Promise<void> {
  const warn = (words: string) => log.warn(words)
  const supervisor = openSupervisor(systemd(warn))
  recordOutputs(config.outputs, console.env, warn)
  const daemon = await openNeuron()
  // pigpio puts handlers of its own in place of Node's: ours come back on top.
  if (config.outputs.some(({ driver }) => driver === 'pigpio')) signals.reinstall()
  if (!signals.isStopping()) logAddresses(daemon, config, log)
  const removeControlLink =
    daemon.web && (line ? await showControlLink(daemon.web, line) : writeControlLink(daemon.web, log, console.env))
  const autosave = openAutosave(daemon, request.file, saveInWorker, { timers: realTimers, log })
  autosave.enable(config.keepChanges)
  const reread = async () => {
    const { config: next } = await loadInWorker(request)
    autosave.enable(next.keepChanges)
    recordOutputs(next.outputs, console.env, warn)
    return next
  }
  signals.onReload(async () => {
    supervisor.reloading()
    await daemon.reload(reread)
    supervisor.ready()
  })
  const terminal =
    line && openStatusLine(daemon, { line, keyboard: process.stdin, log, colours: console.colours }, signals.stop)
  const unwatch = watchOver(supervisor, () => supervisorReport(daemon), realTimers)
  const failure = await Promise.race([signals.stopping, daemon.ended])
  unwatch()
  supervisor.stopping()
  terminal?.()
  await autosave.close()
  removeControlLink?.()
  await daemon.close()
  const { count } = daemon.snapshot()
  log.info(`stopped after ${count} ${count === 1 ? 'spike' : 'spikes'}; outputs are low`)
  if (failure) throw new Error(`the neuron stopped: ${failure}`)
}

function supervisorReport(daemon: Daemon): Vitals {
  const { ticks, tickAgeMs } = daemon.health()
  const why = [...daemon.verdict().why, ...daemon.warnings()]
  const rate = daemon.snapshot().running ? `${daemon.firing().rateHz.toFixed(1)} Hz` : 'stopped'
  return { ticks, tickAgeMs, words: [rate, `mqtt ${daemon.link().state}`, ...why].join(', ') }
}

function logAddresses(daemon: Daemon, { mqtt }: Config, log: Log): void {
  if (daemon.web) log.info(`dashboard: ${[daemon.web.url, ...daemon.web.lanUrls].join(', ')}`)
  const { state, url } = daemon.link()
  if (state === 'off') log.info('no broker: spikes are not published (mqtt.url is empty)')
  else log.info(`spikes for others: mosquitto_sub -h ${hostOf(url)} -v -t '${mqtt.base}/${daemon.id}/#'  (${url})`)
}

function boardName(): string {
  return readBoard().model || `${type()} ${release()}`
}

function hostOf(url: string): string {
  const { hostname: host, port } = new URL(url)
  return port === '' || port === '1883' ? host : `${host} -p ${port}`
}
