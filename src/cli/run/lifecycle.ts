import { release, type } from 'node:os'
import { readBoard } from '../../../drivers/board.ts'
import { outputDriver } from '../../../drivers/registry.ts'
import type { Config } from '../../config/schema.ts'
import { type Daemon, openDaemon } from '../../daemon/daemon.ts'
import { openNotifier, startWatchdog, systemdContext, type WatchdogStatus } from '../../daemon/systemd.ts'
import { closeLog, type Log, openLog } from '../../log.ts'
import { monotonicMs, realTimers } from '../../loop/clock.ts'
import { packageVersion } from '../install.ts'
import { recordOutputs } from '../outputs.ts'
import { openAutosave } from './autosave.ts'
import { keepApart, type Loaded, type LoadRequest, loadApart } from './config-loader.ts'
import { showWay, tellWay } from './control-link.ts'
import { openScreen, type Screen } from './screen.ts'
import type { Signals } from './signals.ts'
import { openTerminal } from './status-line.ts'

/** The daemon of this configuration, from open to close. @throws Error that says why it could not open, or why it ended */
export async function live({ config, notes }: Loaded, request: LoadRequest, signals: Signals): Promise<void> {
  const screen = process.stdout.isTTY && process.stdin.isTTY ? openScreen(process.stdout) : undefined
  const colour = process.stdout.isTTY && !process.env.NO_COLOR
  const format = config.log.format === 'auto' ? (process.env.JOURNAL_STREAM ? 'json' : 'pretty') : config.log.format
  const { level, levels } = config.log
  const log = openLog({ level, levels, format, colour, nowMs: monotonicMs, ...(screen && { stream: screen.log }) })
  try {
    if (signals.left()) return
    const version = packageVersion()
    log.info(`neurond ${version}: neuron '${config.id}' starts`)
    for (const note of notes) log.info(note)
    const open = () => openDaemon(config, { log, version, board: boardName() })
    await stay(open, { config, request, log, screen, colour, signals })
  } finally {
    closeLog(log)
    screen?.close()
    // Node would abort: it cannot put a terminal in order that is gone. Everything else is closed.
    if (signals.terminalGone()) process.kill(process.pid, 'SIGKILL')
  }
}

interface Run {
  readonly config: Pick<Config, 'mqtt' | 'outputs' | 'keepChanges'>
  readonly request: LoadRequest
  readonly log: Log
  readonly screen: Screen | undefined
  readonly colour: boolean
  readonly signals: Signals
}

/** From open to close; whoever asks to leave while it still opens is served as soon as it can be. */
async function stay(
  open: () => Promise<Daemon>,
  { config, request, log, screen, colour, signals }: Run,
): Promise<void> {
  const warn = (words: string) => log.warn(words)
  const supervisor = openNotifier(systemdContext(warn))
  recordOutputs(config.outputs, process.env, warn)
  const daemon = await open()
  // Handlers of a driver's library took the place of Node's: ours come back on top.
  if (config.outputs.some(({ driver }) => outputDriver(driver).replacesSignalHandlers)) signals.renew()
  if (!signals.left()) greet(daemon, config.mqtt.base, log)
  const forget = daemon.web && (screen ? await showWay(daemon.web, screen) : tellWay(daemon.web, log))
  const keeper = openAutosave(daemon, request.file, keepApart, { timers: realTimers, log })
  keeper.keep(config.keepChanges)
  const reread = async () => {
    const { config: next } = await loadApart(request)
    keeper.keep(next.keepChanges)
    recordOutputs(next.outputs, process.env, warn)
    return next
  }
  signals.onReload(async () => {
    supervisor.reloading()
    await daemon.reload(reread)
    supervisor.ready()
  })
  const terminal = screen && openTerminal(daemon, { screen, keyboard: process.stdin, log, colour }, signals.leave)
  const unwatch = startWatchdog(supervisor, () => vitalsOf(daemon), realTimers)
  const failure = await Promise.race([signals.leaving, daemon.ended])
  unwatch()
  supervisor.stopping()
  terminal?.()
  await keeper.close()
  forget?.()
  await daemon.close()
  const { count } = daemon.snapshot()
  log.info(`stopped after ${count} ${count === 1 ? 'spike' : 'spikes'}; outputs are low`)
  if (failure) throw new Error(`the neuron stopped: ${failure}`)
}

function vitalsOf(daemon: Daemon): WatchdogStatus {
  const { ticks, tickAgeMs } = daemon.health()
  const why = [...daemon.healthStatus().why, ...daemon.warnings()]
  const rate = daemon.snapshot().running ? `${daemon.firing().rateHz.toFixed(1)} Hz` : 'stopped'
  return { ticks, tickAgeMs, text: [rate, `mqtt ${daemon.link().state}`, ...why].join(', ') }
}

function greet(daemon: Daemon, topicBase: string, log: Log): void {
  if (daemon.web) log.info(`dashboard: ${[daemon.web.url, ...daemon.web.lanUrls].join(', ')}`)
  const { state, url } = daemon.link()
  if (state === 'off') log.info('no broker: spikes are not published (mqtt.url is empty)')
  else log.info(`spikes for others: mosquitto_sub -h ${hostOf(url)} -v -t '${topicBase}/${daemon.id}/#'  (${url})`)
}

function boardName(): string {
  return readBoard().model || `${type()} ${release()}`
}

function hostOf(url: string): string {
  const { hostname: host, port } = new URL(url)
  return port === '' || port === '1883' ? host : `${host} -p ${port}`
}
