/** The format of a lesson, version 1: what a lesson file may say. Everything in it is data; nothing is evaluated as code. */
import { z } from 'zod'
import { NEURON_FIELDS } from '../neuron/params.ts'
import { PRESETS, type PresetName } from '../neuron/presets.ts'

/** Names that translations, saved values and progress refer to. */
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be small letters, digits and hyphens, 40 at the most')
const sentence = z.string().min(1).max(2000)
const words = z.string().min(1).max(120)
const finite = z.number().refine(Number.isFinite, 'must be a finite number')
const paramName = z.enum(Object.keys(NEURON_FIELDS) as [ParamName, ...ParamName[]])

export type ParamName = keyof typeof NEURON_FIELDS

/** What the theory tells of a neuron with given parameters; the units stand in the names. */
export const THEORY = [
  'rheobaseNa',
  'climbMv',
  'thresholdMv',
  'rateHz',
  'isiMs',
  'latencyMs',
  'maxRateHz',
  'slope',
  'thresholdNa',
  'chronaxieMs',
  'steadyMv',
  'gainMvPerNa',
  'cutoffHz',
  'windowMs',
  'jumpMv',
  'cv',
  'adaptedHz',
] as const
export type TheoryName = (typeof THEORY)[number]

/** What can be measured while a condition holds, and what of the answer to a stimulus. */
export const HELD = ['currentNa', 'vMv', 'rateHz', 'isiMs', 'cv', 'spikes', 'spikesPerArrival'] as const
export const REPLIED = [
  ...([
    'rateHz',
    'isiMs',
    'spikes',
    'spikesPerPulse',
    'latencyMs',
    't63Ms',
    't37Ms',
    'steadyMv',
    'amplitudeMv',
  ] as const),
  ...(['firstHz', 'adaptedHz', 'adaptMs'] as const),
] as const
const QUANTITIES = [...new Set([...HELD, ...REPLIED])]
export type Quantity = (typeof HELD)[number] | (typeof REPLIED)[number]
/** What else a saved measurement may hold. */
export const BESIDE = ['intervals', 'arrivals', 'low', 'high', 'width', 'rheobaseNa', 'iNa', 'ms', 'periodMs', 'value']

/** A number, or where it comes from. */
export type Value = number | Source
export interface Source {
  readonly param?: ParamName | undefined
  readonly theory?: TheoryName | undefined
  /** `name.quantity`, of a check that saved it. */
  readonly saved?: string | undefined
  /** Id of a step whose typed number is meant. */
  readonly answer?: string | undefined
  /** The current in nA, or what else the theory asks for; `measured` is the current of the measurement itself. */
  readonly at?: Value | 'measured' | undefined
  readonly from?: Value | undefined
  readonly to?: Value | undefined
  /** Parameters in place of the neuron's own; `rheobaseNa` for the threshold that follows from it. */
  readonly with?: Readonly<Record<string, Value | undefined>> | undefined
  readonly times?: Value | undefined
  readonly dividedBy?: Value | undefined
  readonly plus?: Value | string | undefined
  readonly minus?: Value | string | undefined
}

const value: z.ZodType<Value> = z.lazy(() => z.union([finite, source]))
const operand = z.lazy(() => z.union([value, z.string().regex(SAVED)]))
const SAVED = /^[a-z0-9][a-z0-9-]*\.[A-Za-z0-9]+$/
const SOURCE = z.strictObject({
  param: paramName.optional(),
  theory: z.enum(THEORY).optional(),
  saved: z.string().regex(SAVED, 'must be a name and a quantity, like top.rateHz').optional(),
  answer: id.optional(),
  at: z.union([z.literal('measured'), value]).optional(),
  from: value.optional(),
  to: value.optional(),
  with: z.partialRecord(z.enum([...(Object.keys(NEURON_FIELDS) as ParamName[]), 'rheobaseNa']), value).optional(),
  times: value.optional(),
  dividedBy: value.optional(),
  plus: operand.optional(),
  minus: operand.optional(),
})
const source = SOURCE.refine(
  one => [one.param, one.theory, one.saved, one.answer].filter(part => part !== undefined).length === 1,
  'must have just one of param, theory, saved, answer',
)

/** A tolerance: `3%`, or a number in the unit of the quantity. */
const tolerance = z.union([finite.nonnegative(), z.string().regex(/^\d+(\.\d+)?%$/, 'must be a number, or like 3%')])
export type Tolerance = z.infer<typeof tolerance>

/** How long something must hold in model time: `3 s`, `200 ms`, or `10 tau`. */
const duration = z.string().regex(/^\d+(\.\d+)? (ms|s|tau)$/, 'must be like 3 s, 200 ms or 10 tau')

