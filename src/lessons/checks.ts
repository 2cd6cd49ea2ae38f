/** Each kind of check, fed with what is observed and with what the student answers. Pure. */
import type {
  AnswerCheck,
  BracketCheck,
  ChooseCheck,
  LessonCheck,
  MeasureCheck,
  OrderCheck,
  PointsCheck,
  SingleCheck,
  StimulusWords,
} from './format.ts'
import type { ObservedSpike, ObservedState } from './observations.ts'
import { type Answer, errorOfCv, type Measured, type ObservedRow, ofAnswer, relativeErrorOf } from './quantities.ts'
import { type Sentence, WHY } from './sentences.ts'
import { isWithin, quantitiesOf, type Stretch, type StretchTracker, trackStretch } from './stretch.ts'
import { type Agreement, compare, type Known, numberOf, widthOf } from './values.ts'
import { type Judgement, NOT_YET } from './verdict.ts'

/** What a student hands in. */
export type StudentReply =
  | { readonly type: 'number'; readonly value: number }
  /** Of the options that are chosen, from 0. */
  | { readonly type: 'options'; readonly indices: readonly number[] }
  | { readonly type: 'sketch'; readonly points: readonly (readonly [x: number, y: number])[] }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'confirmed' }

/** What the check runs in. `spanNa` is the range of the knob, nA. */
export interface CheckContext {
  readonly known: () => Known
  readonly state: () => ObservedState
  readonly spanNa: number
}

export interface RunningCheck {
  row(row: ObservedRow): void
  spike(spike: ObservedSpike): void
  /** A spike of another neuron, or of this one itself, arrived as the lesson has arranged. */
  arrival(): void
  /** A stimulus has ended: what it did. */
  answered(answer: Answer): void
  replied(reply: StudentReply): void
  /** What is under way begins anew. */
  restart(): void
  /** Something changed that every measurement depends on: what was measured before counts no more. */
  forget(): void
  verdict(): Judgement
}

const IGNORES = { row() {}, spike() {}, arrival() {}, answered() {}, replied() {}, restart() {}, forget() {} }

/** A current that stays within this share of the knob's range around its mean is held still. */
const STILL = 1 / 200
/** A held current is silent after t_ref and so many time constants without a spike: it is below the rheobase. */
const SILENT_TAU = 10
/** Between two stimuli V has settled after so many time constants. */
const REST_TAU = 8
const INTERVALS = 8
const STILL_MS = 500
/** Noise is measured by so many intervals at least. */
const NOISY_INTERVALS = 200

export function runCheck(check: LessonCheck, context: CheckContext): RunningCheck {
  if ('all' in check) return several(check.all, context, 'all')
  if ('any' in check) return several(check.any, context, 'any')
  return single(check, context)
}

function single(check: SingleCheck, context: CheckContext): RunningCheck {
  if ('measure' in check) return check.reply ? replyCheck(check, context) : measureCheck(check, context)
  if ('bracket' in check)
    return check.bracket === 'rheobaseNa' ? rheobaseCheck(check, context) : pulseCheck(check, context)
  if ('points' in check) return check.over === 'currentNa' ? pointsCheck(check, context) : repliesCheck(check, context)
  if ('order' in check) return orderCheck(check, context)
  if ('answer' in check) return answerCheck(check, context)
  if ('choose' in check) return chooseCheck(check)
  return anyReply('predict' in check && check.predict === 'sketch' ? 'sketch' : undefined)
}

/** A duration like `3 s` or `10 tau` in model ms. */
export function durationMs(text: string, { params }: Known): number {
  const [amount, unit] = [Number.parseFloat(text), text.split(' ')[1]]
  return amount * (unit === 's' ? 1000 : unit === 'tau' ? params.tauMs : 1)
}

