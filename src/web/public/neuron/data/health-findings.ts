/** What is good and bad about the neuron's health, in words. Pure. */
import type { HealthReport } from '../../../../mqtt/types.ts'
import type { WebLink, WebState } from '../../../data-sources.ts'
import { WORDS } from '../../shared/words.ts'

interface HealthFinding {
  readonly level: 'good' | 'bad' | 'note'
  readonly text: string
}

/** From here on a teacher hears that the click is off the beat, µs. */
const LATE_EDGE_US = 5000
/** Some missed steps are normal without real-time priority, and nothing is lost by them; with so many it is no real time. */
const MISSED_SHARE = 0.01
const UNREAL_SHARE = 0.5
/** From this share of failed readings on the wires are bad. */
const ERROR_SHARE = 0.01
const DEAD_MS = 1000

/** `bad` needs somebody's attention now; what is over, or does no harm, is a note. */
export function healthFindings(
  health: HealthReport,
  link: WebLink,
  state: WebState,
  mocked: readonly string[],
): HealthFinding[] {
  const words = WORDS.health
  const { knob = '', ...outputs } = state.faults
  const clipped = link.synapses.clipped + health.clippedArrivals
  const late = microseconds(health.edgeLateUs.p99)
  const isLate = health.edgeLateUs.p99 > LATE_EDGE_US
  return [
    bad(health.tickAgeMs > DEAD_MS, words.dead),
    isLate ? bad(true, words.tooLate(late)) : Number.isFinite(health.edgeLateUs.p99) ? good(words.late(late)) : [],
    bad(state.inputLost, words.knobLost(knob)),
    ...Object.entries(outputs).map(([name, why]) => bad(true, words.outputLost(name, why))),
    bad(health.lostReports > 0, words.lost(health.lostReports)),
    ...state.warnings.map(why => bad(true, words.warning(why))),
    broker(link),
    ticks(health),
    readings(health, state),
    note(health.outputErrors > 0 && Object.keys(outputs).length === 0, words.outputs(health.outputErrors)),
    note(health.stalls > 0, words.stalls(health.stalls, health.skippedMs.toFixed(0))),
    note(clipped > 0, words.clipped(clipped)),
    note(health.mergedEdges > 0, words.merged(health.mergedEdges)),
    note(mocked.length > 0, words.mocked(mocked.join(', '))),
  ].flat()
}

/** Null if there was no spike to be late. */
export function microseconds(us: number | null): string {
  if (us === null || !Number.isFinite(us)) return '–'
  return us < 1000 ? `${us.toFixed(0)} µs` : `${(us / 1000).toFixed(1)} ms`
}

function ticks({ missedTicks, ticks }: HealthReport): HealthFinding[] {
  const text = WORDS.health.ticks(missedTicks, ticks)
  if (missedTicks > UNREAL_SHARE * ticks) return bad(true, text)
  return note(missedTicks > MISSED_SHARE * ticks, text)
}

function readings({ adcErrors, adcReads }: HealthReport, { inputLost }: WebState): HealthFinding[] {
  const text = WORDS.health.adc(adcErrors, adcReads)
  if (inputLost || adcErrors === 0) return []
  return adcErrors > ERROR_SHARE * adcReads ? bad(true, text) : note(true, text)
}

function broker({ state, url, reason }: WebLink): HealthFinding[] {
  if (state === 'off') return note(true, WORDS.health.broker.off)
  if (state === 'connecting' && reason === '') return note(true, WORDS.health.broker.connecting(url))
  return state === 'online' ? good(WORDS.health.broker.online(url)) : bad(true, WORDS.health.brokerOffline(url, reason))
}

function good(text: string): HealthFinding[] {
  return [{ level: 'good', text }]
}

function bad(holds: boolean, text: string): HealthFinding[] {
  return holds ? [{ level: 'bad', text }] : []
}

function note(holds: boolean, text: string): HealthFinding[] {
  return holds ? [{ level: 'note', text }] : []
}
