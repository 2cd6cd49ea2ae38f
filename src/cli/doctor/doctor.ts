import { relative } from 'node:path'
import { Command } from 'commander'
import { readHardwareInventory } from '../../../drivers/hardware-inventory.ts'
import { DRIVERS } from '../../../drivers/registry.ts'
import { loadWithOrigins } from '../../config/load.ts'
import { ConfigError } from '../../config/messages.ts'
import type { Config } from '../../config/schema.ts'
import { type Console, confirm } from '../console.ts'
import { appendValue } from '../option-parsers.ts'
import { PACKAGE_FOLDER } from '../package-info.ts'
import { brokerFacts, listenErrorAt } from './broker-and-dashboard.ts'
import { type BundleOptions, bundleReport, recentJournal } from './bundle.ts'
import {
  type Check,
  checkFromMessage,
  checksJson,
  fail,
  formatCheck,
  formatSummary,
  hasFailed,
  ok,
} from './check-result-and-format.ts'
import { createTaskRunner } from './child-process.ts'
import { clockFacts, deviceAccess, readBootConfig, realtimeLimit, systemFacts } from './machine-facts.ts'
import { type MachineFacts, type PulseDialog, runChecks } from './run-checks.ts'
import { runningDaemons } from './running-daemons.ts'

/** What the command needs besides the console: this machine, and its journal. */
interface DoctorContext {
  /** @param signal ends what is still under way */
  readonly machineFacts: (signal: AbortSignal) => MachineFacts
  /** What the service has logged of late. */
  readonly recentJournal: () => Promise<readonly string[]>
}

interface Options extends BundleOptions {
  readonly pulse: boolean
  readonly json?: true
}

const EXAMPLES = `
Each line is ok, warn, fail, or skip where it does not apply; the line below it says what fixes it. Exits 1 when a check fails.

Examples:
  neurond doctor                             this machine with its default configuration
  neurond doctor --config /etc/neurond.yaml  this machine with your configuration
  neurond doctor --no-pulse --json           for programs; nothing flashes
  neurond doctor --bundle report.json        a report to send to somebody who helps; passwords are left out
`

/** `neurond doctor`: checks the machine, and says what fixes each fault. */
export function doctorCommand(
  console: Console,
  context: DoctorContext = { machineFacts: factsOfThisMachine, recentJournal },
): Command {
  return new Command('doctor')
    .description('check this machine: board, permissions, buses, knob, outputs, clock, broker; and say what fixes it')
    .exitOverride()
    .option(
      '-c, --config <file>',
      'configuration file (default: config/pi.yaml on a Raspberry Pi, else config/desktop.yaml)',
    )
    .option('--set <key=value>', 'change one setting, for example input.driver=ads1115; may be repeated', appendValue)
    .option('--no-pulse', 'do not drive the outputs')
    .option('--json', 'for programs: {"ok":…,"checks":[{"name","status","text","fix"}]}')
    .option('--bundle [file]', 'write a report for somebody who helps: checks, configuration, log; without passwords')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => diagnose(console, context, options))
}

async function diagnose(console: Console, context: DoctorContext, options: Options): Promise<void> {
  const { signal, close } = console.openInterruption()
  const facts = context.machineFacts(signal)
  const { config, check } = configured(console, facts, options)
  const checks: Check[] = []
  const add = (found: Check) => {
    checks.push(found)
    if (!options.json) console.print(formatCheck(found, console.colours))
  }
  add(check)
  for await (const found of runChecks(facts, config, options.pulse, pulseDialog(console, signal, options))) {
    if (signal.aborted) break
    add(found)
  }
  const isInterrupted = signal.aborted
  close()
  console.print(options.json ? checksJson(checks) : `\n${formatSummary(checks)}`)
  if (options.bundle !== undefined) await bundleReport(console, options, checks, await context.recentJournal())
  if (isInterrupted) console.printError('neurond doctor: interrupted; this is not everything\n')
  if (isInterrupted || hasFailed(checks)) console.setExitCode(1)
}

/** The configuration, and the check of it. @throws ConfigError if a flag is wrong. */
function configured({ env, hostname }: Console, { system, folder }: MachineFacts, { config, set = [] }: Options) {
  const defaultFile = system.board.raspberryPi ? 'config/pi.yaml' : 'config/desktop.yaml'
  const file = config ?? `${folder}/${defaultFile}`
  const name = config ?? `${relative('.', file)} (the default here: --config names another)`
  try {
    const { config, notes } = loadWithOrigins({ file, env, set, drivers: DRIVERS, hostname })
    return { config, check: ok('config', [`${name}: ${summary(config)}`, ...notes].join('\n')) }
  } catch (error) {
    if (!(error instanceof ConfigError) || error.complaints.some(({ where }) => where.startsWith('--set'))) throw error
    const words = error.complaints.map(({ where, message }) => `${where}: ${message}`).join('\n')
    // A file that cannot be read at all cannot be fixed.
    if (error.complaints.some(({ where }) => where === file))
      return { config: undefined, check: checkFromMessage('config', words) }
    const fix = `fix these, and see: neurond config check ${relative('.', file)}`
    return { config: undefined, check: fail('config', words, fix) }
  }
}

function summary({ id, input, outputs }: Pick<Config, 'id' | 'input' | 'outputs'>): string {
  const shown = outputs.map(({ name, driver }) => `${name} (${driver})`).join(', ')
  return `${id}; knob ${input.driver}; ${shown === '' ? 'no outputs' : shown}`
}

function factsOfThisMachine(signal: AbortSignal): MachineFacts {
  return {
    system: systemFacts(),
    access: deviceAccess(),
    bootConfig: readBootConfig(),
    folder: PACKAGE_FOLDER,
    realtimeLimit: realtimeLimit(),
    daemons: runningDaemons(),
    runTask: createTaskRunner(signal),
    hardware: chips => ({ ...readHardwareInventory(), gpioChips: chips }),
    clock: clockFacts,
    broker: config => brokerFacts(config, signal),
    listenError: listenErrorAt,
  }
}

/** Programs are asked nothing. */
function pulseDialog(console: Console, signal: AbortSignal, { json }: Options): PulseDialog {
  const asks = !json && console.isTerminal.input && console.isTerminal.output
  return {
    announce(output) {
      if (!json) console.printError(`      Watch or listen: three pulses on the output "${output}" now.\n`)
    },
    async wasSeen(output) {
      if (!asks) return undefined
      return confirm(console, `      Did ${output} show them? [Y/n] `, signal).catch(() => undefined)
    },
  }
}
