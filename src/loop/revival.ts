/** When a neuron thread that has crashed is started anew, and when one that hangs is taken for dead. Pure. */
export interface Revival {
  /** Crashes since the start of the program. */
  readonly crashes: number
  /** It crashed after so long a life; returns how long to wait before it starts anew, ms. */
  crashed(livedMs: number): number
  /** Looked at once a second: true when it has not ticked for too long. */
  hangs(lastTickMs: number): boolean
}

/** The longer, the more often it has crashed of late. */
const WAIT_MS = [100, 1000, 5000, 15_000, 30_000]
/** A thread that has lived for so long has not been hurt by its start, ms. */
const LONG_LIFE_MS = 60_000
/** Counted in looks, so that a machine that slept is not taken for a thread that hangs. systemd's watchdog comes first. */
export const HANGING_S = 20

export function createRevival(): Revival {
  let crashes = 0
  let recent = 0
  let seenMs = Number.NaN
  let idleLooks = 0
  return {
    get crashes() {
      return crashes
    },
    crashed(livedMs) {
      if (livedMs > LONG_LIFE_MS) recent = 0
      const waitMs = WAIT_MS[Math.min(recent, WAIT_MS.length - 1)]!
      crashes++
      recent++
      seenMs = Number.NaN
      return waitMs
    },
    hangs(lastTickMs) {
      idleLooks = lastTickMs === seenMs ? idleLooks + 1 : 0
      seenMs = lastTickMs
      return idleLooks >= HANGING_S
    },
  }
}
