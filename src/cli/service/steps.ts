/** What is done to install and to remove the service, step by step. Pure: it decides, and touches nothing. */

/** One step, with what it is good for. */
export type Step = { readonly why: string } /** Readable for everybody, unless it is secret. */ & (
  | { readonly type: 'write'; readonly path: string; readonly text: string; readonly secret?: true }
  /** A file, or a folder with all that is in it. */
  | { readonly type: 'remove'; readonly path: string }
  | { readonly type: 'run'; readonly command: Command; readonly mayFail?: true }
)

/** What is there already. */
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

/** The files as they are to be, and the version that they come from. */
export interface InstallFiles {
  readonly unit: string
  readonly rules: string
  readonly config: string
  readonly version: string
}

export const PATHS = {
  unit: '/etc/systemd/system/neurond.service',
  ownSettings: '/etc/systemd/system/neurond.service.d',
  rules: '/etc/udev/rules.d/70-neurond.rules',
  folder: '/etc/neurond',
  config: '/etc/neurond/neurond.yaml',
  password: '/etc/neurond/mqtt-password',
  record: '/etc/neurond/installed.json',
  state: '/var/lib/neurond',
} as const

const USER = 'neurond'
const GROUPS = ['gpio', 'i2c']

type Command = readonly [string, ...string[]]

const RELOAD_RULES: Command = ['udevadm', 'control', '--reload']
/** udev leaves to a group what it has once given it, also when the group is gone. Links lead to what is not theirs. */
const FIND: Command = ['find', '/dev', '/sys/class/gpio', '/sys/devices']
const CLOSE = ['(', '-type', 'l', '-o', '-exec', 'chmod', 'g=', '{}', '+', ')']
const GIVE_BACK = [...CLOSE, '-exec', 'chgrp', '--no-dereference', 'root', '{}', '+']

/** What the installation made, so that its end removes that and no more. */
interface InstallRecord {
  readonly version: string
  readonly user: boolean
  readonly groups: readonly string[]
}

/** What is missing; nothing where all is as it should be, but that it is seen to run. */
export function installSteps(site: SystemState, goods: InstallFiles): Step[] {
  const before = readRecord(site)
  const groups = GROUPS.filter(group => !site.groups.has(group))
  const user = !site.users.includes(USER)
  const made: InstallRecord = {
    version: goods.version,
    user: user || (before?.user ?? false),
    groups: [...(before?.groups ?? []), ...groups.filter(group => !before?.groups.includes(group))],
  }
  const rules = changed(site, PATHS.rules, goods.rules, 'who may use GPIO, I2C, PWM and lamps: the groups gpio and i2c')
  const unit = changed(site, PATHS.unit, goods.unit, 'how systemd starts, watches and confines it')
  const record = changed(site, PATHS.record, `${JSON.stringify(made, null, 2)}\n`, 'what was made here, for the end')
  const config = site.exists(PATHS.config)
    ? []
    : changed(site, PATHS.config, goods.config, 'its configuration, yours to change')
  const own = ownershipSteps(site)
  const isNew = [...rules, ...unit, ...record, ...config, ...own].length > 0
  return [
    ...record,
    ...groups.map(group => run(['groupadd', '--system', group], `the group that may use ${group}`)),
    ...(user ? [run(newUser(), 'the user that it runs as, without password and shell')] : []),
    ...config,
    ...own,
    ...rules,
    ...(rules.length > 0 ? udevSteps() : []),
    ...unit,
    ...(unit.length > 0 ? [run(['systemctl', 'daemon-reload'], 'systemd reads the unit')] : []),
    run(['systemctl', 'enable', '--quiet', USER], 'it starts with this computer'),
    run(['systemctl', isNew ? 'restart' : 'start', USER], 'it starts now, and has started once it ticks'),
  ]
}

/** What is still there of it; the configuration stays where that is wished. */
export function uninstallSteps(site: SystemState, keepConfig: boolean): Step[] {
  const made = readRecord(site)
  const isThere = (path: string) => site.exists(path)
  const groups = (made?.groups ?? []).filter(group => site.groups.get(group)?.length === 0)
  const unit: Step[] = isThere(PATHS.unit)
    ? [
        run(['systemctl', 'disable', '--quiet', '--now', USER], 'it stops: outputs low, `offline` published', true),
        remove(PATHS.unit, 'its unit'),
      ]
    : []
  const rules: Step[] = isThere(PATHS.rules)
    ? [remove(PATHS.rules, 'its udev rules'), run(RELOAD_RULES, 'udev forgets them', true)]
    : []
  return [
    ...unit,
    ...[PATHS.ownSettings].filter(isThere).map(path => remove(path, 'what you set by `systemctl edit`')),
    ...(unit.length > 0
      ? [
          run(['systemctl', 'daemon-reload'], 'systemd forgets it'),
          run(['systemctl', 'reset-failed', USER], 'and how it fared', true),
        ]
      : []),
    ...rules,
    ...[PATHS.state].filter(isThere).map(path => remove(path, 'what it kept')),
    ...(made?.user && site.users.includes(USER) ? [run(['userdel', USER], 'its user')] : []),
    ...groups.flatMap(group => [
      run([...FIND, '-group', group, ...GIVE_BACK], `root alone may use ${group} again`, true),
      run(['groupdel', group], 'a group that was made for it, and has no members'),
    ]),
    ...[keepConfig ? PATHS.record : PATHS.folder]
      .filter(isThere)
      .map(path => remove(path, keepConfig ? 'what was made here' : 'its configuration and its password')),
  ]
}

