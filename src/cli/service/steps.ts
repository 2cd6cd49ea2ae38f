/** The steps that install and remove the service, and its unit file. Pure. */

/** One step, and its reason. */
export type Step = { readonly why: string } & (
  | {
      readonly type: 'write'
      readonly path: string
      readonly text: string
      /** Only root may read the file; else everybody may. */
      readonly secret?: true
    }
  /** A file, or a folder with all that is in it. */
  | { readonly type: 'remove'; readonly path: string }
  | { readonly type: 'run'; readonly command: Command; readonly mayFail?: true }
)

/** What the machine has already. */
export interface SystemState {
  /** Undefined where there is no such file. */
  readonly read: (path: string) => string | undefined
  readonly exists: (path: string) => boolean
  /** Name of the group that a file or folder belongs to; undefined where there is none. */
  readonly groupOf: (path: string) => string | undefined
  /** Names of the users, and of the groups with their members. */
  readonly users: readonly string[]
  readonly groups: ReadonlyMap<string, readonly string[]>
}

/** The files to install, and the version that they come from. */
interface InstallFiles {
  readonly unit: string
  readonly rules: string
  readonly config: string
  readonly version: string
}

export const PATHS = {
  unit: '/etc/systemd/system/neurond.service',
  ownSettings: '/etc/systemd/system/neurond.service.d',
  rules: '/etc/udev/rules.d/70-neurond.rules',
  modules: '/etc/modules-load.d/neurond.conf',
  folder: '/etc/neurond',
  config: '/etc/neurond/neurond.yaml',
  password: '/etc/neurond/mqtt-password',
  record: '/etc/neurond/installed.json',
  state: '/var/lib/neurond',
} as const

const USER = 'neurond'
const GROUPS = ['gpio', 'i2c']

/** The driver of /dev/i2c-N, which no device asks for. Raspberry Pi OS loads it only after `raspi-config`. */
const I2C_DEV = 'i2c-dev'
const MODULES = `# Written by \`neurond service install\`.\n${I2C_DEV}\n`

type Command = readonly [string, ...string[]]

const RELOAD_RULES: Command = ['udevadm', 'control', '--reload']
/** udev never takes a device from a group again, even when the group is gone. Links are left out: their targets are others'. */
const FIND: Command = ['find', '/dev', '/sys/class/gpio', '/sys/devices']
const CLOSE = ['(', '-type', 'l', '-o', '-exec', 'chmod', 'g=', '{}', '+', ')']
const GIVE_BACK = [...CLOSE, '-exec', 'chgrp', '--no-dereference', 'root', '{}', '+']

/** What the installation created, so that the uninstallation removes that and no more. */
interface InstallRecord {
  readonly version: string
  readonly user: boolean
  readonly groups: readonly string[]
}

/** Steps for what is missing; on a complete installation only those that make it run. */
export function installSteps(system: SystemState, files: InstallFiles): Step[] {
  const before = readRecord(system)
  const groups = GROUPS.filter(group => !system.groups.has(group))
  const user = !system.users.includes(USER)
  const created: InstallRecord = {
    version: files.version,
    user: user || (before?.user ?? false),
    groups: [...(before?.groups ?? []), ...groups.filter(group => !before?.groups.includes(group))],
  }
  const rules = changed(system, PATHS.rules, files.rules, 'lets the groups gpio and i2c use GPIO, I2C, PWM and LEDs')
  // A file that somebody else has written, with other modules too, stays as it is.
  const modules = namesModule(system.read(PATHS.modules))
    ? []
    : changed(system, PATHS.modules, MODULES, 'at every start the kernel gets the driver of /dev/i2c-*')
  const unit = changed(system, PATHS.unit, files.unit, 'how systemd starts, watches and confines it')
  const record = changed(
    system,
    PATHS.record,
    `${JSON.stringify(created, null, 2)}\n`,
    'records what is created, so that uninstall removes it',
  )
  const config = system.exists(PATHS.config)
    ? []
    : changed(system, PATHS.config, files.config, 'its configuration, for you to change')
  const own = ownershipSteps(system)
  const isNew = [...rules, ...modules, ...unit, ...record, ...config, ...own].length > 0
  return [
    ...record,
    ...groups.map(group => run(['groupadd', '--system', group], `the group that may use ${group}`)),
    ...(user ? [run(newUser(), 'the user that it runs as, without password and shell')] : []),
    ...config,
    ...own,
    ...modules,
    ...(modules.length > 0 ? [run(['modprobe', I2C_DEV], 'and now', true)] : []),
    ...rules,
    // The devices of a driver that was just loaded are waited for, so that the service may open them.
    ...(rules.length + modules.length > 0 ? udevSteps() : []),
    ...unit,
    ...(unit.length > 0 ? [run(['systemctl', 'daemon-reload'], 'systemd reads the unit')] : []),
    run(['systemctl', 'enable', '--quiet', USER], 'it starts with this computer'),
    run(['systemctl', isNew ? 'restart' : 'start', USER], 'it starts now, and has started once it ticks'),
  ]
}