function measureCheck(check: MeasureCheck, context: CheckContext): RunningCheck {
  if (check.measure === 'spikes' && check.for === undefined) return countCheck(check, context)
  const isCurrent = check.measure === 'currentNa' || check.measure === 'vMv'
  const needsStill = check.while?.steady ?? (!isCurrent && check.while?.currentNa === undefined)
  const quantity = check.measure === 'vMv' ? 'vMv' : 'iNa'
  const isJudgedByRow = isCurrent && check.intervals === undefined
  const accepts = (row: ObservedRow) =>
    compare(row[quantity], check, { ...context.known(), measuredNa: row.iNa }) === 'right'
  const stretch = trackStretch({
    while: check.while,
    bandNa: needsStill ? context.spanNa * STILL : undefined,
    accepts: isJudgedByRow ? accepts : undefined,
  })
  // Silence begins anew after each spike.
  const isSilence = check.measure === 'spikes' && compare(0, check, context.known()) === 'right'
  return {
    ...IGNORES,
    ...feeding(stretch, context, () => isSilence && stretch.now?.spikes.length && stretch.restart()),
    verdict: () => judgeStretch(stretch.now, check, context),
  }
}

/** @param look called when a row has come */
function feeding(stretch: StretchTracker, { state, known }: CheckContext, look: () => unknown = () => {}) {
  return {
    row(row: ObservedRow) {
      stretch.row(row, state(), known())
      look()
    },
    spike: (spike: ObservedSpike) => stretch.spike(spike),
    arrival: () => stretch.arrival(),
    restart: () => stretch.restart(),
    forget: () => stretch.restart(),
  }
}

type HeldCheck = Omit<MeasureCheck, 'reply'>

function judgeStretch(stretch: Stretch | null, check: HeldCheck, context: CheckContext): Judgement {
  if (stretch === null) return NOT_YET
  const known = context.known()
  const measured = quantitiesOf(stretch)
  const waiting = stillNeeded(stretch, measured, check, known)
  if (waiting !== null) return waiting
  if (check.while?.rateHz && !isWithin(measured.rateHz ?? 0, check.while.rateHz, known)) return NOT_YET
  const value = measured[check.measure] ?? Number.NaN
  const error = errorOf(check.measure, measured, known)
  const atMeasured = { ...known, measuredNa: stretch.meanNa }
  const unsure = stillUnsure(error, measured, check, atMeasured)
  return unsure ?? verdictOn(value, measured, check, atMeasured, 2 * error)
}

/** The standard error of a measured quantity, in its unit; 0 without noise. */
function errorOf(quantity: string, measured: Measured, { params }: Known): number {
  if (!(params.noiseMv > 0)) return 0
  if (quantity === 'rateHz' || quantity === 'isiMs') return relativeErrorOf(measured) * measured[quantity]!
  return quantity === 'cv' ? errorOfCv(measured) : 0
}

/** A noisy quantity is compared only once its standard error is less than half of the tolerance. */
function stillUnsure(error: number, measured: Measured, { equals, within = 0 }: HeldCheck, known: Known) {
  if (error === 0 || equals === undefined) return null
  const allowed = widthOf(within, numberOf(equals, known)) / 2
  if (!(error >= allowed) || allowed === 0) return null
  const have = measured.intervals ?? 0
  return { state: 'hold', have, need: Math.ceil(have * (error / allowed) ** 2), unit: 'intervals' } as const
}

/** What the stretch still lacks; null if nothing. */
function stillNeeded(stretch: Stretch, measured: Measured, check: HeldCheck, known: Known): Judgement | null {
  const countsIntervals =
    check.intervals !== undefined || ['rateHz', 'isiMs', 'cv', 'spikesPerArrival'].includes(check.measure)
  if (check.for !== undefined || !countsIntervals) {
    const need = check.for === undefined ? STILL_MS : durationMs(check.for, known)
    const have = stretch.untilMs - stretch.sinceMs
    if (have < need * (1 - 1e-9)) return { state: 'hold', have, need, unit: 'ms' }
    if (!countsIntervals || check.intervals === undefined) return null
  }
  const isNoisy = known.params.noiseMv > 0 && ['rateHz', 'isiMs', 'cv'].includes(check.measure)
  const need = Math.max(check.intervals ?? INTERVALS, isNoisy ? NOISY_INTERVALS : 0)
  const have = measured.intervals ?? 0
  return have < need ? { state: 'hold', have, need, unit: 'intervals' } : null
}

