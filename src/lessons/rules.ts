/** What a lesson hides while it runs, and which requests it refuses. Pure. */
import { STIMULUS_FIELDS } from '../neuron/stimulus.ts'
import type { Lesson } from './format.ts'
import type { Measured } from './quantities.ts'
import type { Concealed, Lock } from './report.ts'
import type { Verdict } from './verdict.ts'

/** What holds at the present step of a lesson. */
export interface LessonRules {
  readonly conceals: readonly Concealed[]
  readonly locks: readonly Lock[]
  /** The shapes of stimuli that pass a lock of stimuli. */
  readonly allowedShapes: readonly string[]
}

/** A request that may be locked: a patch of the parameters, or a verb with its payload. */
export type LockableRequest =
  | { readonly type: 'patch'; readonly patch: unknown }
  | { readonly type: 'command'; readonly verb: string; readonly payload: unknown }

export interface Locked {
  readonly code: 'locked'
  readonly message: string
  /** What the lesson keeps: a parameter or a verb. */
  readonly path: string
}

export const LOCKS: readonly Lock[] = ['params', 'speed', 'preset', 'stim', 'take', 'run']
/** What `lock: all` means: the knob is left to the student, and so is the slider that stands in for it. */
const ALL_LOCKS = LOCKS.filter(lock => lock !== 'take')

/** @param revealed what the steps so far have revealed */
export function rulesOf({ setup }: Lesson, revealed: readonly Concealed[] = []): LessonRules {
  const conceals = setup?.conceal ?? []
  const locks = setup?.lock === 'all' ? ALL_LOCKS : (setup?.lock ?? [])
  // Who may change a hidden parameter finds it by what is refused.
  const implied: readonly Lock[] = conceals.includes('params') ? ['params', 'preset'] : []
  return {
    conceals: conceals.filter(one => !revealed.includes(one)),
    locks: LOCKS.filter(lock => [...locks, ...implied].includes(lock)),
    allowedShapes: setup?.allow?.stim ?? [],
  }
}

/** What is told of a verdict: nothing that is hidden, nor what was computed from it. */
export function toldVerdict(verdict: Verdict, { conceals }: Pick<LessonRules, 'conceals'>): Verdict {
  const withoutParams = conceals.includes('params') ? withoutTruth(verdict) : verdict
  if (!conceals.includes('V') || !('measured' in withoutParams)) return withoutParams
  return { ...withoutParams, measured: withoutVoltages(withoutParams.measured) } as Verdict
}

/** Of what was measured what a sheet or a file may hold: nothing that was computed from the parameters. */
export function measurementsTold({ expected: _, ...measured }: Measured, conceals: readonly Concealed[]): Measured {
  return conceals.includes('V') ? withoutVoltages(measured) : measured
}

function withoutVoltages(measured: Measured = {}): Measured {
  return Object.fromEntries(Object.entries(measured).filter(([name]) => !name.endsWith('Mv')))
}

function withoutTruth(verdict: Verdict): Verdict {
  switch (verdict.state) {
    case 'nearly':
      return { ...verdict, off: Math.sign(verdict.off) }
    case 'done': {
      const { expected: _, ...measured } = verdict.measured
      return { ...verdict, measured }
    }
    case 'hold':
      // A time may be so many time constants.
      return verdict.unit === 'ms' ? { ...verdict, have: verdict.have / verdict.need, need: 1, unit: '' } : verdict
    default:
      return verdict
  }
}

/** Why the lesson refuses a student's request; null if it lets it pass. */
export function lockOn(request: LockableRequest, rules: LessonRules): Locked | null {
  const path = request.type === 'patch' ? lockedParam(request.patch, rules) : lockedVerb(request, rules)
  if (path === null) return null
  return { code: 'locked', message: `${path}: the lesson keeps this; stop the lesson to change it`, path }
}

/** A patch that names nothing changes nothing. */
function lockedParam(patch: unknown, { locks }: LessonRules): string | null {
  if (typeof patch !== 'object' || patch === null) return null
  const isLocked = (name: string) => locks.includes(name === 'speed' ? 'speed' : 'params')
  return Object.keys(patch).find(isLocked) ?? null
}

const LOCK_OF_VERB: Readonly<Record<string, Lock>> = {
  ...{ speed: 'speed', preset: 'preset', stim: 'stim', take: 'take', run: 'run', reset: 'run' },
}

function lockedVerb(
  { verb, payload }: LockableRequest & { type: 'command' },
  { locks, allowedShapes }: LessonRules,
): string | null {
  const lock = Object.hasOwn(LOCK_OF_VERB, verb) ? LOCK_OF_VERB[verb] : undefined
  if (lock === undefined || !locks.includes(lock)) return null
  return verb === 'stim' && isAllowedStimulus(payload, allowedShapes) ? null : verb
}

/** Without an argument `stim` ends the stimulus: who may begin one may end it. */
function isAllowedStimulus(payload: unknown, allowedShapes: readonly string[]): boolean {
  const { id: _, ...given } = (payload ?? {}) as Readonly<Record<string, unknown>>
  if (Object.keys(given).length === 0) return allowedShapes.length > 0
  return allowedShapes.includes(String(given.shape ?? DEFAULT_SHAPE))
}

const DEFAULT_SHAPE = STIMULUS_FIELDS.shape.default
