import { afterEach, describe, expect, it } from 'vitest'
import { fuzzControls, KNOWN } from './fuzz-controls.ts'
import { endAll } from './processes.ts'

afterEach(endAll)

/**
 * `FUZZ_SEQUENCES=2000 FUZZ_SEED=1` runs as many, 40 on each daemon; without them it is a short run. FUZZ_PATIENCE is a
 * factor on all times, for a machine that does other things as well, as one that runs all tests does.
 */
const SEQUENCES = Number(process.env.FUZZ_SEQUENCES ?? 20)
const FIRST_SEED = Number(process.env.FUZZ_SEED ?? 1)
const PATIENCE = Number(process.env.FUZZ_PATIENCE ?? (process.env.FUZZ_SEQUENCES ? 1 : 10))
const LIMITS = { healthzMs: 1000 * PATIENCE, obeyedMs: 500 * PATIENCE, exitMs: 3000 * PATIENCE }
const PER_DAEMON = Math.min(40, Math.ceil(SEQUENCES / 4))
const SEEDS = Array.from({ length: Math.ceil(SEQUENCES / PER_DAEMON) }, (_, n) => FIRST_SEED + n)

describe('random requests with values up to the ends of their ranges', () => {
  it('known ones: the daemon answers, obeys, ends when it is told to, and names every spike that it lost', async () => {
    const { named } = await fuzzControls(0, 0, LIMITS, KNOWN)
    expect(named).toBeGreaterThan(0)
  }, 120_000)

  it.each(
    SEEDS,
  )('seed %i: the daemon answers, obeys, ends when it is told to, and names every spike that it lost', async seed => {
    const result = await fuzzControls(seed, PER_DAEMON, LIMITS)
    if (process.env.FUZZ_SEQUENCES) console.log(seed, JSON.stringify(result))
    expect(result.sequences).toBe(PER_DAEMON)
  }, 120_000)
})