function verdictOn(value: number, measured: Measured, check: MeasureCheck, known: Known, slack = 0): Judgement {
  switch (compare(value, check, known, slack)) {
    case 'right':
      return {
        state: 'done',
        measured: check.equals === undefined ? measured : { ...measured, expected: numberOf(check.equals, known) },
      }
    case 'close':
      return { state: 'nearly', measured, off: value - nearestOf(value, check, known) }
    case 'wrong':
      return { state: 'notYet', measured }
    case 'unknown':
      return { state: 'cannotTell', why: WHY.untold }
  }
}

/** The right value that is nearest to the measured one. */
function nearestOf(value: number, { equals, between, above, below, atLeast }: MeasureCheck, known: Known): number {
  const ends = [equals, ...(between ?? []), above, below, atLeast]
    .filter(end => end !== undefined)
    .map(end => numberOf(end, known))
  return ends.reduce((best, end) => (Math.abs(end - value) < Math.abs(best - value) ? end : best), ends[0] ?? value)
}

/** Spikes since the step began. */
function countCheck(check: MeasureCheck, { known }: CheckContext): RunningCheck {
  let spikes = 0
  return {
    ...IGNORES,
    spike: () => void spikes++,
    verdict() {
      if (compare(spikes, check, known()) === 'right') return { state: 'done', measured: { spikes } }
      const need = check.atLeast === undefined ? 0 : numberOf(check.atLeast, known())
      return spikes > 0 && spikes < need ? { state: 'hold', have: spikes, need, unit: 'spikes' } : NOT_YET
    },
  }
}

function matches(answer: Answer, words: StimulusWords): boolean {
  const { shape, iNa, offsetNa, durationMs: ms, periodMs, widthMs, replaces } = answer.stimulus
  const has = { shape, iNa, offsetNa, ms, periodMs, widthMs, replace: replaces }
  return Object.entries(words).every(([name, wanted]) => has[name as keyof typeof has] === wanted)
}

function replyCheck(check: MeasureCheck, { known }: CheckContext): RunningCheck {
  let verdict: Judgement = NOT_YET
  return {
    ...IGNORES,
    answered(answer) {
      if (!matches(answer, check.reply!) || verdict.state === 'done') return
      verdict = judgeAnswer(answer, check, known())
    },
    forget() {
      verdict = NOT_YET
    },
    verdict: () => verdict,
  }
}

type ReplyCheck = Omit<MeasureCheck, 'reply'>

function judgeAnswer(answer: Answer, check: ReplyCheck, known: Known): Judgement {
  const measured = ofAnswer(answer, known.params.tauMs)
  if (check.spikes !== undefined && measured.spikes !== check.spikes) return { state: 'notYet', measured }
  const have = measured.intervals ?? 0
  if (check.intervals !== undefined && have < check.intervals) {
    return { state: 'hold', have, need: check.intervals, unit: 'intervals' }
  }
  const spoilt = spoiltBy(answer, check, known)
  if (spoilt !== null) return { state: 'cannotTell', why: spoilt }
  const value = measured[check.measure] ?? Number.NaN
  if (Number.isNaN(value)) {
    const isSettling = ['steadyMv', 't63Ms', 't37Ms', 'amplitudeMv'].includes(check.measure) && measured.spikes === 0
    return isSettling ? { state: 'cannotTell', why: WHY.unsettled } : { state: 'notYet', measured }
  }
  return verdictOn(value, measured, check, { ...known, ...measuredOf(answer) })
}

function measuredOf({ stimulus: { iNa, periodMs, durationMs: ms } }: Answer) {
  return { measuredNa: iNa, measuredHz: 1000 / periodMs, measuredMs: ms }
}

/** V begins at rest if it is within this share of the way from rest to the threshold. */
const AT_REST = 0.01
/** Of a synaptic current that decays, e^-5 is left after five time constants. */
const FORGOTTEN_TAU = 5

