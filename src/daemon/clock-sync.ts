import { readFileSync } from 'node:fs'
import { loadAdjtimex } from '../../drivers/bus/libc.ts'

/** adjtimex(2): the clock is not synchronised. */
const TIME_ERROR = 5

/** Does the system clock follow a time server? Undefined where the kernel cannot be asked. */
export type KernelClock = () => boolean | undefined

/**
 * Ask the kernel, which knows it whoever sets the clock: timesyncd, chrony or ntpd. Never asked under a system call
 * filter, which may end the process for it: systemd's @system-service does not permit adjtimex.
 */
export function openKernelClock(load = loadAdjtimex, status = processStatus): KernelClock {
  if (!/^Seccomp:\s*0$/m.test(status())) return () => undefined
  try {
    const adjtimex = load()
    return () => {
      const state = adjtimex()
      return state < 0 ? undefined : state !== TIME_ERROR
    }
  } catch {
    return () => undefined
  }
}

function processStatus(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8')
  } catch {
    return ''
  }
}