/** Steps for what is still there; the configuration is left if that is wanted. */
export function uninstallSteps(system: SystemState, keepConfig: boolean): Step[] {
  const created = readRecord(system)
  const isThere = (path: string) => system.exists(path)
  const groups = (created?.groups ?? []).filter(group => system.groups.get(group)?.length === 0)
  const unit: Step[] = isThere(PATHS.unit)
    ? [
        run(['systemctl', 'disable', '--quiet', '--now', USER], 'it stops: outputs low, `offline` published', true),
        remove(PATHS.unit, 'its unit'),
      ]
    : []
  const rules: Step[] = isThere(PATHS.rules)
    ? [remove(PATHS.rules, 'its udev rules'), run(RELOAD_RULES, 'udev no longer applies them', true)]
    : []
  return [
    ...unit,
    ...[PATHS.ownSettings].filter(isThere).map(path => remove(path, 'what you set by `systemctl edit`')),
    ...(unit.length > 0
      ? [
          run(['systemctl', 'daemon-reload'], 'systemd forgets the unit'),
          run(['systemctl', 'reset-failed', USER], 'and its failures', true),
        ]
      : []),
    ...rules,
    ...(system.read(PATHS.modules) === MODULES
      ? [remove(PATHS.modules, 'no longer loads the driver of /dev/i2c-*')]
      : []),
    ...[PATHS.state].filter(isThere).map(path => remove(path, 'its saved data')),
    ...(created?.user && system.users.includes(USER) ? [run(['userdel', USER], 'its user')] : []),
    ...groups.flatMap(group => [
      run([...FIND, '-group', group, ...GIVE_BACK], `root alone may use ${group} again`, true),
      run(['groupdel', group], 'a group that was created for it, and has no members'),
    ]),
    ...[keepConfig ? PATHS.record : PATHS.folder]
      .filter(isThere)
      .map(path => remove(path, keepConfig ? 'the record of what was created' : 'its configuration and its password')),
  ]
}

/** The step and its reason, for the terminal. */
export function formatStep(step: Step): string {
  const what = step.type === 'run' ? step.command.join(' ') : `${step.type} ${step.path}`
  return `  ${what}\n      ${step.why}`
}

/**
 * The service may replace its configuration (`keepChanges`). Files of root in the same folder are read-only in the unit,
 * which needs them to exist: otherwise the service could put a link in their place.
 */
function ownershipSteps(system: SystemState): Step[] {
  const steps: readonly (readonly [isDone: boolean, step: Step])[] = [
    [
      system.exists(PATHS.password),
      {
        type: 'write',
        path: PATHS.password,
        text: '',
        secret: true,
        why: 'for the password of a broker; only root can read it',
      },
    ],
    [
      system.groupOf(PATHS.folder) === USER,
      run(['chown', `${USER}:${USER}`, PATHS.folder], 'so that it can write there'),
    ],
    [
      system.groupOf(PATHS.config) === USER,
      run(['chown', '--no-dereference', `${USER}:${USER}`, PATHS.config], 'so that it can save changes'),
    ],
  ]
  return steps.filter(([isDone]) => !isDone).map(([, step]) => step)
}