/** The step as a line for people. */
export function formatStep(step: Step): string {
  const what = step.type === 'run' ? step.command.join(' ') : `${step.type} ${step.path}`
  return `  ${what}\n      ${step.why}`
}

/**
 * The service may replace its configuration, as `keepChanges` has it. What is root's in the same folder the unit has read-only,
 * which needs it to be there: else the service could lay a link in its place.
 */
function ownershipSteps(site: SystemState): Step[] {
  const steps: readonly (readonly [isDone: boolean, step: Step])[] = [
    [
      site.exists(PATHS.password),
      { type: 'write', path: PATHS.password, text: '', secret: true, why: 'for a password at a broker, root’s alone' },
    ],
    [site.groupOf(PATHS.folder) === USER, run(['chown', `${USER}:${USER}`, PATHS.folder], 'where it may write')],
    [
      site.groupOf(PATHS.config) === USER,
      run(['chown', '--no-dereference', `${USER}:${USER}`, PATHS.config], 'in which it may keep what is changed'),
    ],
  ]
  return steps.filter(([isDone]) => !isDone).map(([, step]) => step)
}

function changed(site: SystemState, path: string, text: string, why: string): Step[] {
  return site.read(path) === text ? [] : [{ type: 'write', path, text, why }]
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
    run(['udevadm', 'trigger', '--action=add', '--settle', ...subsystems], 'and follows them', true),
  ]
}

function readRecord(site: SystemState): InstallRecord | undefined {
  try {
    return JSON.parse(site.read(PATHS.record) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

/** The unit of the service, fitted to where node and neurond are on this machine. Pure. */

/** Where the program is. */
export interface Program {
  /** The node that runs it, and the folder of this package: absolute, without symbolic links. */
  readonly node: string
  readonly folder: string
}

/** As the unit has them: where Debian's node and `sudo npm install -g neurond` are. */
const DEFAULT_PROGRAM: Program = { node: '/usr/bin/node', folder: '/usr/lib/node_modules/neurond' }

/** Folders that ProtectHome= hides; those that do not last (PrivateTmp=, npx); what has a meaning of its own in a unit. */
const HOMES = /^\/(?:home|root|run\/user)\//
const TEMPORARY = /^(?:\/var)?\/tmp\/|^\/dev\/shm\/|\/_npx\//
const SPECIAL = /[\s"'\\%$:]/

/** The file for this machine. */
export function unitFor(unit: string, program: Program): string {
  const fitted = unit
    .replaceAll(DEFAULT_PROGRAM.node, program.node)
    .replaceAll(`${DEFAULT_PROGRAM.folder}/dist`, `${program.folder}/dist`)
  const hidden = pathsInHome(program)
  if (hidden.length === 0) return fitted
  const shown = `# The homes are empty, but for the program itself.\nProtectHome=tmpfs\nBindReadOnlyPaths=${hidden.join(' ')}`
  return fitted.replace('ProtectHome=yes', shown)
}

/** What lies in a home, and must be shown to the service all the same. */
export function pathsInHome(program: Program): string[] {
  return [program.node, packageFolder(program.folder)].filter(path => HOMES.test(path))
}

/** Why the service could not use this program for long; null if it can. */
export function programFault({ node, folder }: Program): string | null {
  const advice = 'install it in a usual place, with `sudo npm install -g`, and then the service'
  const fleeting = [node, folder].find(path => TEMPORARY.test(path))
  if (fleeting !== undefined) return `neurond runs from ${fleeting}, which does not last: ${advice}`
  const special = [node, folder].find(path => SPECIAL.test(path))
  if (special === undefined) return null
  return `neurond runs from '${special}', and a unit cannot hold a path with a space or one of "'\\%$: in it: ${advice}`
}

/** The folder that holds the package and what it needs: its own node_modules, or those that it is one of. */
export function packageFolder(folder: string): string {
  const [, shared] = /^(.*\/node_modules)\/neurond$/.exec(folder) ?? []
  // Installed globally it brings its own; in a project it shares those around it.
  return shared === undefined || /\/lib\/node_modules$/.test(shared) ? folder : shared
}
