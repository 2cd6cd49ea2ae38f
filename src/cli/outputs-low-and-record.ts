/** `neurond outputs low`, and the record of outputs that it reads after a daemon was killed. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import type { Context } from '../../drivers/contract.ts'
import { outputDriver } from '../../drivers/registry.ts'
import type { Config } from '../config/schema.ts'
import { monotonicMs } from '../loop/clock.ts'
import type { Console, Env } from './console.ts'
import { defaultConfigFile } from './default-config.ts'
import { appendValue } from './option-parsers.ts'

type Outputs = Config['outputs']

interface Options {
  readonly config?: string
  readonly set: readonly string[]
}

/** In the folder that systemd gives the service, for as long as it runs (RuntimeDirectory=). */
const RECORD = 'outputs.json'

const EXAMPLES = `
Examples:
  neurond outputs low                        a neuron was killed, and its buzzer still sounds
  neurond outputs low --config my-pi.yaml    the outputs of your configuration

The service does this by itself whenever it stops, for whatever reason.
`

/** `neurond outputs`: drives every output low, which a killed daemon could not do. */
export function outputsCommand(console: Console): Command {
  const outputs = new Command('outputs').description('switch LED, buzzer and the other outputs off')
  outputs
    .command('low')
    .description('drive every output low, after a neuron was killed before it could do so')
    .option(
      '-c, --config <file>',
      'configuration file (default: config/pi.yaml on a Raspberry Pi, else config/desktop.yaml)',
    )
    .option('--set <key=value>', 'change one setting; may be repeated', appendValue, [])
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => runLow(options, console))
  return outputs
}

/**
 * Records which outputs a service drives: when it is killed, its configuration may have changed, or be wrong.
 * Called again when the outputs change.
 */
export function recordOutputs(
  outputs: Outputs,
  { RUNTIME_DIRECTORY: folder }: Env,
  warn: (words: string) => void,
): void {
  if (!folder) return
  const file = join(folder, RECORD)
  try {
    writeFileSync(file, JSON.stringify(outputs))
  } catch (error) {
    warn(
      `outputs are lowered by the configuration after a kill, as ${file} cannot be written: ${(error as Error).message}`,
    )
  }
}

async function runLow(options: Options, console: Console): Promise<void> {
  const outputs = recorded(console.env) ?? (await configured(options, console))
  const failures = driveLow(outputs, line => console.print(`${line}\n`))
  if (failures.length > 0) throw new Error(failures.join('\n'))
}

function recorded({ RUNTIME_DIRECTORY: folder }: Env): Outputs | undefined {
  try {
    return folder ? JSON.parse(readFileSync(join(folder, RECORD), 'utf8')) : undefined
  } catch {
    return undefined
  }
}

/** Loaded only when it is needed: the schema library takes long to load. */
async function configured({ config, set }: Options, { env, hostname }: Console): Promise<Outputs> {
  const [{ loadConfig }, { DRIVERS }] = await Promise.all([
    import('../config/load.ts'),
    import('../../drivers/registry.ts'),
  ])
  const file = config ?? defaultConfigFile()
  return loadConfig({ file, set, env, drivers: DRIVERS, hostname }).outputs
}

/** Tries every output, also after one that fails; returns what failed, and why. */
export function driveLow(outputs: Outputs, print: (line: string) => void, open = openOutput): string[] {
  return outputs.flatMap(output => {
    try {
      const opened = open(output)
      opened.set(false)
      opened.close()
      print(`${output.name}: low (${opened.description})`)
      return []
    } catch (error) {
      return [`${output.name}: ${(error as Error).message}`]
    }
  })
}

function openOutput({ driver, name, pulseMs, muted, ...options }: Outputs[number]) {
  const context: Context = { nowMs: monotonicMs, warn() {} }
  return outputDriver(driver).open(options, context)
}