const COMPARISON = {
  equals: value.optional(),
  between: z.tuple([value, value]).optional(),
  above: value.optional(),
  below: value.optional(),
  atLeast: value.optional(),
  within: tolerance.optional(),
  /** What counts as nearly: a wider tolerance, or the upper bound times a number. */
  close: z.union([tolerance, z.strictObject({ times: finite.positive() })]).optional(),
}
const comparison = z.strictObject(COMPARISON)
export type Expectation = z.infer<typeof comparison>

const range = z.union([z.tuple([value, value]), comparison])
const conditions = z.strictObject({
  currentNa: range.optional(),
  rateHz: range.optional(),
  steady: z.literal(true).optional(),
  source: z.enum(['knob', 'slider']).optional(),
})
export type Conditions = z.infer<typeof conditions>

const SHAPES = ['step', 'pulse', 'train', 'ramp', 'sine'] as const
const stimulus = z.strictObject({
  shape: z.enum(SHAPES).optional(),
  iNa: finite.optional(),
  offsetNa: finite.optional(),
  ms: finite.positive().optional(),
  periodMs: finite.positive().optional(),
  widthMs: finite.positive().optional(),
  replace: z.boolean().optional(),
})
export type StimulusWords = z.infer<typeof stimulus>

const measure = z.strictObject({
  measure: z.enum(QUANTITIES as [Quantity, ...Quantity[]]),
  ...COMPARISON,
  while: conditions.optional(),
  for: duration.optional(),
  intervals: z.int().positive().max(10_000).optional(),
  /** Measured in the answer to a stimulus of this kind. */
  reply: stimulus.optional(),
  /** Spikes that the answer must have. */
  spikes: z.int().nonnegative().optional(),
  save: id.optional(),
})
export type MeasureCheck = z.infer<typeof measure>

const bracket = z.strictObject({
  bracket: z.enum(['rheobaseNa', 'iNa', 'ms', 'periodMs']),
  narrowerThan: tolerance,
  /** Only stimuli of this kind count; not for rheobaseNa, which is bracketed by held currents. */
  reply: stimulus.optional(),
  /** Whether the neuron fires above the edge, as it does unless this is given, or below it. */
  fires: z.enum(['above', 'below']).optional(),
  /** It fires only if each pulse of a train makes so many spikes; unless given, a single spike is enough. */
  spikesPerPulse: finite.positive().optional(),
  save: id.optional(),
})
export type BracketCheck = z.infer<typeof bracket>

const points = z.strictObject({
  points: z.enum(QUANTITIES as [Quantity, ...Quantity[]]),
  /** The held current, or what varies from stimulus to stimulus. */
  over: z.enum(['currentNa', 'iNa', 'ms', 'periodMs']),
  reply: stimulus.optional(),
  count: z.int().positive().max(50),
  from: finite,
  to: finite,
  apart: finite.positive(),
  each: z.strictObject({ ...COMPARISON, intervals: z.int().positive().max(10_000).optional() }),
  save: id.optional(),
})
export type PointsCheck = z.infer<typeof points>

const order = z.strictObject({
  /** From the largest to the smallest. */
  order: z.array(value).min(2).max(10),
  /** A control: these must be equal. */
  control: z.strictObject({ equal: z.array(value).min(2).max(10), within: tolerance }).optional(),
})
export type OrderCheck = z.infer<typeof order>

const mistake = z.strictObject({ equals: value, within: tolerance, say: sentence })
const answer = z.strictObject({
  answer: z.strictObject({ unit: words, equals: value, within: tolerance, close: tolerance.optional() }),
  /** Any number is taken, and compared later. */
  predict: z.literal(true).optional(),
  mistakes: z.array(mistake).max(20).optional(),
  /** Right by the student's own earlier numbers. */
  orEquals: z.strictObject({ ...SOURCE.shape, within: tolerance }).optional(),
  after: measure.optional(),
})
export type AnswerCheck = z.infer<typeof answer>

const choose = z.strictObject({
  choose: z
    .array(z.strictObject({ text: sentence, right: z.literal(true).optional(), say: sentence.optional() }))
    .min(2)
    .max(8),
})
export type ChooseCheck = z.infer<typeof choose>

const axis = z.strictObject({ from: finite, to: finite, unit: words })
const predict = z.union([
  z.strictObject({
    predict: z
      .array(z.strictObject({ id, text: sentence }))
      .min(2)
      .max(8),
  }),
  z.strictObject({ predict: z.literal('sketch'), x: axis, y: axis }),
])
export type PredictCheck = z.infer<typeof predict>

const write = z.strictObject({ write: sentence })
const confirm = z.strictObject({ confirm: sentence })

const single = z.union([measure, bracket, points, order, answer, choose, predict, write, confirm])
export type SingleCheck = z.infer<typeof single>
export type LessonCheck =
  | SingleCheck
  | { readonly all: readonly SingleCheck[] }
  | { readonly any: readonly SingleCheck[] }

const several = z.array(single).min(1).max(6)

/** The kinds of checks, each told by the one key that no other has. */
export const CHECKS = {
  measure,
  bracket,
  points,
  order,
  answer,
  choose,
  predict,
  write,
  confirm,
  all: z.strictObject({ all: several }),
  any: z.strictObject({ any: several }),
}

