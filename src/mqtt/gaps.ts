/** Ranges of spikes that a receiver will not get. Pure. */

/** Why: the outbox was full, reports of the neuron thread did not fit its ring, or the broker refused the batch. */
export type GapReason = 'outboxFull' | 'reportsLost' | 'refused'

/** Spikes `from` to `to`, both included. */
export interface Gap {
  readonly from: number
  readonly to: number
  readonly why: GapReason
}

/** Sorted, neighbours joined, and no more than `most`: beyond that a range also covers spikes that did arrive. */
export function joinedGaps(gaps: readonly Gap[], most: number): Gap[] {
  const joined: Gap[] = []
  for (const gap of gaps.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last && last.why === gap.why && gap.from <= last.to + 1) joined[joined.length - 1] = spanning(last, gap)
    else joined.push(gap)
  }
  while (joined.length > most) joined.splice(0, 2, spanning(joined[0]!, joined[1]!))
  return joined
}

function spanning(a: Gap, b: Gap): Gap {
  return { from: a.from, to: Math.max(a.to, b.to), why: a.why }
}
