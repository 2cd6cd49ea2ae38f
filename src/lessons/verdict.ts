import type { Measured } from './quantities.ts'
import type { Sentence } from './sentences.ts'

/** What a check says. A checker that cannot see never says "wrong": it says that it cannot tell, and why. */
export type Verdict<Why = string> =
  | { readonly state: 'notYet'; readonly measured?: Measured; readonly say?: string }
  /** The condition holds, for so much of what is asked: intervals, points, or ms of model time. */
  | { readonly state: 'hold'; readonly have: number; readonly need: number; readonly unit: string }
  | { readonly state: 'nearly'; readonly measured: Measured; readonly off: number }
  | { readonly state: 'done'; readonly measured: Measured }
  | { readonly state: 'cannotTell'; readonly why: Why }

/** The verdict before it is known in which language it is shown. */
export type Judgement = Verdict<Sentence>

export const NOT_YET = { state: 'notYet' } as const
