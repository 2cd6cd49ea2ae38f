/** What the cursors read: V and I of a trace at a time, and the rate of a measured point at a current. Pure. */
import type { Trace } from './trace-buffer.ts'

interface TraceReading {
  readonly vMv: number
  readonly iNa: number
}

/** Rows that are farther apart have a gap between them, s. */
const GAP_S = 0.05

/** V between the rows beside a time, I of the row before it, which flows from there on; undefined where there is no data. @param gapS longest step */
export function readTrace([atS, vMv, iNa]: Trace, timeS: number, gapS = GAP_S): TraceReading | undefined {
  let low = 0
  let high = atS.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (atS[middle]! < timeS) low = middle + 1
    else high = middle
  }
  if (low === atS.length) return undefined
  if (atS[low] === timeS) return { vMv: vMv[low]!, iNa: iNa[low]! }
  const stepS = low === 0 ? Number.NaN : atS[low]! - atS[low - 1]!
  if (!(stepS <= gapS)) return undefined
  const share = (timeS - atS[low - 1]!) / stepS
  return { vMv: vMv[low - 1]! + share * (vMv[low]! - vMv[low - 1]!), iNa: iNa[low - 1]! }
}

/** The one that is nearest to a value, and no farther from it than `most`. */
export function nearest<T>(all: readonly T[], value: number, most: number, measure: (one: T) => number): T | undefined {
  let found: T | undefined
  for (const one of all) {
    const distance = Math.abs(measure(one) - value)
    if (distance <= most && (found === undefined || distance < Math.abs(measure(found) - value))) found = one
  }
  return found
}

/** The next value after, or before, a place. @param ascending sorted */
export function nextOf(ascending: readonly number[], place: number, step: 1 | -1): number | undefined {
  const margin = 1e-6
  return step > 0 ? ascending.find(one => one > place + margin) : ascending.findLast(one => one < place - margin)
}

/** Places of a voltage, so that 1/1000 of what is shown can be told apart. */
export function placesFor(span: number): number {
  return Math.min(6, Math.max(1, 3 - Math.floor(Math.log10(span))))
}
