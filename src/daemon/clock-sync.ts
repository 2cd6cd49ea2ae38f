import { readFileSync } from 'node:fs'
import { loadAdjtimex } from '../../drivers/bus/libc.ts'
import { monotonicMs, timesyncdIsSynced } from '../loop/clock.ts'

/** adjtimex(2): the clock is not synchronised. */
const TIME_ERROR = 5

/** Loading koffi for the system call takes some 40 ms: not while the first spikes are sent. */
const ASK_KERNEL_AFTER_MS = 2000

/** Is the system clock synchronised to a time server? Undefined where the kernel cannot be asked. */
type ReadKernelSync = () => boolean | undefined

/**
 * Is the system clock synchronised to a time server?
 * @param asksKernel other machines may compare their clocks with this one: then the kernel is asked, for which 3 MB are
 * loaded; else only systemd-timesyncd is
 */
export function openClockSync(asksKernel: boolean): () => boolean {
  const startedMs = monotonicMs()
  let readKernel: ReadKernelSync | undefined
  return () => {
    if (asksKernel && monotonicMs() - startedMs > ASK_KERNEL_AFTER_MS) readKernel ??= openKernelSync()
    return readKernel?.() ?? timesyncdIsSynced()
  }
}

/**
 * Asks the kernel, which knows it for timesyncd, chrony and ntpd alike. Not under a system call filter, which may end
 * the process for it: systemd's @system-service does not permit adjtimex.
 */
export function openKernelSync(load = loadAdjtimex, status = processStatus): ReadKernelSync {
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