const params = z.partialRecord(paramName, z.union([finite, z.string()]))
const drawn = z.union([
  z.strictObject({ of: z.array(finite).min(1).max(50) }),
  z.strictObject({
    from: finite,
    to: finite,
    step: finite.positive(),
    above: paramName.optional(),
    below: paramName.optional(),
  }),
])
const hidden = z.strictObject({
  draw: z.literal('perNeuron'),
  params: z.partialRecord(paramName, drawn),
  where: z
    .strictObject({
      rheobaseNa: z.tuple([finite, finite]).optional(),
      rateHz: z.strictObject({ at: finite, between: z.tuple([finite, finite]) }).optional(),
    })
    .optional(),
})
export type Hidden = z.infer<typeof hidden>

export const CONCEALED = ['params', 'theoryCurve', 'rheobase', 'lines', 'V'] as const
const concealed = z.array(z.enum(CONCEALED)).max(5)
const locks = z.union([z.literal('all'), z.array(z.enum(['params', 'speed', 'preset', 'stim', 'take', 'run'])).max(6)])

const setup = z.strictObject({
  preset: z.enum(Object.keys(PRESETS) as [PresetName, ...PresetName[]]).optional(),
  params: params.optional(),
  hidden: hidden.optional(),
  conceal: concealed.optional(),
  lock: locks.optional(),
  allow: z.strictObject({ stim: z.array(z.enum(SHAPES)).max(5) }).optional(),
  show: z
    .strictObject({ windowS: finite.positive().max(60).optional(), plot: z.enum(['fi', 'isi', 'rate']).optional() })
    .optional(),
})

const synapse = z
  .strictObject({
    /** `self`: the neuron's own spikes; any other name: spikes by chance, at `rateHz`. */
    from: z.string().regex(/^[a-z0-9-]{1,32}$/, 'must be self, or a name of small letters, digits and hyphens'),
    weightNa: finite.optional(),
    weightMv: finite.optional(),
    tauMs: finite.positive().max(10_000).optional(),
    delayMs: finite.nonnegative().max(10_000).optional(),
    rateHz: finite.positive().max(1000).optional(),
  })
  .refine(one => (one.weightNa === undefined) !== (one.weightMv === undefined), 'must have one of weightNa, weightMv')
  .refine(
    one => (one.weightNa === undefined) === (one.tauMs === undefined),
    'must have tauMs with weightNa, and only then',
  )
  .refine(one => (one.from === 'self') === (one.rateHz === undefined), 'must have rateHz, unless it is from self')
export type LessonSynapse = z.infer<typeof synapse>

const step = z.strictObject({
  id,
  text: sentence,
  /** Without a check the step ends by a button. */
  check: z.unknown().optional(),
  /** The state that the step needs; it stays for the steps after it. */
  set: z.strictObject({ params: params.optional(), synapses: z.array(synapse).max(8).optional() }).optional(),
  buttons: z
    .array(z.strictObject({ label: words, stim: stimulus }))
    .max(8)
    .optional(),
  live: words.optional(),
  hints: z.array(sentence).max(6).optional(),
  nearly: sentence.optional(),
  done: sentence.optional(),
  recall: id.optional(),
  reveal: concealed.optional(),
})
export interface LessonStep extends Omit<z.infer<typeof step>, 'check'> {
  readonly check?: LessonCheck
}

/** The languages that texts of lessons may be in. */
export const LANGUAGES = ['en', 'de'] as const
export type LessonLanguage = (typeof LANGUAGES)[number]

export const lessonSchema = z.strictObject({
  lesson: z.literal(1),
  /** Of its texts; English unless given. A translation stands in a file of its own. */
  language: z.enum(LANGUAGES).optional(),
  id,
  title: words,
  about: sentence,
  minutes: z.int().positive().max(600),
  level: z.enum(['beginner', 'school', 'university']),
  needs: z.strictObject({ neurons: z.int().positive().max(1), knob: z.enum(['any', 'real', 'none']) }),
  after: z.array(id).max(10).optional(),
  teaches: z.array(words).max(20).optional(),
  setup: setup.optional(),
  steps: z.array(step).min(1).max(60),
  scoring: z
    .strictObject({ each: finite, close: finite, afterHint: finite, afterSolution: finite })
    .partial()
    .optional(),
  worksheet: z
    .strictObject({
      ask: z.array(words).max(6).optional(),
      plots: z
        .array(z.enum(['points']))
        .max(2)
        .optional(),
      table: z.strictObject({ rows: z.array(id).max(20), columns: z.array(words).max(8) }).optional(),
      lines: z.int().nonnegative().max(60).optional(),
      key: z.literal(true).optional(),
    })
    .optional(),
})

export interface Lesson extends Omit<z.infer<typeof lessonSchema>, 'steps'> {
  readonly steps: readonly LessonStep[]
}
