/** How long to wait before the next attempt to reach a broker. Pure. */

const LONGEST_WAIT_MS = 30_000
const FIRST_WAIT_MS = 1000
/** A broker on this machine costs nothing to ask, and usually is being restarted. */
const FIRST_WAIT_LOOPBACK_MS = 250

/**
 * Doubles with every failure up to 30 s; half of it is left to chance, so that a class of boards does not come back
 * to a restarted broker all at once.
 * @param failures attempts that failed since the last good connection, from 1
 * @param random 0 to 1
 */
export function waitBeforeRetryMs(failures: number, loopback: boolean, random: number): number {
  const first = loopback ? FIRST_WAIT_LOOPBACK_MS : FIRST_WAIT_MS
  const longest = Math.min(first * 2 ** (failures - 1), LONGEST_WAIT_MS)
  return Math.round(longest * (0.5 + 0.5 * random))
}
