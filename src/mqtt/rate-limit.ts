/** Token bucket: at most `perS` a second over time, `burst` at once. Pure. */

export interface RateLimit {
  take(nowMs: number): boolean
}

export function createRateLimit(perS: number, burst: number): RateLimit {
  let tokens = burst
  let filledMs = Number.NEGATIVE_INFINITY
  return {
    take(nowMs) {
      tokens = Math.min(burst, tokens + ((nowMs - filledMs) * perS) / 1000)
      filledMs = nowMs
      if (tokens < 1) return false
      tokens -= 1
      return true
    },
  }
}
