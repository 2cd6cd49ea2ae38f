import { release, type } from 'node:os'
import { Command } from 'commander'
import { readBoard } from '../../drivers/gpio/board.ts'
import type { Config } from '../config/schema.ts'
import type { Daemon } from '../daemon.ts'
import { closeLog, type Log, openLog } from '../log.ts'
import { monotonicMs, realTimers } from '../loop/clock.ts'
import { openSupervisor, systemd } from '../systemd.ts'
import { type Vitals, watchOver } from '../vitals.ts'
import { collected } from './flags.ts'
import { openKeeper } from './keeper.ts'
import { keepApart, type LoadRequest, loadApart } from './load-apart.ts'
import { recordOutputs } from './outputs.ts'
import { openScreen, type Screen } from './screen.ts'
import { openSignals, type Signals } from './signals.ts'
import { openTerminal } from './terminal.ts'
import { usualConfig } from './usual.ts'
import { packageVersion } from './version.ts'
import { showWay, tellWay } from './way.ts'

interface RunOptions {
  readonly config?: string
  readonly set: readonly string[]
  readonly lan?: true
}

const EXAMPLES = `
Examples:
  neurond                                    a neuron on this machine, knob and LED simulated
  neurond --set input.shape=hand             turn the knob yourself, with the arrow keys
  neurond --set preset=bio                   ten times faster, as in the cortex
  neurond --set loop.speed=0.1               ten times slow motion
  neurond --set mqtt.url=mqtt://raspi:1883   publish to a broker of yours
  neurond --config config/my.yaml            settings from a file
`

/** `neurond run`: the daemon, until Ctrl-C or SIGTERM; at SIGHUP it reads its configuration again. */
export function runCommand(): Command {
  return new Command('run')
    .description('run the neuron in real time (this is what neurond does when no command is given)')
    .option(
      '-c, --config <file>',
      'configuration file (default: config/pi.yaml on a Raspberry Pi, else config/desktop.yaml)',
    )
    .option('--set <key=value>', 'change one setting, for example mqtt.url=…; may be repeated', collected, [])
    .option('--lan', 'show the dashboard to the whole network (web.host=0.0.0.0)')
    .addHelpText('after', EXAMPLES)
    .action((options: RunOptions) => run(options))
}

async function run(options: RunOptions): Promise<void> {
  const signals = openSignals()
  const request = {
    file: options.config ?? usualConfig(),
    set: [...(options.lan ? ['web.host=0.0.0.0'] : []), ...options.set],
    env: { ...process.env },
  }
  // The two load side by side: neither waits for the other.
  const [{ config, notes }, { openDaemon }] = await Promise.all([loadApart(request), import('../daemon.ts')])
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
    await live(open, { config, request, log, screen, colour, signals })
  } finally {
    closeLog(log)
    screen?.close()
    // Node would abort: it cannot put a terminal in order that is gone. Everything else is closed.
    if (signals.terminalGone()) process.kill(process.pid, 'SIGKILL')
  }
}

interface Run {
  readonly config: Config
  readonly request: LoadRequest
  readonly log: Log
  readonly screen: Screen | undefined
  readonly colour: boolean
  readonly signals: Signals
}

/** From open to close; whoever asks to leave while it still opens is served as soon as it can be. */
async function live(
  open: () => Promise<Daemon>,
  { config, request, log, screen, colour, signals }: Run,
): Promise<void> {
  const warn = (words: string) => log.warn(words)
  const supervisor = openSupervisor(systemd(warn))
  recordOutputs(config.outputs, process.env, warn)
  const daemon = await open()
  // pigpio puts handlers of its own in place of Node's: ours come back on top.
  if (config.outputs.some(({ driver }) => driver === 'pigpio')) signals.renew()
  if (!signals.left()) greet(daemon, config, log)
  const forget = daemon.web && (screen ? await showWay(daemon.web, screen) : tellWay(daemon.web, log))
  const keeper = openKeeper(daemon, request.file, keepApart, { timers: realTimers, log })
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
  const unwatch = watchOver(supervisor, () => vitalsOf(daemon), realTimers)
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

function vitalsOf(daemon: Daemon): Vitals {
  const { ticks, tickAgeMs } = daemon.health()
  const why = [...daemon.verdict().why, ...daemon.warnings()]
  const rate = daemon.snapshot().running ? `${daemon.firing().rateHz.toFixed(1)} Hz` : 'stopped'
  return { ticks, tickAgeMs, words: [rate, `mqtt ${daemon.link().state}`, ...why].join(', ') }
}

function greet(daemon: Daemon, { mqtt }: Config, log: Log): void {
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