/** What the neuron had not recovered from when the stimulus began; null if nothing. */
function spoiltBy(answer: Answer, { measure }: ReplyCheck, { params, synapses }: Known): Sentence | null {
  const { silentMs } = answer
  const isOfOnset = measure === 'latencyMs' || measure === 'firstHz' || measure === 'adaptMs'
  if (isOfOnset && !isAtRest(answer, params)) return WHY.notAtRest
  const memoryMs = Math.max(0, ...(synapses ?? []).map(({ tauMs = 0 }) => tauMs))
  return ['firstHz', 'adaptMs'].includes(measure) && silentMs < FORGOTTEN_TAU * memoryMs ? WHY.remembers : null
}

/** With noise V is never at rest. */
function isAtRest({ rows: [row] }: Answer, { restMv, thresholdMv, noiseMv }: Known['params']): boolean {
  return !row || noiseMv > 0 || Math.abs(row.vMv - restMv) <= AT_REST * (thresholdMv - restMv)
}

/** A bracket of the rheobase by held currents: spikes are counted, not rates. */
function rheobaseCheck(check: BracketCheck, context: CheckContext): RunningCheck {
  const stretch = trackStretch({ bandNa: context.spanNa * STILL })
  const limits = openBracket(check)
  const look = () => {
    const { now } = stretch
    if (now === null) return
    const { params } = context.known()
    const isSilent = now.untilMs - now.sinceMs >= params.refractoryMs + SILENT_TAU * params.tauMs
    // A spike tells that the highest current of the stretch is above the rheobase; silence that its mean is not.
    if (now.spikes.length > 0) limits.above(now.highestNa)
    else if (isSilent) limits.below(now.meanNa)
  }
  return {
    ...IGNORES,
    ...feeding(stretch, context, look),
    forget() {
      stretch.restart()
      limits.forget()
    },
    verdict: limits.verdict,
  }
}

/** A bracket by stimuli: of their height, length or period, between one that makes the neuron fire and one that does not. */
function pulseCheck(check: BracketCheck, context: CheckContext): RunningCheck {
  const limits = openBracket(check)
  let endedMs = Number.NEGATIVE_INFINITY
  let spoilt: Sentence | null = null
  return {
    ...IGNORES,
    answered(answer) {
      const { onsetMs, stimulus, spikes, rows } = answer
      if (check.reply && !matches(answer, check.reply)) return
      const { params } = context.known()
      const hasRested = onsetMs - endedMs >= REST_TAU * params.tauMs
      endedMs = onsetMs + stimulus.durationMs
      const isAlone = stimulus.replaces || rows[0] === undefined || Math.abs(rows[0].iNa) < context.spanNa * STILL
      if (!hasRested) spoilt = WHY.tooSoon
      else if (!isAlone) spoilt = WHY.notAlone
      else spoilt = isAtRest(answer, params) ? null : WHY.notAtRest
      if (spoilt !== null) return
      const { iNa, durationMs: ms, periodMs } = stimulus
      const value = { rheobaseNa: iNa, iNa, ms, periodMs }[check.bracket]
      const { spikesPerPulse = 0 } = ofAnswer(answer, context.known().params.tauMs)
      const fired = check.spikesPerPulse === undefined ? spikes.length > 0 : spikesPerPulse >= check.spikesPerPulse
      if (fired === (check.fires !== 'below')) limits.above(value)
      else limits.below(value)
    },
    forget() {
      limits.forget()
      spoilt = null
    },
    verdict: () => (spoilt === null ? limits.verdict() : { state: 'cannotTell', why: spoilt }),
  }
}

interface Bracket {
  /** The edge is above this value, or at most at that one. */
  below(value: number): void
  above(value: number): void
  forget(): void
  verdict(): Judgement
}

