/** A clock for the scope: frames arrive irregularly, the scope moves evenly, a little behind the latest data. Pure. */
export interface PlaybackClock {
  /** Data up to `lastS` arrived at `nowMs` of the browser's clock. */
  onData(lastS: number, nowMs: number): void
  /** The time that the right edge of the scope shows. */
  headS(nowMs: number): number
  restart(): void
}

/** Far enough behind the data that the next frame arrives before it is needed, s. */
const DELAY_S = 0.1
/** The share of a difference that is corrected per frame. */
const CORRECTION = 0.02
/** A larger difference is corrected at once, s. */
const MAX_DIFFERENCE_S = 1

export function createPlaybackClock(): PlaybackClock {
  let offsetS = Number.NaN
  return {
    onData(lastS, nowMs) {
      const newOffsetS = lastS - nowMs / 1000
      const isEarly = newOffsetS > offsetS
      // An early frame shows the true time of the neuron; a late one only that it was late.
      if (Number.isNaN(offsetS) || isEarly || offsetS - newOffsetS > MAX_DIFFERENCE_S) offsetS = newOffsetS
      else offsetS += (newOffsetS - offsetS) * CORRECTION
    },
    headS: nowMs => nowMs / 1000 + offsetS - DELAY_S,
    restart() {
      offsetS = Number.NaN
    },
  }
}
