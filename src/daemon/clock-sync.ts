import { readFileSync } from 'node:fs'
import { loadAdjtimex } from '../../drivers/bus/libc.ts'
import { type Timers, timesyncdIsSynced } from '../loop/clock.ts'
import type { ClockReport } from '../mqtt/types.ts'
import { askChrony, type Tracking } from './chrony.ts'

/** adjtimex(2): the clock is not synchronised. */
const TIME_ERROR = 5

/** Loading koffi for the system call takes some 40 ms: not while the first spikes are sent. */
const ASK_KERNEL_AFTER_MS = 2000
/** chronyd is asked so often at the most. */
const ASK_CHRONY_EVERY_MS = 10_000

/** Is the system clock synchronised to a time server? Undefined where the kernel cannot be asked. */
type ReadKernelSync = () => boolean | undefined

/** Who may be asked about the clock; tests give others. */
interface ClockSources {
  readonly chrony: () => Promise<Tracking | undefined>
  readonly kernel: () => ReadKernelSync
  readonly timesyncd: () => boolean
}

const SOURCES = (timers: Timers): ClockSources => ({
  chrony: () => askChrony(timers),
  kernel: openKernelSync,
  timesyncd: timesyncdIsSynced,
})

/**
 * Reads whether the system clock is synchronised to a time server. chronyd is asked first, because it knows how well, and
 * it answers in any sandbox. Its answer comes later: a reading has the last one.
 * @param asksKernel other machines may compare their clocks with this one: then the kernel is asked too, for which 3 MB
 * are loaded; else only chronyd and systemd-timesyncd are
 */
export function openClockSync(asksKernel: boolean, timers: Timers, sources = SOURCES(timers)): () => ClockReport {
  const startedMs = timers.nowMs()
  let askedMs = Number.NEGATIVE_INFINITY
  let tracking: Tracking | undefined
  let readKernel: ReadKernelSync | undefined

  function ask(): void {
    if (timers.nowMs() - askedMs < ASK_CHRONY_EVERY_MS) return
    askedMs = timers.nowMs()
    void sources.chrony().then(answer => {
      tracking = answer
    })
  }

  function read(): ClockReport {
    ask()
    if (tracking) return { ...tracking, source: 'chrony' }
    if (asksKernel && timers.nowMs() - startedMs > ASK_KERNEL_AFTER_MS) readKernel ??= sources.kernel()
    const isTimesyncd = sources.timesyncd()
    const synced = readKernel?.() ?? isTimesyncd
    return { synced, errMs: null, source: synced ? (isTimesyncd ? 'timesyncd' : 'kernel') : 'none' }
  }

  read()
  return read
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
