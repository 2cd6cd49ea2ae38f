import { afterEach, describe, expect, it } from 'vitest'
import { fuzzControls, KNOWN } from './fuzz-controls.ts'
import { endAll } from './processes.ts'
import { needs } from './programs.ts'
import { endTerminals } from './terminal.ts'

afterEach(() => {
  endAll()
  endTerminals()
})

/**
 * `FUZZ_SEQUENCES=2000 FUZZ_SEED=1` runs as many, some on each daemon; without them it is a short run. FUZZ_TERMINAL is
 * 1 for daemons on a terminal alone, 0 for those without. FUZZ_PATIENCE is a factor on all times, for a machine that
 * does other things as well, as one that runs all tests does.
 */
const { FUZZ_SEQUENCES, FUZZ_SEED = 1, FUZZ_TERMINAL, FUZZ_PATIENCE = FUZZ_SEQUENCES ? 1 : 10 } = process.env
const SEQUENCES = Number(FUZZ_SEQUENCES ?? 12)
const PATIENCE = Number(FUZZ_PATIENCE)
const LIMITS = { healthzMs: 1000 * PATIENCE, obeyedMs: 500 * PATIENCE, exitMs: 3000 * PATIENCE }
const PER_DAEMON = Math.min(FUZZ_SEQUENCES ? 20 : 4, SEQUENCES)
const SEEDS = Array.from({ length: Math.ceil(SEQUENCES / PER_DAEMON) }, (_, n) => Number(FUZZ_SEED) + n)
/** Every third daemon has a terminal. */
const hasTerminal = (seed: number) => (FUZZ_TERMINAL === undefined ? seed % 3 === 0 : FUZZ_TERMINAL === '1')

async function fuzz(seed: number, onTerminal: boolean): Promise<void> {
  const result = await fuzzControls({ seed, sequences: PER_DAEMON, onTerminal }, LIMITS)
  if (FUZZ_SEQUENCES) console.log(seed, JSON.stringify(result))
  expect(result.sequences).toBe(PER_DAEMON)
}

describe('the daemon answers, obeys, ends when it is told to, and names every spike that it lost', () => {
  it('after the known sequences', async () => {
    const { named } = await fuzzControls({ seed: 0, sequences: 0, onTerminal: false, known: KNOWN }, LIMITS)
    expect(named).toBeGreaterThan(0)
  }, 600_000)

  it.each(
    SEEDS.filter(seed => !hasTerminal(seed)),
  )('without a terminal, after random sequences of seed %i', async seed => {
    await fuzz(seed, false)
  }, 600_000)

  needs('python3')('on a terminal, after random sequences', () => {
    it.each(SEEDS.filter(hasTerminal))('of seed %i', async seed => {
      await fuzz(seed, true)
    }, 600_000)
  })
})
