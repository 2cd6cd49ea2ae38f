/** State of the random number generator: sfc32 (Doty-Humphrey, PractRand), 128 bits, copied with `copyRandom`. */
export interface Random {
  readonly words: Int32Array
  /** The second one of a pair of normal numbers, NaN if it is used up. */
  spare: number
}

/** A generator that gives the same numbers for the same seed (a whole number below 2^32) on every machine. */
export function randomFrom(seed: number): Random {
  const random = { words: new Int32Array([seed, seed ^ 0x9e3779b9, 0x243f6a88, 1]), spare: Number.NaN }
  for (let i = 0; i < 16; i++) uniform(random)
  return random
}

export function copyRandom(from: Random, to: Random): void {
  to.words.set(from.words)
  to.spare = from.spare
}

/** A number above 0 and below 1, evenly distributed on the 2^32 mid-points. */
export function uniform(random: Random): number {
  const words = random.words
  const b = words[1]
  const c = words[2]
  const result = (words[0] + b + words[3]) | 0
  words[3] = words[3] + 1
  words[0] = b ^ (b >>> 9)
  words[1] = (c + (c << 3)) | 0
  words[2] = (((c << 21) | (c >>> 11)) + result) | 0
  return ((result >>> 0) + 0.5) / 4294967296
}

/** A standard normal number, by Marsaglia's polar method. */
export function gauss(random: Random): number {
  const spare = random.spare
  if (!Number.isNaN(spare)) {
    random.spare = Number.NaN
    return spare
  }
  for (;;) {
    const x = 2 * uniform(random) - 1
    const y = 2 * uniform(random) - 1
    const s = x * x + y * y
    if (s >= 1) continue
    const scale = Math.sqrt((-2 * Math.log(s)) / s)
    random.spare = y * scale
    return x * scale
  }
}

/**
 * A number from the inverse Gaussian distribution (Michael, Schucany and Haas 1976), in a form that keeps its digits
 * for a large mean; an infinite one is the Levy distribution, the first passage without drift.
 */
export function inverseGaussian(random: Random, mean: number, shape: number): number {
  const z = gauss(random)
  const y = Math.max(z * z, 1e-300)
  const u = uniform(random)
  if (mean > 1e100 * shape) return shape / y
  const w = (mean * y) / (2 * shape)
  const x = mean / (1 + w + Math.sqrt(w) * Math.sqrt(w + 2))
  return u * (mean + x) <= mean ? x : (mean * mean) / x
}

/** The time in ms to the next event of a Poisson process. */
export function poissonIntervalMs(random: Random, rateHz: number): number {
  return (-1000 * Math.log(uniform(random))) / rateHz
}
