/** What is good and bad about the neuron's health, in words. Pure. */
import { clippedEvents, type FigureFaults, judgeFigures } from '../../../../loop/health.ts'
import type { HealthReport } from '../../../../mqtt/types.ts'
import type { WebLink, WebState } from '../../../data-sources.ts'
import { WORDS } from '../../shared/neuron-page-words.ts'
import { formatFixed } from '../../shared/number-format.ts'
import { inWords, partName } from '../../shared/spoken-names.ts'

interface HealthFinding {
  readonly level: 'good' | 'bad' | 'note'
  readonly text: string
}

/** Less skipped time is rounding, ms. */
const LEAST_SKIPPED_MS = 1

/**
 * `bad` needs somebody's attention now; what is over, or does no harm, is a note.
 * @param isSkipping model time is skipped now
 */
export function healthFindings(
  health: HealthReport,
  link: WebLink,
  state: WebState,
  mocked: readonly string[],
  isSkipping = false,
): HealthFinding[] {
  const words = WORDS.health
  const { knob = '', ...outputs } = state.faults
  const clipped = clippedEvents(link.synapses, health)
  const late = microseconds(health.edgeLateUs.p99)
  const faults = judgeFigures(health)
  return [
    bad(faults.silent, words.dead),
    faults.late ? bad(true, words.tooLate(late)) : Number.isFinite(health.edgeLateUs.p99) ? good(words.late(late)) : [],
    bad(state.inputLost, words.knobLost(knob)),
    ...Object.entries(outputs).map(([name, why]) => bad(true, words.outputLost(partName(name), why))),
    bad(health.lostReports > 0, words.lost(health.lostReports)),
    ...state.warnings.map(why => bad(true, words.warning(inWords(why)))),
    broker(link),
    clock(health, link),
    ticks(health, faults),
    readings(health, faults, state),
    note(health.outputErrors > 0 && Object.keys(outputs).length === 0, words.outputs(health.outputErrors)),
    note(health.stalls > 0, words.stalls(health.stalls)),
    skipped(health, isSkipping),
    note(clipped > 0, words.clipped(clipped)),
    note(health.mergedEdges > 0, words.merged(health.mergedEdges)),
    note(mocked.length > 0, words.mocked(mocked.join(', '))),
  ].flat()
}

/** Null if there was no spike to be late. */
export function microseconds(us: number | null): string {
  if (us === null || !Number.isFinite(us)) return '–'
  return us < 1000 ? `${formatFixed(us, 0)} µs` : `${formatFixed(us / 1000, 1)} ms`
}

function ticks({ missedTicks, ticks }: HealthReport, faults: FigureFaults): HealthFinding[] {
  const text = WORDS.health.ticks(missedTicks, ticks)
  return faults.missedTicks === 'most' ? bad(true, text) : note(faults.missedTicks === 'many', text)
}

function skipped({ skippedMs }: HealthReport, goesOn: boolean): HealthFinding[] {
  if (skippedMs < LEAST_SKIPPED_MS) return []
  return [{ level: goesOn ? 'bad' : 'note', text: WORDS.health.skipped(skippedMs, goesOn) }]
}

function readings({ adcErrors, adcReads }: HealthReport, { readingErrors }: FigureFaults, { inputLost }: WebState) {
  const text = WORDS.health.adc(adcErrors, adcReads)
  if (inputLost || readingErrors === 'none') return []
  return readingErrors === 'many' ? bad(true, text) : note(true, text)
}

function broker({ state, url, reason }: WebLink): HealthFinding[] {
  if (state === 'off') return note(true, WORDS.health.broker.off)
  if (state === 'connecting' && reason === '') return note(true, WORDS.health.broker.connecting(url))
  return state === 'online' ? good(WORDS.health.broker.online(url)) : bad(true, WORDS.health.brokerOffline(url, reason))
}

/** Only where there is a broker, other computers' spikes are compared with these. */
function clock({ clock }: HealthReport, { state }: WebLink): HealthFinding[] {
  const words = WORDS.health.clock
  if (!clock || state === 'off') return []
  if (!clock.synced) return note(true, words.alone)
  return good(words.synced(clock.errMs === null ? '' : words.within(microseconds(clock.errMs * 1000))))
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
