import { release, type } from 'node:os'
import { Command } from 'commander'
import { readBoard } from '../../drivers/gpio/board.ts'
import type { Config } from '../config/schema.ts'
import type { Daemon } from '../daemon.ts'
import { type Log, openLog } from '../log.ts'
import { realTimers } from '../loop/clock.ts'
import { openSupervisor, systemd } from '../systemd.ts'
import { type Vitals, watchOver } from '../vitals.ts'
import { qrText } from '../web/qr.ts'
import type { Web } from '../web/server.ts'
import { loadApart } from './load-apart.ts'
import { recordOutputs } from './outputs.ts'
import { openScreen, type Screen } from './screen.ts'
import { openTerminal } from './terminal.ts'
import { usualConfig } from './usual.ts'
import { packageVersion } from './version.ts'

interface RunOptions {
  readonly config?: string
  readonly set: string[]
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

/** `neurond run`: the daemon, until Ctrl-C or SIGTERM. */
export function runCommand(): Command {
  return new Command('run')
    .description('run the neuron in real time (this is what neurond does when no command is given)')
    .option(
      '-c, --config <file>',
      'configuration file (default: config/pi.yaml on a Raspberry Pi, else config/desktop.yaml)',
    )
    .option('--set <key=value>', 'change one setting, for example mqtt.url=…; may be repeated', collect, [])
    .option('--lan', 'show the dashboard to the whole network (web.host=0.0.0.0)')
    .addHelpText('after', EXAMPLES)
    .action((options: RunOptions) => run(options))
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value]
}

async function run(options: RunOptions): Promise<void> {
  const loading = loadApart({
    file: options.config ?? usualConfig(),
    set: [...(options.lan ? ['web.host=0.0.0.0'] : []), ...options.set],
    env: { ...process.env },
  })
  // The two load side by side: neither waits for the other.
  const [config, { openDaemon }] = await Promise.all([loading, import('../daemon.ts')])
  const screen = process.stdout.isTTY && process.stdin.isTTY ? openScreen(process.stdout) : undefined
  const colour = process.stdout.isTTY && !process.env.NO_COLOR
  const format = config.log.format === 'auto' ? (process.env.JOURNAL_STREAM ? 'json' : 'pretty') : config.log.format
  const log = openLog({ level: config.log.level, format, colour, ...(screen && { stream: screen.log }) })
  try {
    const version = packageVersion()
    log.info(`neurond ${version}: neuron '${config.id}' starts`)
    await live(() => openDaemon(config, { log, version, board: boardName() }), config, log, screen, colour)
  } finally {
    screen?.close()
  }
}

/** From open to close; whoever asks to leave while it still opens is served as soon as it can be. */
async function live(
  open: () => Promise<Daemon>,
  config: Config,
  log: Log,
  screen: Screen | undefined,
  colour: boolean,
): Promise<void> {
  let quit = () => {}
  const asked = new Promise<undefined>(resolve => {
    quit = () => resolve(undefined)
  })
  listenTo(quit)
  const warn = (words: string) => log.warn(words)
  const supervisor = openSupervisor(systemd(warn))
  recordOutputs(config.outputs, process.env, warn)
  const daemon = await open()
  // pigpio puts handlers of its own in place of Node's: ours come back on top.
  if (config.outputs.some(({ driver }) => driver === 'pigpio')) listenTo(quit)
  greet(daemon, config, log)
  if (daemon.web && screen) await showWay(daemon.web, screen)
  const terminal = screen && openTerminal(daemon, { screen, keyboard: process.stdin, log, colour }, quit)
  const unwatch = watchOver(supervisor, () => vitalsOf(daemon), realTimers)
  const failure = await Promise.race([asked, daemon.ended])
  unwatch()
  supervisor.stopping()
  terminal?.()
  await daemon.close()
  log.info(`stopped after ${daemon.snapshot().count} spikes; outputs are low`)
  if (failure) throw new Error(`the neuron stopped: ${failure}`)
}

function vitalsOf(daemon: Daemon): Vitals {
  const { ticks, tickAgeMs } = daemon.health()
  const { inputLost, running } = daemon.snapshot()
  const rate = running ? `${daemon.firing().rateHz.toFixed(1)} Hz` : 'stopped'
  return { ticks, tickAgeMs, words: `${rate}, mqtt ${daemon.link().state}${inputLost ? ', the knob is lost' : ''}` }
}

function listenTo(quit: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeListener(signal, quit).on(signal, quit)
}

function greet(daemon: Daemon, { mqtt }: Config, log: Log): void {
  if (daemon.web) log.info(`dashboard: ${[daemon.web.url, ...daemon.web.lanUrls].join(', ')}`)
  const { state, url } = daemon.link()
  if (state === 'off') log.info('no broker: spikes are not published (mqtt.url is empty)')
  else log.info(`spikes for others: mosquitto_sub -h ${hostOf(url)} -v -t '${mqtt.base}/${daemon.id}/#'  (${url})`)
}

/** The way from a phone to the dashboard, with the right to change things. */
async function showWay({ lanUrls, controlLink }: Web, screen: Screen): Promise<void> {
  const [url] = lanUrls
  if (url !== undefined)
    screen.log.write(`${await qrText(controlLink(url))}\ncontrol from other devices: ${controlLink(url)}\n`)
}

function boardName(): string {
  return readBoard().model || `${type()} ${release()}`
}

function hostOf(url: string): string {
  const { hostname: host, port } = new URL(url)
  return port === '' || port === '1883' ? host : `${host} -p ${port}`
}
