import { Command } from 'commander'
import type { Driver } from '../../../drivers/contract.ts'
import { DRIVERS } from '../../../drivers/registry.ts'
import { loadWithOrigins } from '../../config/load.ts'
import { ConfigError } from '../../config/messages.ts'
import { configJson, configYaml } from '../../config/print.ts'
import type { LoadedConfig } from '../../config/resolve.ts'
import { type Config, jsonSchema } from '../../config/schema.ts'
import { VERBS } from '../../loop/control/verbs.ts'
import { asyncApi } from '../../mqtt/contract/asyncapi.ts'
import { MQTT_FIELDS } from '../../mqtt/link-and-synapse-options.ts'
import type { Console } from '../console.ts'
import { defaultConfigFile } from '../default-config.ts'
import { appendValue } from '../option-parsers.ts'
import { packageVersion } from '../package-info.ts'
import { saveCommand } from './save-running-parameters.ts'

/** What the command needs besides the console. */
interface ConfigContext {
  readonly drivers: readonly Driver[]
  /** The file that is used when none is named. */
  readonly defaultFile: string | undefined
}

/** `neurond config check|show|schema|save`. Exits 1 when the configuration is wrong; misuse throws a CommanderError. */
export function configCommand(
  console: Console,
  context: ConfigContext = { drivers: DRIVERS, defaultFile: defaultConfigFile() },
): Command {
  const config = new Command('config').description('check, show and save the configuration').exitOverride()
  settable(config.command('check'))
    .description('check a configuration, and print everything that is wrong')
    .option('--json', 'for programs: {"ok":…,"complaints":[…]}')
    .action((file, options) => check(console, context, file, options))
  settable(config.command('show'))
    .description('print every setting in force, as YAML')
    .option('--origin', 'and where it comes from: a line of the file, a variable, a flag, a preset or the default')
    .option('--json', 'as JSON')
    .action((file, options) => show(console, context, file, options))
  config
    .command('schema')
    .description('print the JSON Schema of the file, for editors')
    .option('--asyncapi', 'print the AsyncAPI document of all MQTT messages instead')
    .action(({ asyncapi }: { asyncapi?: true }) => {
      const document = asyncapi
        ? asyncApi(packageVersion(), MQTT_FIELDS.base.default, VERBS)
        : jsonSchema(context.drivers)
      console.print(`${JSON.stringify(document, null, 2)}\n`)
    })
  config.addCommand(saveCommand(console))
  return config
}

interface Options {
  readonly set: readonly string[]
  readonly json?: true
  readonly origin?: true
}

function settable(command: Command): Command {
  return command
    .argument('[FILE]', 'a YAML file (default: config/pi.yaml on a Raspberry Pi, else config/desktop.yaml)')
    .option('--set <key=value>', 'set one value, like neuron.tauMs=20', appendValue, [])
}

function check(console: Console, context: ConfigContext, file: string | undefined, options: Options): void {
  const outcome = loaded(console, context, file, options)
  if (options.json) {
    const complaints = outcome instanceof ConfigError ? outcome.complaints : []
    console.print(`${JSON.stringify({ ok: complaints.length === 0, complaints }, null, 2)}\n`)
    if (complaints.length > 0) console.setExitCode(1)
  } else if (outcome instanceof ConfigError) {
    printComplaints(console, outcome)
  } else {
    printNotes(console, outcome)
    console.print(`${console.colours.green('good')}: ${summary(outcome.config)}\n`)
  }
}

function show(console: Console, context: ConfigContext, file: string | undefined, options: Options): void {
  const outcome = loaded(console, context, file, options)
  if (outcome instanceof ConfigError) {
    printComplaints(console, outcome)
    return
  }
  printNotes(console, outcome)
  const display = options.json ? configJson : configYaml
  console.print(display(outcome, options.origin ?? false))
}

function loaded(
  { env, hostname }: Console,
  { drivers, defaultFile }: ConfigContext,
  named: string | undefined,
  { set }: Options,
) {
  const file = named ?? defaultFile
  try {
    return loadWithOrigins({ file, env, set, drivers, hostname }) satisfies LoadedConfig
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}

function printNotes({ printError }: Console, { notes }: LoadedConfig): void {
  for (const note of notes) printError(`${note}\n`)
}

function printComplaints(console: Console, { complaints }: ConfigError): void {
  for (const { where, message } of complaints) {
    console.printError(`${console.errorColours.red(where)}: ${message}\n`)
  }
  console.setExitCode(1)
}

function summary({ id, preset, input, outputs }: Pick<Config, 'id' | 'preset' | 'input' | 'outputs'>): string {
  const shown = outputs.map(({ name, driver }) => `${name} (${driver})`).join(', ')
  return `${id}, ${preset ?? 'own neuron'}; knob ${input.driver}; ${shown === '' ? 'no outputs' : shown}`
}
