/** When is now? Frames come in jerks; the scope moves evenly, a little behind the last of them. Pure. */
export interface PlaybackClock {
  /** A row of this time has arrived at this moment of the browser's clock. */
  arrived(lastS: number, nowMs: number): void
  /** The time that the right edge of the scope shows. */
  headS(nowMs: number): number
  restart(): void
}

/** Far enough behind that the next frame is there before it is needed, s. */
const BEHIND_S = 0.1
const FOLLOW = 0.02

export function createPlaybackClock(): PlaybackClock {
  let offsetS = Number.NaN
  return {
    arrived(lastS, nowMs) {
      const seenS = lastS - nowMs / 1000
      // A frame that comes early shows where the neuron really is; one that is late shows only that it was late.
      if (Number.isNaN(offsetS) || seenS > offsetS || offsetS - seenS > 1) offsetS = seenS
      else offsetS += (seenS - offsetS) * FOLLOW
    },
    headS: nowMs => nowMs / 1000 + offsetS - BEHIND_S,
    restart() {
      offsetS = Number.NaN
    },
  }
}
