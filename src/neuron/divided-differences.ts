/**
 * Divided differences of e^(-x t) over rates x: how linear filters in a row answer an exponential. No digits are lost
 * where rates coincide or nearly do (relative error below 3e-14 and 1.2e-13), unlike the textbook form, which divides by
 * their difference. The exponentials are arguments, because the caller needs each of them several times.
 */

/** Above this x the quotient of differences keeps its digits. */
const LEAST_FIRST = 0.5
const LEAST_SECOND = 0.03

/**
 * What a membrane that leaks with rate `p` makes, after `t`, of an input that decays with rate `q`; symmetric.
 * @param ep e^(-p t)
 * @param eq e^(-q t)
 */
export function firstDifference(p: number, ep: number, q: number, eq: number, t: number): number {
  const x = (p - q) * t
  if (x > LEAST_FIRST || x < -LEAST_FIRST) return (eq - ep) / (p - q)
  return x < 0 ? t * ep * phi(-x) : t * eq * phi(x)
}

/** What a further filter of rate `r` makes of that; symmetric in all three. */
export function secondDifference(
  p: number,
  ep: number,
  q: number,
  eq: number,
  r: number,
  er: number,
  t: number,
): number {
  const least = Math.min(p, q, r)
  const most = Math.max(p, q, r)
  if ((most - least) * t <= LEAST_SECOND) return secondOfNear(p, q, r, t)
  // Of the least, the middle and the most: the two that are furthest apart divide.
  if (least === p) {
    return most === r ? quotient(p, ep, q, eq, r, er, t) : quotient(p, ep, r, er, q, eq, t)
  }
  if (least === q) {
    return most === r ? quotient(q, eq, p, ep, r, er, t) : quotient(q, eq, r, er, p, ep, t)
  }
  return most === p ? quotient(r, er, q, eq, p, ep, t) : quotient(r, er, p, ep, q, eq, t)
}

function quotient(p: number, ep: number, q: number, eq: number, r: number, er: number, t: number): number {
  return (firstDifference(p, ep, q, eq, t) - firstDifference(q, eq, r, er, t)) / (r - p)
}

/** About the mean m: t^2 e^(-m t) sum of h_k/(k + 2)!, h_k the complete symmetric polynomials of (m - x) t. */
function secondOfNear(p: number, q: number, r: number, t: number): number {
  const m = (p + q + r) / 3
  const z1 = (m - p) * t
  const z2 = (m - q) * t
  const z3 = (m - r) * t
  const e2 = z1 * z2 + z1 * z3 + z2 * z3
  const e3 = z1 * z2 * z3
  const sum = 1 / 2 - e2 / 24 + e3 / 120 + (e2 * e2) / 720 - (2 * e2 * e3) / 5040 + (e3 * e3 - e2 * e2 * e2) / 40320
  return t * t * Math.exp(-m * t) * sum
}

/** (1 - e^-x)/x for 0 <= x <= 0.5, to the last digits: its Taylor series. */
function phi(x: number): number {
  let sum = 1 - x / 12
  for (let k = 11; k >= 2; k--) sum = 1 - (x / k) * sum
  return sum
}
