#!/usr/bin/env -S node --max-semi-space-size=1
// A small nursery: it halves what the process keeps in memory, and the neuron's thread has one of its own.
import { Command, CommanderError } from 'commander'
import { type Complaint, ConfigError } from '../config/complaint.ts'
import { benchCommand } from './bench.ts'
import { configCommand } from './config.ts'
import { fiCommand } from './fi.ts'
import { runCommand } from './run.ts'
import { simulateCommand } from './simulate.ts'
import { packageVersion } from './version.ts'

const FAILED = 1
const MISUSED = 2

const program = new Command('neurond')
  .description('Makes this computer a neuron: leaky integrate-and-fire, in real time, with a knob, an LED and MQTT.')
  .addCommand(runCommand(), { isDefault: true })
  .addCommand(simulateCommand())
  .addCommand(fiCommand())
  .addCommand(configCommand())
  .addCommand(benchCommand())
  .version(packageVersion(), '-V, --version', 'print the version')

main().catch((error: Error) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : MISUSED
    return
  }
  process.stderr.write(`neurond: ${error.message}\n`)
  process.exitCode = error instanceof ConfigError && error.complaints.some(isFlag) ? MISUSED : FAILED
})

async function main(): Promise<void> {
  throwInsteadOfExit(program)
  const [first] = process.argv.slice(2)
  const known = ['help', ...program.commands.map(command => command.name())]
  // A default command would take a misspelt one for its argument.
  if (first !== undefined && !first.startsWith('-') && !known.includes(first)) {
    program.error(`error: unknown command '${first}', must be one of ${known.slice(1).join(', ')}`)
  }
  await program.parseAsync()
}

/** So that misuse has an exit code of its own, in every command. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride()
  command.commands.forEach(throwInsteadOfExit)
}

function isFlag({ where }: Complaint): boolean {
  return where.startsWith('--set')
}
