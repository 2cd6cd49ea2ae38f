/** Finds neurond daemons that run on this machine, and the hardware that they have open. */
import { readlinkSync, statSync } from 'node:fs'
import { listFolder, readOrEmpty } from './read-or-empty.ts'

export interface RunningDaemon {
  readonly pid: number
  /** The buses, lines and files of the kernel's drivers that it has open; undefined where this user may not look. */
  readonly hardware: readonly string[] | undefined
  /** systemd runs it, as the service neurond. */
  readonly isService: boolean
  /** Whose it is, if it is another user's. */
  readonly user?: string | undefined
}

/** `/dev/i2c-1`, `anon_inode:gpio-line`, `/sys/bus/iio/devices/iio:device0/in_voltage0_raw`. */
const HARDWARE = /\/dev\/i2c-|gpio|^\/sys\//
const KERNEL_ADC = /\/in(_voltage)?\d+_(raw|input)$/

/**
 * Daemons other than this process.
 * @param root where /proc is, for tests
 * @param ownIds user numbers whose processes are one's own
 */
export function runningDaemons(root = '', ownIds = ownUserIds()): RunningDaemon[] {
  const numbers = listFolder(`${root}/proc`)?.map(Number).filter(Number.isInteger) ?? []
  const daemons = numbers.filter(
    pid => pid !== process.pid && isDaemon(readOrEmpty(`${root}/proc/${pid}/cmdline`).split('\0')),
  )
  return daemons.map(pid => ({
    pid,
    hardware: openFiles(`${root}/proc/${pid}/fd`)?.filter(path => HARDWARE.test(path)),
    isService: readOrEmpty(`${root}/proc/${pid}/cgroup`).includes('/neurond.service'),
    user: otherUser(root, pid, ownIds),
  }))
}

/** Under sudo those of the user who called it, too. */
function ownUserIds({ SUDO_UID } = process.env): number[] {
  return [process.getuid?.() ?? 0, ...(SUDO_UID === undefined ? [] : [Number(SUDO_UID)])]
}

function otherUser(root: string, pid: number, ownIds: readonly number[]): string | undefined {
  const uid = statSync(`${root}/proc/${pid}`, { throwIfNoEntry: false })?.uid
  if (uid === undefined || ownIds.includes(uid)) return undefined
  const accounts = readOrEmpty(`${root}/etc/passwd`).split('\n')
  return accounts.map(line => line.split(':')).find(([, , number]) => Number(number) === uid)?.[0] ?? `user ${uid}`
}

/** Those that listen at one of these TCP ports; where none can be seen to, those that may: another user's. */
export function daemonsAtPorts(ports: readonly number[], root = ''): RunningDaemon[] {
  const sockets = listeningSockets(ports, root)
  if (sockets.length === 0) return []
  const daemons = runningDaemons(root)
  const listening = daemons.filter(({ pid }) =>
    openFiles(`${root}/proc/${pid}/fd`)?.some(path => sockets.includes(path)),
  )
  return listening.length > 0 ? listening : daemons.filter(({ hardware }) => hardware === undefined)
}

/** proc(5), /proc/net/tcp: the local address in hexadecimal, the other one, the state, …, the inode. */
const TCP_LINE = /^ *\d+: [0-9A-F]+:([0-9A-F]{4}) \S+ ([0-9A-F]{2})(?: +\S+){5} +(\d+)/gm
const LISTENING = '0A'

/** Sockets at these ports as they stand among the open files of a process: `socket:[12345]`. */
function listeningSockets(ports: readonly number[], root: string): string[] {
  const table = readOrEmpty(`${root}/proc/net/tcp`) + readOrEmpty(`${root}/proc/net/tcp6`)
  return [...table.matchAll(TCP_LINE)]
    .filter(([, port = '', state]) => state === LISTENING && ports.includes(Number.parseInt(port, 16)))
    .map(([, , , inode]) => `socket:[${inode}]`)
}

/** `node …/cli/main.js run`, `node /usr/bin/neurond --config …`: run is the default command. */
export function isDaemon([program = '', ...words]: readonly string[]): boolean {
  if (!/(^|\/)(node|neurond)[^/]*$/.test(program)) return false
  // Flags of Node itself stand before the script.
  const [script = '', first = ''] = words.slice(words.findIndex(word => !word.startsWith('-')))
  return /(\/src\/cli\/main\.js|\/neurond)$/.test(script) && (first === '' || first === 'run' || first.startsWith('-'))
}

/** May it have hardware open? A daemon with simulated hardware has none. */
export function mayHaveHardware({ hardware }: RunningDaemon): boolean {
  return hardware === undefined || hardware.length > 0
}

/** May it have the ADC on this I2C bus, or one of the kernel's? */
export function mayHaveAdc({ hardware }: RunningDaemon, bus: unknown): boolean {
  return hardware === undefined || hardware.some(path => path.endsWith(`/dev/i2c-${bus}`) || KERNEL_ADC.test(path))
}

/** `process 12, 13; process 40 of ann` */
export function formatProcesses(daemons: readonly RunningDaemon[]): string {
  const { own, others } = byOwner(daemons)
  return [
    ...(own.length > 0 ? [`process ${own.map(({ pid }) => pid).join(', ')}`] : []),
    ...others.map(({ pid, user }) => `process ${pid} of ${user}`),
  ].join('; ')
}

/** How these daemons are stopped: systemd would restart its own after a kill, and other users are to be asked. */
export function stopCommand(daemons: readonly RunningDaemon[]): string {
  const { own, others } = byOwner(daemons)
  const killed = own.filter(({ isService }) => !isService)
  const sudo = killed.some(({ hardware }) => hardware === undefined) ? 'sudo ' : ''
  const commands = [
    ...(killed.length < own.length ? ['sudo systemctl stop neurond'] : []),
    ...(killed.length > 0 ? [`${sudo}kill ${killed.map(({ pid }) => pid).join(' ')}`] : []),
  ].join(' && ')
  const requests = others.map(({ pid, user }) => `ask ${user} to stop process ${pid}`)
  return [commands, ...requests].filter(Boolean).join(', and ')
}

/** The service is the machine's, and counts as one's own. */
function byOwner(daemons: readonly RunningDaemon[]) {
  const isOther = ({ user, isService }: RunningDaemon) => user !== undefined && !isService
  return { own: daemons.filter(daemon => !isOther(daemon)), others: daemons.filter(isOther) }
}

function openFiles(folder: string): string[] | undefined {
  return listFolder(folder)?.flatMap(name => {
    try {
      return readlinkSync(`${folder}/${name}`)
    } catch {
      // Closed meanwhile.
      return []
    }
  })
}
