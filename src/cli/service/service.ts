import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { Command } from 'commander'
import type { Console } from '../console.ts'
import { defaultConfigFile } from '../default-config.ts'
import { PACKAGE_FOLDER, packageVersion } from '../package-info.ts'
import { applyStep, readSystem, runProgram, unreachable } from './apply-steps.ts'
import { formatServiceStatus, serviceStatus } from './status.ts'
import {
  formatStep,
  installSteps,
  PATHS,
  type Program,
  pathsInHome,
  programFault,
  type Step,
  type SystemState,
  uninstallSteps,
  unitFor,
} from './steps.ts'

const MAIN = `${PACKAGE_FOLDER}/dist/src/cli/main.js`

const EXAMPLES = `
Examples:
  sudo neurond service install               starts now, and whenever this computer starts
  neurond service status                     its state
  journalctl --follow --unit neurond         its log
  sudo neurond service uninstall             removes all of it
`

/** What the command needs besides the console: the state of this machine. */
interface ServiceContext {
  readonly program: Program
  readonly readSystem: () => SystemState
  readonly isRunBySystemd: boolean
  readonly isRoot: boolean
  readonly unreachable: typeof unreachable
}

interface InstallOptions {
  readonly dryRun?: true
}

interface UninstallOptions extends InstallOptions {
  readonly keepConfig?: true
}

/** `neurond service`: the neuron as a service of systemd. */
export function serviceCommand(console: Console, context = serviceContext()): Command {
  const service = new Command('service')
    .description('let systemd run the neuron: it starts with this computer, and again after every crash')
    .addHelpText('after', EXAMPLES)
  service
    .command('install')
    .description(
      'install unit, user, udev rules and configuration, and start the service; run it again after every upgrade',
    )
    .option('--dry-run', 'only print what would be done')
    .action((options: InstallOptions) => install(console, context, options))
  service
    .command('status')
    .description('print the state of the service; exits 1 when it does not run')
    .option('--json', 'for programs')
    .action(({ json }: { json?: true }) => {
      const now = serviceStatus(requireSystemd(context))
      console.print(json ? `${JSON.stringify(now, null, 2)}\n` : formatServiceStatus(now))
      if (!now.running) console.setExitCode(1)
    })
  service
    .command('uninstall')
    .description('stop the service, and remove everything that was installed, with its configuration')
    .option('--dry-run', 'only print what would be done')
    .option('--keep-config', `keep ${PATHS.folder}`)
    .action((options: UninstallOptions) => uninstall(console, context, options))
  return service
}

function install(console: Console, context: ServiceContext, { dryRun }: InstallOptions): void {
  const { print } = console
  const { program } = context
  if (!dryRun) requireSystemd(context)
  const homePaths = pathsInHome(program)
  const fault = programFault(program) ?? context.unreachable(program, homePaths)
  if (fault !== null) throw new Error(fault)
  const files = {
    unit: unitFor(readPackageFile('systemd/neurond.service'), program),
    rules: readPackageFile('systemd/70-neurond.rules'),
    config: readFileSync(defaultConfigFile(), 'utf8'),
    version: packageVersion(),
  }
  const steps = installSteps(context.readSystem(), files)
  if (homePaths.length > 0)
    print(
      `Note: this program is in a home folder (${homePaths.join(', ')}). The service can read that, and nothing else of the home; when it ` +
        'moves, for example with another version of node, install the service again.\n\n',
    )
  if (!applySteps(print, context, steps, 'install', dryRun)) return
  print(`
The neuron runs, and from now on it starts with this computer.
  its configuration    ${PATHS.config} (after a change: sudo systemctl reload neurond)
  its state            neurond service status
  its log              journalctl --follow --unit neurond
  to remove it         ${sudoLine('uninstall')}
`)
}

function uninstall({ print }: Console, context: ServiceContext, { dryRun, keepConfig }: UninstallOptions): void {
  if (!dryRun) requireSystemd(context)
  const steps = uninstallSteps(context.readSystem(), keepConfig ?? false)
  if (steps.length === 0) {
    print('There is nothing of the service on this computer.\n')
    return
  }
  if (!applySteps(print, context, steps, `uninstall${keepConfig ? ' --keep-config' : ''}`, dryRun)) return
  const kept = keepConfig ? `its configuration is still in ${PATHS.folder}` : 'nothing of it is left'
  print(
    `\nThe service is gone; ${kept}. Its log stays in the journal. The program itself: sudo npm uninstall -g neurond\n`,
  )
}

/** Prints each step and, without --dry-run, carries it out. Returns whether it did. */
function applySteps(
  print: Console['print'],
  { isRoot }: ServiceContext,
  steps: readonly Step[],
  subcommand: string,
  dryRun = false,
): boolean {
  if (dryRun) {
    print(`\`${sudoLine(subcommand)}\` would do this:\n${steps.map(step => `${formatStep(step)}\n`).join('')}`)
    return false
  }
  if (!isRoot) throw new Error(`only root may do this: ${sudoLine(subcommand)}   (--dry-run says what it does)`)
  for (const step of steps) {
    print(`${formatStep(step)}\n`)
    try {
      applyStep(step)
    } catch (error) {
      if (step.type === 'run' && /start$/.test(step.command[1] ?? '')) throw new Error(startFailure(error as Error))
      throw error
    }
  }
  return true
}

function startFailure({ message }: Error): string {
  const journal = runProgram(['journalctl', '--unit', 'neurond', '--lines', '5', '--output', 'cat', '--no-pager'], true)
  return (
    `it is installed, but does not run; systemd tries again every few seconds: ${message}\n${journal}` +
    `What fixes it: \`sudo -u neurond ${process.execPath} ${MAIN} doctor --config ${PATHS.config}\``
  )
}

/** @throws Error where another program is process 1 */
function requireSystemd({ isRunBySystemd }: ServiceContext): typeof runProgram {
  if (isRunBySystemd) return runProgram
  throw new Error(
    'this computer is not run by systemd (there is no /run/systemd/system): let its own init system start ' +
      '`neurond run --config FILE`, and `neurond outputs low --config FILE` when that has ended',
  )
}

function serviceContext(): ServiceContext {
  return {
    program: { node: realpathSync(process.execPath), folder: PACKAGE_FOLDER },
    readSystem,
    isRunBySystemd: existsSync('/run/systemd/system'),
    isRoot: process.getuid?.() === 0,
    unreachable,
  }
}

/** With full paths where sudo finds neither neurond nor node, as with nvm or in a clone. */
function sudoLine(subcommand: string): string {
  const usual = process.execPath.startsWith('/usr/') && /^\/usr\/.*\/node_modules\//.test(PACKAGE_FOLDER)
  return `sudo ${usual ? 'neurond' : `${process.execPath} ${MAIN}`} service ${subcommand}`
}

function readPackageFile(file: string): string {
  return readFileSync(`${PACKAGE_FOLDER}/${file}`, 'utf8')
}