function openBracket({ bracket, narrowerThan }: BracketCheck): Bracket {
  let low = Number.NEGATIVE_INFINITY
  let high = Number.POSITIVE_INFINITY
  let contradicted: Sentence | null = null
  const forget = () => {
    low = Number.NEGATIVE_INFINITY
    high = Number.POSITIVE_INFINITY
  }
  const take = (lowest: number, highest: number) => {
    low = lowest
    high = highest
    contradicted = low >= high ? WHY.contradiction(low, high) : null
    if (contradicted !== null) forget()
  }
  return {
    below: value => take(Math.max(low, value), high),
    above: value => take(low, Math.min(high, value)),
    forget() {
      forget()
      contradicted = null
    },
    verdict() {
      if (contradicted !== null) return { state: 'cannotTell', why: contradicted }
      const width = high - low
      const measured: Measured = {
        ...(low > -Infinity && { low }),
        ...(high < Infinity && { high }),
        ...(width < Infinity && { width, [bracket]: (low + high) / 2 }),
      }
      const isNarrow = width < widthOf(narrowerThan, (low + high) / 2)
      return isNarrow ? { state: 'done', measured } : { state: 'notYet', measured }
    },
  }
}

function pointsCheck(check: PointsCheck, context: CheckContext): RunningCheck {
  const each: HeldCheck = { measure: check.points, ...check.each }
  const stretch = trackStretch({ bandNa: context.spanNa * STILL })
  const points = openPoints(check)
  let current: Judgement = NOT_YET
  const look = () => {
    current = judgeStretch(stretch.now, each, context)
    if (current.state === 'done') points.take(current.measured.currentNa!, current.measured)
  }
  return {
    ...IGNORES,
    ...feeding(stretch, context, look),
    forget() {
      stretch.restart()
      points.forget()
    },
    verdict: () => points.verdict(current),
  }
}

/** Points that are answers to stimuli, over what varies from one to the next. */
function repliesCheck(check: PointsCheck, { known }: CheckContext): RunningCheck {
  const points = openPoints(check)
  let current: Judgement = NOT_YET
  return {
    ...IGNORES,
    answered(answer) {
      if (check.reply && !matches(answer, check.reply)) return
      current = judgeAnswer(answer, { measure: check.points, ...check.each }, known())
      const { iNa, durationMs: ms, periodMs } = answer.stimulus
      const at = { currentNa: iNa, iNa, ms, periodMs }[check.over]
      if (current.state === 'done') points.take(at, { ...current.measured, [check.over]: at })
    },
    forget: points.forget,
    verdict: () => points.verdict(current),
  }
}

/** Measurements far enough from one another. */
function openPoints({ points: quantity, over, from, to, apart, count }: PointsCheck) {
  let taken: Measured[] = []
  return {
    take(at: number, measured: Measured) {
      const isNew = taken.every(point => Math.abs(point[over]! - at) >= apart)
      if (isNew && at >= from && at <= to && taken.length < count) taken.push(measured)
    },
    forget() {
      taken = []
    },
    /** @param current what is said of the measurement under way */
    verdict(current: Judgement): Judgement {
      if (taken.length >= count) return { state: 'done', measured: flattened(taken, over, quantity) }
      if (current.state === 'cannotTell' || (current.state === 'hold' && taken.length === 0)) return current
      return { state: 'hold', have: taken.length, need: count, unit: 'points' }
    },
  }
}

/** The points as `currentNa1`, `rateHz1`, … */
function flattened(points: readonly Measured[], over: string, quantity: string): Measured {
  return Object.fromEntries(
    points.flatMap((point, index) => [
      [`${over}${index + 1}`, point[over]!],
      [`${quantity}${index + 1}`, point[quantity]!],
    ]),
  )
}

function orderCheck({ order, control }: OrderCheck, { known }: CheckContext): RunningCheck {
  return {
    ...IGNORES,
    verdict() {
      const values = order.map(value => numberOf(value, known()))
      const equals = control?.equal.map(value => numberOf(value, known())) ?? []
      if ([...values, ...equals].some(Number.isNaN)) return { state: 'cannotTell', why: WHY.missing }
      const isControlled = equals.every(value => Math.abs(value - equals[0]!) <= widthOf(control!.within, equals[0]!))
      if (!isControlled) return { state: 'cannotTell', why: WHY.control }
      const isOrdered = values.every((value, index) => index === 0 || value < values[index - 1]!)
      return isOrdered ? { state: 'done', measured: {} } : NOT_YET
    },
  }
}

