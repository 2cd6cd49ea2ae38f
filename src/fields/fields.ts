/** A setting as data: the one declaration that validation, help texts, forms and documents are made from. */
export type Field =
  | {
      readonly type: 'number'
      /** Unit as it is shown: mV, nA, ms, Hz; '' for a plain number. */
      readonly unit: string
      readonly min: number
      readonly max: number
      /** The lower bound itself is not allowed. */
      readonly aboveMin?: boolean
      readonly integer?: boolean
      readonly default: number
      readonly help: string
    }
  | {
      readonly type: 'choice'
      readonly choices: readonly string[]
      readonly default: string
      readonly help: string
    }
  | { readonly type: 'text'; readonly default: string; readonly help: string }
  | { readonly type: 'flag'; readonly default: boolean; readonly help: string }
  /** A list of numbers, each from min to max. */
  | {
      readonly type: 'numbers'
      readonly unit: string
      readonly min: number
      readonly max: number
      /** So many at the most. */
      readonly most: number
      readonly default: readonly number[]
      readonly help: string
    }

export type Fields = Readonly<Record<string, Field>>

/** The plain values that a set of fields describes. */
export type ValuesOf<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends { type: 'number' }
    ? number
    : F[K] extends { type: 'choice'; choices: readonly (infer C)[] }
      ? C
      : F[K] extends { type: 'text' }
        ? string
        : F[K] extends { type: 'numbers' }
          ? readonly number[]
          : boolean
}
