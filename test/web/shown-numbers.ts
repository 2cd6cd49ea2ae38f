/** Compares numbers as a page shows them with numbers that were computed from recorded spikes. */

/** How far the shown numbers of one kind were from the computed ones, in units of their last digit, beyond what the
 * computed ones are uncertain by: half is rounding. */
export interface Deviation {
  readonly name: string
  count: number
  largest: number
  worst: string
}

export interface Comparisons {
  /**
   * The shown number must be the computed one, rounded to the shown digits.
   * @param tolerance what the computed one is uncertain by, as times in whole µs make it
   * @throws Error that names both
   */
  same(name: string, shown: string, computed: number, tolerance?: number): void
  /** The shown words must be these. */
  words(name: string, shown: string, expected: string | RegExp): void
  table(): readonly Deviation[]
}

export function compareNumbers(context: () => string): Comparisons {
  const all = new Map<string, Deviation>()
  const note = (name: string, units: number, text: string) => {
    const one = all.get(name) ?? { name, count: 0, largest: 0, worst: '' }
    one.count++
    if (units >= one.largest) Object.assign(one, { largest: units, worst: text })
    all.set(name, one)
  }
  return {
    same(name, shown, computed, tolerance = 0) {
      const units = Math.max(0, Math.abs(numberIn(shown) - computed) - tolerance) / unitOf(shown)
      note(name, units, `${shown} for ${computed}`)
      if (units <= 0.5 + 1e-6) return
      throw new Error(`${name} is shown as ${shown}, is ${computed} (${context()})`)
    },
    words(name, shown, expected) {
      note(name, 0, shown)
      if (typeof expected === 'string' ? shown === expected : expected.test(shown)) return
      throw new Error(`${name} says "${shown}", must be ${expected} (${context()})`)
    },
    table: () => [...all.values()],
  }
}

/** Is this the number, rounded to as many digits as are shown? */
export function isRounded(shown: string, value: number, tolerance = 0): boolean {
  return Math.abs(numberIn(shown) - value) <= 0.5 * unitOf(shown) * (1 + 1e-6) + tolerance
}

/** With a real minus and thin spaces, as pages write it; NaN of a dash. */
export function numberIn(shown: string): number {
  const plain = shown.replace(/[\u2009 ]/g, '').replace('−', '-')
  return /\d/.test(plain) ? Number(plain) : Number.NaN
}

/** The unit of its last digit. */
function unitOf(shown: string): number {
  return 10 ** -(shown.split('.')[1]?.length ?? 0)
}

export function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length
}

/** Standard deviation over mean: of all intervals, not an estimate from a sample. */
export function cvOf(isisMs: readonly number[]): number {
  const mean = meanOf(isisMs)
  return Math.sqrt(meanOf(isisMs.map(isi => (isi - mean) ** 2))) / mean
}
