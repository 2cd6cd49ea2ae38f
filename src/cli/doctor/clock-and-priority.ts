/** Checks whether the clock is synchronised, and which scheduling the neuron thread gets. Pure. */
import type { Scheduling } from '../../loop/types.ts'
import { type Check, ok, skip, warn } from './check-result-and-format.ts'

export interface ClockFacts {
  /** systemd-timesyncd has set the clock since the start. */
  readonly timesync: boolean
  /** What timedatectl and chronyc say; undefined where they do not answer. */
  readonly timedatectl: boolean | undefined
  readonly chrony: boolean | undefined
  /** What chronyd says the clock is off at the most, ms; undefined or null where it does not say. */
  readonly errMs?: number | null | undefined
}

interface PriorityFacts {
  /** What a thread of this user gets; undefined if it could not be tried. */
  readonly scheduling: Scheduling | undefined
  /** RLIMIT_RTPRIO, soft; in a container it limits root too. */
  readonly limit: number
  readonly root: boolean
  readonly user: string
}

interface PrioritySettings {
  readonly realtime: 'auto' | 'off'
  readonly priority: number
}

export function checkClock({ timesync, timedatectl, chrony, errMs }: ClockFacts): Check {
  if (chrony === true) return ok('clock', `synchronised (chrony${errMs ? `, within ${withinMs(errMs)}` : ''})`)
  if (timesync || timedatectl === true)
    return ok('clock', `synchronised (${timesync ? 'systemd-timesyncd' : 'says timedatectl'})`)
  const why = 'spike times cannot be compared with those of other machines'
  if (timedatectl === undefined && chrony === undefined) {
    const fix = 'sudo apt install systemd-timesyncd (or chrony); in a container the host sees to it'
    return warn(
      'clock',
      `cannot be told to be synchronised (neither timedatectl nor chronyc answers): if it is not, ${why}`,
      fix,
    )
  }
  const fix =
    chrony === undefined ? 'sudo timedatectl set-ntp true, and see timedatectl timesync-status' : 'chronyc sources'
  return warn('clock', `not synchronised: ${why}`, fix)
}

/** Rounded up: `0.4 ms`. */
function withinMs(errMs: number): string {
  return `${errMs < 10 ? Math.ceil(errMs * 10) / 10 : Math.ceil(errMs)} ms`
}

export function checkPriority({ scheduling, limit, root, user }: PriorityFacts, wanted: PrioritySettings): Check {
  const name = 'real time'
  if (wanted.realtime === 'off') return skip(name, 'switched off (loop.realtime)')
  if (scheduling === undefined) return warn(name, 'could not be tried', 'see the other lines')
  if (scheduling.policy === 'fifo')
    return ok(name, `SCHED_FIFO priority ${scheduling.priority} is granted to the neuron thread`)
  const cost = 'the neuron runs, and spikes may come some ms late when the machine is busy'
  if (/chrt/.test(scheduling.reason)) return warn(name, `${scheduling.reason}: ${cost}`, 'sudo apt install util-linux')
  const text = `no real-time priority (RLIMIT_RTPRIO is ${limit}, must be ${wanted.priority}): ${cost}`
  if (root) {
    const fix = `docker run --cap-add=SYS_NICE --ulimit rtprio=${wanted.priority} …`
    return warn(name, `${text}; not even root is allowed to: this is a container`, fix)
  }
  if (limit >= wanted.priority)
    return warn(
      name,
      `no real-time priority (${scheduling.reason}): ${cost}`,
      'sudo sysctl kernel.sched_rt_runtime_us=950000',
    )
  const fix = `echo '${user} - rtprio ${wanted.priority}' | sudo tee /etc/security/limits.d/neurond.conf, then log in again (the service needs nothing: neurond service install)`
  return warn(name, text, fix)
}

export function checkTimerSlack(scheduling: Scheduling | undefined): Check {
  const slackNs = scheduling?.timerSlackNs
  if (slackNs === 1) return ok('timer slack', '1 ns: the thread wakes as precisely as the kernel can')
  const text = 'cannot be set (/proc/…/timerslack_ns): every wake-up may come 50 us late'
  return warn('timer slack', text, 'use a kernel from 4.6 on, and allow the container to write its own /proc')
}