function changed(system: SystemState, path: string, text: string, why: string): Step[] {
  return system.read(path) === text ? [] : [{ type: 'write', path, text, why }]
}

/** Does the text of a file in modules-load.d name the driver of /dev/i2c-N? */
function namesModule(text = ''): boolean {
  return text.split('\n').some(line => /^i2c[-_]dev$/.test(line.trim()))
}

function remove(path: string, why: string): Step {
  return { type: 'remove', path, why }
}

function run(command: Command, why: string, mayFail = false): Step {
  return { type: 'run', command, why, ...(mayFail && { mayFail }) }
}

function newUser(): Command {
  const home = ['--home-dir', PATHS.state, '--no-create-home', '--shell', '/usr/sbin/nologin']
  return ['useradd', '--system', '--user-group', ...home, USER]
}

function udevSteps(): Step[] {
  const subsystems = ['gpio', 'i2c-dev', 'pwm', 'leds'].map(name => `--subsystem-match=${name}`)
  return [
    run(RELOAD_RULES, 'udev reads its rules', true),
    run(['udevadm', 'trigger', '--action=add', '--settle', ...subsystems], 'and applies them', true),
  ]
}

function readRecord(system: SystemState): InstallRecord | undefined {
  try {
    return JSON.parse(system.read(PATHS.record) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

/** Where the program is. */
export interface Program {
  /** The node that runs it, and the folder of this package: absolute, without symbolic links. */
  readonly node: string
  readonly folder: string
}

/** The paths in the unit file: those of Debian's node and of `sudo npm install -g neurond`. */
const DEFAULT_PROGRAM: Program = { node: '/usr/bin/node', folder: '/usr/lib/node_modules/neurond' }

/** Folders that ProtectHome= hides; folders that do not last (PrivateTmp=, npx); characters with a meaning in a unit. */
const HOMES = /^\/(?:home|root|run\/user)\//
const TEMPORARY = /^(?:\/var)?\/tmp\/|^\/dev\/shm\/|\/_npx\//
const SPECIAL = /[\s"'\\%$:]/

/** The unit file for this machine. */
export function unitFor(unit: string, program: Program): string {
  const fitted = unit
    .replaceAll(DEFAULT_PROGRAM.node, program.node)
    .replaceAll(`${DEFAULT_PROGRAM.folder}/dist`, `${program.folder}/dist`)
  const hidden = pathsInHome(program)
  if (hidden.length === 0) return fitted
  const shown = `# The homes are empty, but for the program itself.\nProtectHome=tmpfs\nBindReadOnlyPaths=${hidden.join(' ')}`
  return fitted.replace('ProtectHome=yes', shown)
}

/** Paths of the program in a home, which the service must see nevertheless. */
export function pathsInHome(program: Program): string[] {
  return [program.node, packageFolder(program.folder)].filter(path => HOMES.test(path))
}

/** Why a service cannot use this program; null if it can. */
export function programFault({ node, folder }: Program): string | null {
  const advice = 'install it in a usual place, with `sudo npm install -g`, and then the service'
  const fleeting = [node, folder].find(path => TEMPORARY.test(path))
  if (fleeting !== undefined) return `neurond runs from ${fleeting}, which does not last: ${advice}`
  const special = [node, folder].find(path => SPECIAL.test(path))
  if (special === undefined) return null
  return `neurond runs from '${special}', and a unit cannot hold a path with a space or one of "'\\%$: in it: ${advice}`
}

/** The folder with the package and its dependencies: the package itself, or the node_modules that it is in. */
export function packageFolder(folder: string): string {
  const [, shared] = /^(.*\/node_modules)\/neurond$/.exec(folder) ?? []
  // A global installation has its own dependencies; in a project they are beside it.
  return shared === undefined || /\/lib\/node_modules$/.test(shared) ? folder : shared
}
