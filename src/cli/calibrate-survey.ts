/** Watches the knob being turned: end by end where there is a keyboard, else to and fro for a time. */
import type { Probe } from './calibrate/measure.ts'
import { type Travel, travelBetween, travelWithin, type Visit } from './calibrate/travel.ts'

/** What the survey needs of whoever turns the knob. */
export interface Turner {
  readonly nowMs: () => number
  /** Ask for something; resolves when Enter is pressed. */
  readonly asked: (request: string) => Promise<void>
  readonly say: (text: string) => void
  /** A line that is replaced by the next; '' takes it away. */
  readonly live: (line: string) => void
}

/** At an end, so much of what was seen last counts, ms. */
const HELD_MS = 1000
const BAR_WIDTH = 24

/** @throws TravelError */
export async function surveyEnds(probe: Probe, turner: Turner): Promise<Travel> {
  turner.say(`${probe.description}\n`)
  const left = await heldAt(
    'Turn the knob to its left end, where there is least current, and press Enter.',
    probe,
    turner,
  )
  const right = await heldAt('Now turn it to its right end, and press Enter.', probe, turner)
  return travelBetween(left, right)
}

/** @throws TravelError */
export async function surveyFor(seconds: number, probe: Probe, turner: Turner): Promise<Travel> {
  turner.say(`${probe.description}\n`)
  turner.say(`For ${seconds} s: turn the knob from one end to the other, and hold it at both for a moment.\n`)
  const endMs = turner.nowMs() + seconds * 1000
  const visits = await watched(probe, turner, () => turner.nowMs() < endMs)
  return travelWithin(visits.map(({ visit }) => visit))
}

async function heldAt(request: string, probe: Probe, turner: Turner): Promise<readonly Visit[]> {
  let isWaiting = true
  const enter = turner.asked(`${request}\n`).finally(() => {
    isWaiting = false
  })
  // Whoever leaves is noticed below.
  enter.catch(() => {})
  // One more round after Enter, so that every channel has been seen at the end.
  let more = probe.channels.length
  const visits = await watched(probe, turner, () => isWaiting || more-- > 0)
  await enter
  const lastMs = visits.at(-1)?.atMs ?? 0
  const recent = visits.filter(({ atMs }) => atMs > lastMs - HELD_MS)
  const few = visits.slice(-probe.channels.length)
  return (recent.length > few.length ? recent : few).map(({ visit }) => visit)
}

interface Seen {
  readonly visit: Visit
  readonly atMs: number
}

/** Looks around until it is told to stop, and shows the channel that has moved most so far. */
async function watched(probe: Probe, turner: Turner, goesOn: () => boolean): Promise<Seen[]> {
  const seen: Seen[] = []
  const spans = new Map<Visit['channel'], { low: number; high: number }>()
  try {
    while (goesOn()) {
      const visit = await probe.visit()
      seen.push({ visit, atMs: turner.nowMs() })
      const span = spans.get(visit.channel) ?? { low: visit.level, high: visit.level }
      spans.set(visit.channel, { low: Math.min(span.low, visit.level), high: Math.max(span.high, visit.level) })
      if (visit.channel === widest(spans)) turner.live(lineOf(visit, probe.fullScaleVolts, spans.get(visit.channel)))
    }
    return seen
  } finally {
    turner.live('')
  }
}

function widest(spans: ReadonlyMap<Visit['channel'], { low: number; high: number }>): Visit['channel'] {
  return [...spans].toSorted(([, a], [, b]) => b.high - b.low - (a.high - a.low))[0]?.[0]
}

/** `channel 0  level 0.512 ███████····  0.02 to 0.98  noise 0.4 mV` */
function lineOf({ channel, level, noise }: Visit, volts: number, span?: { low: number; high: number }): string {
  const filled = Math.round(level * BAR_WIDTH)
  const bar = '█'.repeat(filled) + '·'.repeat(BAR_WIDTH - filled)
  const who = channel === undefined ? '' : `channel ${channel}  `
  const reach = span === undefined ? '' : `  ${span.low.toFixed(2)} to ${span.high.toFixed(2)}`
  return `${who}level ${level.toFixed(3)} ${bar}${reach}  noise ${(noise * volts * 1000).toFixed(1)} mV`
}
