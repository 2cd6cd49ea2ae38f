import { hostname } from 'node:os'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { readHardwareInventory } from '../../../drivers/hardware-inventory.ts'
import { DRIVERS } from '../../../drivers/registry.ts'
import { loadWithOrigins } from '../../config/load.ts'
import { ConfigError } from '../../config/messages.ts'
import type { Config } from '../../config/schema.ts'
import { answer, isYes } from '../console.ts'
import { collected } from '../flags.ts'
import { type Packer, type PackOptions, pack, recentJournal } from './bundle.ts'
import { type Check, fail, failing, hasFailed, jsonOf, lineOf, ok, summaryOf } from './check.ts'
import { examine, type Patient } from './checks.ts'
import { errands } from './child.ts'
import { runningDaemons } from './daemons.ts'
import { bootConfig, clockFacts, deviceAccess, realtimeLimit, systemFacts } from './facts.ts'
import { boundBy, brokerFacts } from './network.ts'

/** What the command sees of its surroundings. */
export interface Practice extends Packer {
  /** The machine to be examined, until the signal is aborted. */
  readonly patient: (signal: AbortSignal, mayAsk: boolean) => Patient
  readonly print: (text: string) => void
  /** Standard output is a terminal that shows colours. */
  readonly colours: boolean
  /** Calls back when the user wants to leave; returns what ends that. */
  readonly onInterrupt: (interrupt: () => void) => () => void
}

interface Options extends PackOptions {
  readonly pulse: boolean
  readonly json?: true
}

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const EXAMPLES = `
Each line is ok, warn, fail, or skip where it does not apply; below it stands what fixes it. Exits 1 when a line failed.

Examples:
  neurond doctor                             this machine with the configuration that is usual for it
  neurond doctor --config /etc/neurond.yaml  this machine with a configuration of yours
  neurond doctor --no-pulse --json           for programs; nothing flashes
  neurond doctor --bundle report.json        a report to send to somebody who helps; passwords are left out
`

/** `neurond doctor`: what is there, what is missing, and what fixes it. */
export function doctorCommand(practice: Practice = thisPractice()): Command {
  return new Command('doctor')
    .description('examine this machine: board, rights, buses, knob, outputs, clock, broker; and say what fixes it')
    .exitOverride()
    .option(
      '-c, --config <file>',
      'configuration file (default: config/pi.yaml on a Raspberry Pi, else config/desktop.yaml)',
    )
    .option('--set <key=value>', 'change one setting, for example input.driver=ads1115; may be repeated', collected)
    .option('--no-pulse', 'leave the outputs alone')
    .option('--json', 'for programs: {"ok":…,"checks":[{"name","status","text","fix"}]}')
    .option('--bundle [file]', 'write a report for somebody who helps: checks, configuration, log; without passwords')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => consult(practice, options))
}

async function consult(practice: Practice, options: Options): Promise<void> {
  const leaving = new AbortController()
  const endWatch = practice.onInterrupt(() => leaving.abort())
  const patient = practice.patient(leaving.signal, options.json !== true)
  const { config, check } = configured(practice, patient, options)
  const checks: Check[] = []
  const note = (found: Check) => {
    checks.push(found)
    if (!options.json) practice.print(lineOf(found, practice.colours))
  }
  note(check)
  for await (const found of examine(patient, config, options.pulse)) {
    if (leaving.signal.aborted) break
    note(found)
  }
  endWatch()
  if (options.json) practice.print(jsonOf(checks))
  else practice.print(`\n${summaryOf(checks)}`)
  if (options.bundle !== undefined) await pack(practice, options, checks)
  if (leaving.signal.aborted) practice.complain('neurond doctor: interrupted; this is not everything\n')
  if (leaving.signal.aborted || hasFailed(checks)) practice.exitWith(1)
}

/** The configuration, and what is to be said of it. @throws ConfigError if a flag is wrong. */
function configured({ env, hostname }: Practice, { system, folder }: Patient, { config, set = [] }: Options) {
  const usual = system.board.raspberryPi ? 'config/pi.yaml' : 'config/desktop.yaml'
  const file = config ?? `${folder}/${usual}`
  const name = config ?? `${relative('.', file)} (the usual one here: --config names another)`
  try {
    const { config, notes } = loadWithOrigins({ file, env, set, drivers: DRIVERS, hostname })
    return { config, check: ok('config', [`${name}: ${summary(config)}`, ...notes].join('\n')) }
  } catch (error) {
    if (!(error instanceof ConfigError) || error.complaints.some(({ where }) => where.startsWith('--set'))) throw error
    const words = error.complaints.map(({ where, message }) => `${where}: ${message}`).join('\n')
    // A file that cannot be read at all cannot be fixed.
    if (error.complaints.some(({ where }) => where === file))
      return { config: undefined, check: failing('config', words) }
    const fix = `fix these, and see: neurond config check ${relative('.', file)}`
    return { config: undefined, check: fail('config', words, fix) }
  }
}

function summary({ id, input, outputs }: Pick<Config, 'id' | 'input' | 'outputs'>): string {
  const shown = outputs.map(({ name, driver }) => `${name} (${driver})`).join(', ')
  return `${id}; knob ${input.driver}; ${shown === '' ? 'no outputs' : shown}`
}

function thisPractice(): Practice {
  return {
    patient: thisPatient,
    journal: recentJournal,
    env: process.env,
    hostname: hostname(),
    print: text => void process.stdout.write(text),
    complain: text => void process.stderr.write(text),
    colours: Boolean(process.stdout.isTTY) && !process.env.NO_COLOR,
    onInterrupt(interrupt) {
      for (const signal of SIGNALS) process.once(signal, interrupt)
      return () => SIGNALS.forEach(signal => void process.off(signal, interrupt))
    },
    exitWith: code => {
      process.exitCode = code
    },
  }
}

function thisPatient(signal: AbortSignal, mayAsk: boolean): Patient {
  const asks = mayAsk && Boolean(process.stdin.isTTY && process.stdout.isTTY)
  return {
    system: systemFacts(),
    access: deviceAccess(),
    boot: bootConfig(),
    folder: ROOT.replace(/\/$/, ''),
    realtimeLimit: realtimeLimit(),
    daemons: runningDaemons(),
    errand: errands(signal),
    machine: chips => ({ ...readHardwareInventory(), gpioChips: chips }),
    clock: clockFacts,
    broker: config => brokerFacts(config, signal),
    bound: boundBy,
    announce(output) {
      if (mayAsk) process.stderr.write(`      Watch or listen: three pulses on the output "${output}" now.\n`)
    },
    seen: async output => (asks ? seenByUser(output, signal) : undefined),
  }
}

/** Undefined when the user leaves. */
async function seenByUser(output: string, signal: AbortSignal): Promise<boolean | undefined> {
  try {
    return isYes(await answer(`      Did ${output} show them? [Y/n] `, signal))
  } catch {
    return undefined
  }
}
