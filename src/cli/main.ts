#!/usr/bin/env -S node --max-semi-space-size=1
// A small young generation of the heap halves the memory of the process; the neuron's thread has its own.
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { type ConfigComplaint, ConfigError } from '../config/messages.ts'
import { type Console, processConsole } from './console.ts'
import { packageVersion } from './package-info.ts'
import { isTerminalGone } from './terminal-gone.ts'

const FAILED = 1
const MISUSED = 2

/** Each is loaded only when it is used, so that the neuron starts fast. */
const COMMANDS: Readonly<Record<string, (console: Console) => Promise<Command>>> = {
  run: async console => (await import('./run/run.ts')).runCommand(console),
  simulate: async console => (await import('./simulate/simulate.ts')).simulateCommand(console),
  fi: async console => (await import('./simulate/fi.ts')).fiCommand(console),
  doctor: async console => (await import('./doctor/doctor.ts')).doctorCommand(console),
  calibrate: async console => (await import('./calibrate/calibrate.ts')).calibrateCommand(console),
  watch: async console => (await import('./watch/watch.ts')).watchCommand(console),
  lesson: async console => (await import('./lesson/lesson.ts')).lessonCommand(console),
  record: async console => (await import('./watch/record.ts')).recordCommand(console),
  acl: async console => (await import('./acl.ts')).aclCommand(console),
  outputs: async console => (await import('./outputs-low-and-record.ts')).outputsCommand(console),
  service: async console => (await import('./service/service.ts')).serviceCommand(console),
  config: async console => (await import('./config/config.ts')).configCommand(console),
  bench: async console => (await import('./bench/bench.ts')).benchCommand(console),
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

// Node would abort because it cannot restore the settings of a terminal that is gone. Everything else is closed.
process.on('exit', () => {
  if (isTerminalGone()) process.kill(process.pid, 'SIGKILL')
})

// There is nowhere left to say it.
process.stderr.on('error', () => {})

// The reader of a pipe may end early (`| head`): that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The terminal is gone: that is noticed elsewhere, and stops everything in order.
  if (error.code === 'EIO') return
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`neurond: the output cannot be written: ${error.message}\n`)
  process.exit(FAILED)
})

async function main([first = DEFAULT]: readonly string[]): Promise<void> {
  const program = new Command('neurond')
    .description('Makes this computer a neuron: leaky integrate-and-fire, in real time, with a knob, an LED and MQTT.')
    .version(packageVersion(), '-V, --version', 'print the version')
  const console = processConsole()
  for (const name of commandsFor(first)) {
    program.addCommand(await COMMANDS[name]!(console), { isDefault: name === DEFAULT })
  }
  throwInsteadOfExit(program)
  // The default command would take a misspelt command for its argument.
  if (!first.startsWith('-') && first !== 'help' && !Object.hasOwn(COMMANDS, first)) {
    program.error(`error: unknown command '${first}', must be one of ${Object.keys(COMMANDS).join(', ')}`)
  }
  await program.parseAsync()
}

/** The named command; the default one where the command line begins with an option; all of them for the help. */
function commandsFor(first: string): string[] {
  if (Object.hasOwn(COMMANDS, first)) return [first]
  const asksForHelp = ['help', '--help', '-h'].includes(first)
  return asksForHelp ? Object.keys(COMMANDS) : [DEFAULT]
}

/** So that main sets the exit code of misuse in every command. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride()
  command.commands.forEach(throwInsteadOfExit)
}

/** An unknown option may have been meant as a setting. */
async function suggestSetting(message: string): Promise<void> {
  const { optionMeant, settingMeant } = await import('./suggest-set-option.ts')
  const flag = /unknown option '(.*?)'/s.exec(message)?.[1] ?? ''
  const option = optionMeant(flag, process.argv.slice(2))
  const setting = option ? undefined : settingMeant(flag, process.argv.slice(2))
  // Commander has suggested one that looks alike already.
  if (option && !message.includes(`(Did you mean ${option}?)`)) process.stderr.write(`(Did you mean ${option}?)\n`)
  if (setting) process.stderr.write(`(Did you mean --set ${setting}?)\n`)
}

function isFlag({ where }: ConfigComplaint): boolean {
  return where.startsWith('--set') || where === 'BROKER'
}

/** Advice on faults that any command can meet. */
function adviceOn({ code, syscall }: NodeJS.ErrnoException): string | undefined {
  if (syscall === 'uv_cwd')
    return 'this folder has been removed while you were in it: go to another (cd), and try again'
  // A file of a package that cannot be opened for want of a descriptor is reported as a package that is not there.
  if (code === 'EMFILE' || (code === 'ERR_MODULE_NOT_FOUND' && openFilesLimit() < FEW_FILES))
    return 'this user may not open enough files: allow more (ulimit -n 1024), and try again'
  return undefined
}

/** The start alone may need so many open files. */
const FEW_FILES = 256

/** How many files this process may have open (proc(5), limits); 0 where not even that can be read. */
function openFilesLimit(): number {
  try {
    return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1])
  } catch {
    return 0
  }
}
