/** Converts the times of other machines to this one's clock. Pure. */

export interface PeerClock {
  /**
   * @param tUs on the neuron's clock, µs since 1970
   * @param isHistory it came late: it says nothing of how far the clocks are apart
   * @param nowUs this clock, µs since 1970
   */
  localUs(id: string, tUs: number, isHistory: boolean, nowUs: number): number
  /** To be added to a time of the neuron's clock; 0 as far as is known. */
  shiftUs(id: string): number
  clear(): void
}

/** A spike that seems older has another clock; one from further in the future certainly has. */
const OLDEST_US = 2e6
const MOST_AHEAD_US = 50e3
const MOST_NEURONS = 1000

export function createPeerClock(): PeerClock {
  const shiftsUs = new Map<string, number>()
  const shiftUs = (id: string) => shiftsUs.get(id) ?? 0
  return {
    shiftUs,
    localUs(id, tUs, isHistory, nowUs) {
      const ageUs = nowUs - tUs - shiftUs(id)
      const isOff = ageUs > OLDEST_US || ageUs < -MOST_AHEAD_US
      if (isOff && !isHistory && shiftsUs.size < MOST_NEURONS) shiftsUs.set(id, nowUs - tUs)
      return tUs + shiftUs(id)
    },
    clear: () => shiftsUs.clear(),
  }
}
