import type { Host } from '../loop/host.ts'
import type { Lateness } from '../loop/report.ts'
import { type BlockedFigures, median, type WindowFigures } from './bench/figures.ts'
import { openRig, WARM_UP_MS } from './bench/ticks.ts'
import type { Job } from './bench-job.ts'
import { block } from './bench-load.ts'
import { pause } from './console.ts'

const WINDOW_MS = 500
/** After a block the main thread takes up what has waited. */
const RECOVERY_MS = 50
const RATE_HZ = 100

/** Lateness of spike edges while the main thread is blocked for half a second, and in as long a time without: by turns. */
export async function measureBlocked(job: Job): Promise<BlockedFigures> {
  job.progress('main thread blocked')
  const rig = await openRig({ realtime: 'auto', spinUs: -1, rateHz: RATE_HZ })
  try {
    await pause(WARM_UP_MS, job.signal)
    return await turns(rig.host, job)
  } finally {
    await rig.host.close()
  }
}

async function turns(host: Host, { seconds, signal }: Job): Promise<BlockedFigures> {
  const read = host.healthReader()
  const free: Lateness[] = []
  const blocked: Lateness[] = []
  const pairs = Math.max(1, Math.round((seconds * 1000) / (2 * WINDOW_MS + RECOVERY_MS)))
  for (let pair = 0; pair < pairs; pair++) {
    await pause(RECOVERY_MS, signal)
    read()
    await pause(WINDOW_MS, signal)
    free.push(read().edgeLateUs)
    block(WINDOW_MS)
    blocked.push(read().edgeLateUs)
  }
  return { free: windowFigures(free), blocked: windowFigures(blocked) }
}

function windowFigures(windows: readonly Lateness[]): WindowFigures {
  const worsts = windows.map(({ max }) => max)
  return {
    p50: median(windows.map(({ p50 }) => p50)),
    typicalWorst: median(worsts),
    worst: Math.max(...worsts),
    windows: windows.length,
  }
}
