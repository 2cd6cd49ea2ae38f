/** Is all well, and if not, why, in words. Pure. */
import type { HealthReport, LinkFigures } from './types.ts'

/** From here on a teacher hears that the click is off the beat. */
const LATE_EDGE_US = 5000
/** Some missed wake-ups are normal without real-time priority; nothing is lost by them. */
const MISSED_SHARE = 0.01

export function complaints(health: HealthReport, link: LinkFigures): string[] {
  const clipped = link.synapses.clipped + health.clippedArrivals
  const missed = health.missedTicks
  const checks: readonly (readonly [boolean, string])[] = [
    [missed > MISSED_SHARE * health.ticks, `${missed} of ${health.ticks} ticks missed`],
    [
      health.edgeLateUs.p99 > LATE_EDGE_US,
      `1 % of the flashes come ${Math.round(health.edgeLateUs.p99)} us late or more`,
    ],
    [health.stalls > 0, `${health.stalls} stalls, ${Math.round(health.skippedMs)} ms skipped`],
    [health.adcErrors > 0, `${health.adcErrors} failed readings of the knob`],
    [health.outputErrors > 0, `${health.outputErrors} failed outputs`],
    [health.lostReports > 0, `${health.lostReports} reports of the neuron thread lost`],
    [link.dropped > 0, `${link.dropped} spikes not delivered since the start`],
    ...link.warnings.map(words => [true, words] as const),
    [clipped > 0, `${clipped} synaptic events were too many`],
  ]
  return checks.filter(([wrong]) => wrong).map(([, words]) => words)
}