function answerCheck(check: AnswerCheck, context: CheckContext): RunningCheck {
  const first = check.after === undefined ? null : single(check.after, context)
  const isReady = () => first === null || first.verdict().state === 'done'
  let verdict: Judgement = NOT_YET
  return {
    row: row => first?.row(row),
    spike: spike => first?.spike(spike),
    arrival: () => first?.arrival(),
    answered: answer => first?.answered(answer),
    restart: () => first?.restart(),
    forget: () => first?.forget(),
    replied(reply) {
      if (reply.type !== 'number' || verdict.state === 'done') return
      verdict = isReady()
        ? judgeNumber(reply.value, check, context.known())
        : { state: 'cannotTell', why: WHY.measureFirst }
    },
    verdict: () => verdict,
  }
}

function judgeNumber(value: number, check: AnswerCheck, known: Known): Judgement {
  const { equals, within, close } = check.answer
  const measured = { value }
  if (check.predict) return Number.isFinite(value) ? { state: 'done', measured } : NOT_YET
  const wanted: Parameters<typeof compare>[1] = { equals, within, close }
  const agreement: Agreement = compare(value, wanted, known)
  if (agreement === 'right') return { state: 'done', measured }
  if (check.orEquals) {
    const { within: tolerance, ...source } = check.orEquals
    if (compare(value, { equals: source, within: tolerance }, known) === 'right') return { state: 'done', measured }
  }
  if (agreement === 'unknown') return { state: 'cannotTell', why: WHY.uncomparable }
  const mistake = check.mistakes?.find(
    one => compare(value, { equals: one.equals, within: one.within }, known) === 'right',
  )
  if (mistake) return { state: 'notYet', measured, say: mistake.say }
  return agreement === 'close'
    ? { state: 'nearly', measured, off: value - numberOf(equals, known) }
    : { state: 'notYet', measured }
}

function chooseCheck({ choose }: ChooseCheck): RunningCheck {
  const right = choose.flatMap((option, index) => (option.right ? [index] : []))
  let chosen: readonly number[] = []
  return {
    ...IGNORES,
    replied(reply) {
      if (reply.type === 'options') chosen = reply.indices
    },
    verdict() {
      const wrong = chosen.filter(index => !right.includes(index))
      const have = right.filter(index => chosen.includes(index)).length
      const say = wrong.map(index => choose[index]?.say).find(words => words !== undefined)
      if (say !== undefined) return { state: 'notYet', say }
      if (wrong.length > 0 || have === 0) return NOT_YET
      return have === right.length
        ? { state: 'done', measured: {} }
        : { state: 'hold', have, need: right.length, unit: 'answers' }
    },
  }
}

/** A prediction, a text or a confirmation: never wrong. */
function anyReply(type: StudentReply['type'] | undefined): RunningCheck {
  let isGiven = false
  return {
    ...IGNORES,
    replied(reply) {
      isGiven ||= type === undefined || reply.type === type
    },
    verdict: () => (isGiven ? { state: 'done', measured: {} } : NOT_YET),
  }
}

function several(checks: readonly SingleCheck[], context: CheckContext, which: 'all' | 'any'): RunningCheck {
  const parts = checks.map(check => single(check, context))
  const done = new Map<number, Measured>()
  const each = (tell: (part: RunningCheck) => void) =>
    parts.forEach((part, index) => {
      if (!done.has(index)) tell(part)
      const verdict = part.verdict()
      if (verdict.state === 'done') done.set(index, verdict.measured)
    })
  return {
    row: row => each(part => part.row(row)),
    spike: spike => each(part => part.spike(spike)),
    arrival: () => each(part => part.arrival()),
    answered: answer => each(part => part.answered(answer)),
    replied: reply => each(part => part.replied(reply)),
    restart: () => each(part => part.restart()),
    forget: () => each(part => part.forget()),
    verdict() {
      const isDone = which === 'all' ? done.size === parts.length : done.size > 0
      if (isDone) return { state: 'done', measured: Object.assign({}, ...done.values()) }
      const open = parts.filter((_, index) => !done.has(index)).map(part => part.verdict())
      return open.find(({ state }) => state === 'nearly' || state === 'cannotTell') ?? open[0]!
    },
  }
}
