import { execFileSync } from 'node:child_process'
import { readlinkSync, writeFileSync } from 'node:fs'
import type { Scheduling } from '../types.ts'

export interface SchedulingOptions {
  readonly realtime: 'auto' | 'off'
  readonly priority: number
  /** -1 is automatic. */
  readonly spinUs: number
}

/** Busy wait before a spike where real-time priority is held, us. */
const REALTIME_SPIN_US = 100

/**
 * Make the calling thread as punctual as the system permits, this thread alone: given to the whole process, real-time
 * priority lets garbage collection starve the neuron. Needs no rights for the timer slack, RLIMIT_RTPRIO for SCHED_FIFO.
 */
export function scheduleThisThread(options: SchedulingOptions): Scheduling {
  const timerSlackNs = sharpenTimers()
  const refusal = options.realtime === 'off' ? 'switched off (loop.realtime)' : takeFifo(options.priority)
  const fifo = refusal === ''
  return {
    policy: fifo ? 'fifo' : 'other',
    priority: fifo ? options.priority : 0,
    timerSlackNs,
    spinUs: options.spinUs >= 0 ? options.spinUs : fifo ? REALTIME_SPIN_US : 0,
    reason: refusal,
  }
}

/** The id of the calling thread, as /proc knows it. */
export function threadId(): string {
  return readlinkSync('/proc/thread-self').split('/').at(-1) as string
}

/** Timer slack 1 ns instead of the default 50 us (prctl(2), PR_SET_TIMERSLACK); returns what holds, NaN where unknown. */
function sharpenTimers(): number {
  try {
    writeFileSync(`/proc/${threadId()}/timerslack_ns`, '1')
    return 1
  } catch {
    return Number.NaN
  }
}

/** Returns why not, '' when it was granted. */
function takeFifo(priority: number): string {
  try {
    execFileSync('chrt', ['--fifo', '--pid', String(priority), threadId()], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    return ''
  } catch (error) {
    const { code, stderr, message } = error as NodeJS.ErrnoException & {
      stderr?: Buffer
    }
    if (code === 'ENOENT') return 'chrt is not installed (apt install util-linux)'
    const words = stderr?.toString().trim() || message
    if (!/not permitted/i.test(words)) return words
    return `not permitted; the user needs RLIMIT_RTPRIO of at least ${priority} (ulimit -r, or LimitRTPRIO=${priority} in the unit)`
  }
}
