#!/usr/bin/env -S node --max-semi-space-size=1
// A small nursery: it halves what the process keeps in memory, and the neuron's thread has one of its own.
import { Command, CommanderError } from 'commander'
import { type ConfigComplaint, ConfigError } from '../config/messages.ts'
import { packageVersion } from './install.ts'

const FAILED = 1
const MISUSED = 2

/** Each is loaded only when it is wanted, so that the neuron starts fast. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./run/run.ts')).runCommand(),
  simulate: async () => (await import('./simulate/simulate.ts')).simulateCommand(),
  fi: async () => (await import('./simulate/fi.ts')).fiCommand(),
  doctor: async () => (await import('./doctor/doctor.ts')).doctorCommand(),
  calibrate: async () => (await import('./calibrate/calibrate.ts')).calibrateCommand(),
  watch: async () => (await import('./watch/watch.ts')).watchCommand(),
  record: async () => (await import('./watch/record.ts')).recordCommand(),
  acl: async () => (await import('./acl.ts')).aclCommand(),
  outputs: async () => (await import('./outputs.ts')).outputsCommand(),
  service: async () => (await import('./service/service.ts')).serviceCommand(),
  config: async () => (await import('./config/config.ts')).configCommand(),
  bench: async () => (await import('./bench/bench.ts')).benchCommand(),
}
const DEFAULT = 'run'

main(process.argv.slice(2)).catch(async (error: Error) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : MISUSED
    if (error.code === 'commander.unknownOption') await suggestSetting(error.message)
    return
  }
  process.stderr.write(`neurond: ${adviceOn(error) ?? error.message}\n`)
  process.exitCode = error instanceof ConfigError && error.complaints.some(isFlag) ? MISUSED : FAILED
})

// `| head` has seen enough: that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The terminal was closed: SIGHUP says so too, and ends what has to be ended in order.
  if (error.code === 'EIO') return
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`neurond: the output cannot be written: ${error.message}\n`)
  process.exit(FAILED)
})

async function main([first = DEFAULT]: readonly string[]): Promise<void> {
  const program = new Command('neurond')
    .description('Makes this computer a neuron: leaky integrate-and-fire, in real time, with a knob, an LED and MQTT.')
    .version(packageVersion(), '-V, --version', 'print the version')
  for (const name of wanted(first)) {
    program.addCommand(await (COMMANDS[name] as () => Promise<Command>)(), { isDefault: name === DEFAULT })
  }
  throwInsteadOfExit(program)
  // A default command would take a misspelt one for its argument.
  if (!first.startsWith('-') && first !== 'help' && !Object.hasOwn(COMMANDS, first)) {
    program.error(`error: unknown command '${first}', must be one of ${Object.keys(COMMANDS).join(', ')}`)
  }
  await program.parseAsync()
}

/** The command that is named, the default one for its options, all of them for the help. */
function wanted(first: string): string[] {
  if (Object.hasOwn(COMMANDS, first)) return [first]
  const asksForHelp = ['help', '--help', '-h'].includes(first)
  return asksForHelp ? Object.keys(COMMANDS) : [DEFAULT]
}

/** So that misuse has an exit code of its own, in every command. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride()
  command.commands.forEach(throwInsteadOfExit)
}

/** What commander does not know: a flag may have been meant as a setting. */
async function suggestSetting(message: string): Promise<void> {
  const { settingMeant } = await import('./config/hint.ts')
  const setting = settingMeant(/unknown option '(.*?)'/s.exec(message)?.[1] ?? '', process.argv.slice(2))
  if (setting) process.stderr.write(`(Did you mean --set ${setting}?)\n`)
}

function isFlag({ where }: ConfigComplaint): boolean {
  return where.startsWith('--set') || where === 'BROKER'
}

/** What hinders every program. */
function adviceOn({ code, syscall }: NodeJS.ErrnoException): string | undefined {
  if (syscall === 'uv_cwd')
    return 'this folder has been removed while you were in it: go to another (cd), and try again'
  if (code === 'EMFILE') return 'this user may not open enough files: allow more (ulimit -n 1024), and try again'
  return undefined
}
