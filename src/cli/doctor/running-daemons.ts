/** Finds neurond daemons that run on this machine, and the hardware that they have open. */
import { readlinkSync } from 'node:fs'
import { listFolder, readOrEmpty } from './read-or-empty.ts'

export interface RunningDaemon {
  readonly pid: number
  /** The buses, lines and files of the kernel's drivers that it has open; undefined where this user may not look. */
  readonly hardware: readonly string[] | undefined
  /** systemd runs it, as the service neurond. */
  readonly isService: boolean
}

/** `/dev/i2c-1`, `anon_inode:gpio-line`, `/sys/bus/iio/devices/iio:device0/in_voltage0_raw`. */
const HARDWARE = /\/dev\/i2c-|gpio|^\/sys\//
const KERNEL_ADC = /\/in(_voltage)?\d+_(raw|input)$/

/** Daemons other than this process. @param root where /proc is, for tests */
export function runningDaemons(root = ''): RunningDaemon[] {
  const numbers = listFolder(`${root}/proc`)?.map(Number).filter(Number.isInteger) ?? []
  const daemons = numbers.filter(
    pid => pid !== process.pid && isDaemon(readOrEmpty(`${root}/proc/${pid}/cmdline`).split('\0')),
  )
  return daemons.map(pid => ({
    pid,
    hardware: openFiles(`${root}/proc/${pid}/fd`)?.filter(path => HARDWARE.test(path)),
    isService: readOrEmpty(`${root}/proc/${pid}/cgroup`).includes('/neurond.service'),
  }))
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

/** `process 12, 13` */
export function formatProcesses(daemons: readonly RunningDaemon[]): string {
  return `process ${daemons.map(({ pid }) => pid).join(', ')}`
}

/** The commands that stop these daemons. systemd would restart its own after a kill. */
export function stopCommand(daemons: readonly RunningDaemon[]): string {
  const others = daemons.filter(({ isService }) => !isService)
  const sudo = others.some(({ hardware }) => hardware === undefined) ? 'sudo ' : ''
  return [
    ...(others.length < daemons.length ? ['sudo systemctl stop neurond'] : []),
    ...(others.length > 0 ? [`${sudo}kill ${others.map(({ pid }) => pid).join(' ')}`] : []),
  ].join(' && ')
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
