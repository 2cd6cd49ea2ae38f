import { hostname } from 'node:os'
import { Command } from 'commander'
import type { Driver } from '../../../drivers/contract.ts'
import { DRIVERS } from '../../../drivers/registry.ts'
import { loadWithOrigins, readConfigText } from '../../config/load.ts'
import { ConfigError } from '../../config/messages.ts'
import { configJson, configYaml } from '../../config/print.ts'
import type { LoadedConfig } from '../../config/resolve.ts'
import { type Config, jsonSchema } from '../../config/schema.ts'
import { VERBS } from '../../loop/control/verbs.ts'
import { asyncApi } from '../../mqtt/contract/asyncapi.ts'
import { MQTT_FIELDS } from '../../mqtt/options.ts'
import { confirmed } from '../console.ts'
import { collected } from '../flags.ts'
import { packageVersion, usualConfig } from '../install.ts'
import { saveCommand, thisDesk } from './save.ts'

/** What the command sees of the machine that it runs on. */
export interface Machine {
  readonly drivers: readonly Driver[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly hostname: string
  /** The file that holds when none is named. */
  readonly usualFile?: string
  /** Standard output and standard error. */
  readonly print: (text: string) => void
  readonly complain: (text: string) => void
  /** Both go to a terminal that shows colours. */
  readonly colours: boolean
  /** Exit code of the process once it is done. */
  readonly exitWith: (code: number) => void
}

/** `neurond config check|show|schema|save`. Exits 1 when the configuration is wrong; misuse throws a CommanderError. */
export function configCommand(machine: Machine = thisMachine()): Command {
  const config = new Command('config').description('check, show and save the configuration').exitOverride()
  settable(config.command('check'))
    .description('say everything that is wrong with a configuration, or that it is good')
    .option('--json', 'for programs: {"ok":…,"complaints":[…]}')
    .action((file, options) => check(machine, file, options))
  settable(config.command('show'))
    .description('show every value that holds, as YAML')
    .option('--origin', 'and who set it: a line of the file, a variable, a flag, a preset or the default')
    .option('--json', 'as JSON')
    .action((file, options) => show(machine, file, options))
  config
    .command('schema')
    .description('print the JSON Schema of the file, for editors')
    .option('--asyncapi', 'instead of it, the AsyncAPI document of all that is said over MQTT')
    .action(({ asyncapi }: { asyncapi?: true }) => {
      const document = asyncapi
        ? asyncApi(packageVersion(), MQTT_FIELDS.base.default, VERBS)
        : jsonSchema(machine.drivers)
      machine.print(`${JSON.stringify(document, null, 2)}\n`)
    })
  config.addCommand(
    saveCommand({
      ...{ ...thisDesk, ...machine, usualFile: machine.usualFile ?? 'config/desktop.yaml' },
      readFile: readConfigText,
      confirmed: process.stdin.isTTY ? confirmed : undefined,
    }),
  )
  return config
}

interface Options {
  readonly set: readonly string[]
  readonly json?: true
  readonly origin?: true
}

function thisMachine(): Machine {
  return {
    drivers: DRIVERS,
    env: process.env,
    hostname: hostname(),
    usualFile: usualConfig(),
    print: text => void process.stdout.write(text),
    complain: text => void process.stderr.write(text),
    colours: Boolean(process.stdout.isTTY && process.stderr.isTTY) && !process.env.NO_COLOR,
    exitWith: code => {
      process.exitCode = code
    },
  }
}

function settable(command: Command): Command {
  return command
    .argument('[FILE]', 'a YAML file (default: config/pi.yaml on a Raspberry Pi, else config/desktop.yaml)')
    .option('--set <key=value>', 'set one value, like neuron.tauMs=20', collected, [])
}

function check(machine: Machine, file: string | undefined, options: Options): void {
  const outcome = loaded(machine, file, options)
  if (options.json) {
    const complaints = outcome instanceof ConfigError ? outcome.complaints : []
    machine.print(`${JSON.stringify({ ok: complaints.length === 0, complaints }, null, 2)}\n`)
    if (complaints.length > 0) machine.exitWith(1)
  } else if (outcome instanceof ConfigError) {
    refuse(machine, outcome)
  } else {
    tell(machine, outcome)
    machine.print(`${painted(machine, GREEN, 'good')}: ${summary(outcome.config)}\n`)
  }
}

function show(machine: Machine, file: string | undefined, options: Options): void {
  const outcome = loaded(machine, file, options)
  if (outcome instanceof ConfigError) {
    refuse(machine, outcome)
    return
  }
  tell(machine, outcome)
  const display = options.json ? configJson : configYaml
  machine.print(display(outcome, options.origin ?? false))
}

function loaded({ drivers, env, hostname, usualFile }: Machine, named: string | undefined, { set }: Options) {
  const file = named ?? usualFile
  try {
    return loadWithOrigins({ file, env, set, drivers, hostname }) satisfies LoadedConfig
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}

function tell(machine: Machine, { notes }: LoadedConfig): void {
  for (const note of notes) machine.complain(`${note}\n`)
}

function refuse(machine: Machine, { complaints }: ConfigError): void {
  for (const { where, message } of complaints) machine.complain(`${painted(machine, RED, where)}: ${message}\n`)
  machine.exitWith(1)
}

function summary({ id, preset, input, outputs }: Pick<Config, 'id' | 'preset' | 'input' | 'outputs'>): string {
  const shown = outputs.map(({ name, driver }) => `${name} (${driver})`).join(', ')
  return `${id}, ${preset ?? 'own neuron'}; knob ${input.driver}; ${shown === '' ? 'no outputs' : shown}`
}

const GREEN = 32
const RED = 31

function painted({ colours }: Machine, colour: number, text: string): string {
  return colours ? `\u001b[${colour}m${text}\u001b[0m` : text
}
