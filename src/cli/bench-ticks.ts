import type { Comparison, Skipped, TickFigures } from './bench/figures.ts'
import { runBeside } from './bench/ticks.ts'
import type { Job } from './bench-job.ts'
import { busy, garbage, type Load } from './bench-load.ts'

/** About the rate of the f-I curve's middle. */
const RATE_HZ = 47

/** Lateness of the ticks at 1 kHz, beside cyclictest: without rights, and with real-time priority under three loads. */
export async function measureTicks(job: Job): Promise<TickFigures> {
  const run = (title: string, realtime: 'off' | 'required', load?: Load) => {
    job.progress(`ticks, ${title}`)
    return runBeside({ of: 'ticks', realtime, spinUs: 0, rateHz: RATE_HZ, ...(load && { load }) }, job)
  }
  return {
    other: await run('SCHED_OTHER', 'off'),
    fifo: await run('SCHED_FIFO', 'required'),
    fifoBusy: await run('SCHED_FIFO, main thread busy', 'required', busy),
    fifoGarbage: await run('SCHED_FIFO, main thread collecting garbage', 'required', garbage),
  }
}

/** Lateness of the spike edges as the daemon would have them here, spin and all, beside cyclictest. */
export async function measureEdges(job: Job): Promise<Comparison | Skipped> {
  job.progress('spike edges')
  return runBeside({ of: 'edges', realtime: 'auto', spinUs: -1, rateHz: RATE_HZ }, job)
}
