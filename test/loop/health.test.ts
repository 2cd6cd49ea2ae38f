import { describe, expect, it } from 'vitest'
import { createHealthMonitor, type HealthFigures, judgeFigures } from '../../src/loop/health.ts'

const WELL: HealthFigures = { ticks: 0, missedTicks: 0, tickAgeMs: 0.5, inputLost: false, lostReports: 0, skippedMs: 0 }

/** Looks four times a second, from `fromMs` on, at a neuron of which a share of the ticks is missed. */
function watch(judge: ReturnType<typeof createHealthMonitor>, fromMs: number, durationMs: number, missedShare: number) {
  const states: string[] = []
  for (let ms = fromMs; ms <= fromMs + durationMs; ms += 250) {
    const missedTicks = Math.round(ms * missedShare)
    states.push(judge.status({ ...WELL, ticks: ms - missedTicks, missedTicks }, ms).state)
  }
  return states
}

describe('the status', () => {
  it('is ready while the neuron ticks, and when a machine under load misses some of them', () => {
    expect(new Set(watch(createHealthMonitor(), 0, 10_000, 0.2))).toEqual(new Set(['ready']))
  })

  it('is degraded when most ticks are missed for a second, and not before; heals with the ticks', () => {
    const judge = createHealthMonitor()
    judge.status({ ...WELL, ticks: 1000 }, 1000)
    const look = (ticks: number, missedTicks: number, nowMs: number) =>
      judge.status({ ...WELL, ticks, missedTicks }, nowMs)
    expect(look(1050, 200, 1250).state).toBe('ready')
    expect(look(1100, 400, 1500).state).toBe('ready')
    expect(look(1150, 800, 2000)).toEqual({
      state: 'degraded',
      why: ['more than half of the ticks were missed for a second'],
    })
    expect(look(1400, 800, 2250)).toEqual({ state: 'ready', why: [] })
  })

  it('is dead when the last tick is more than a second old, and heals with the next', () => {
    const judge = createHealthMonitor()
    expect(judge.status({ ...WELL, tickAgeMs: 999 }, 0).state).toBe('ready')
    expect(judge.status({ ...WELL, tickAgeMs: 1001 }, 100)).toEqual({
      state: 'dead',
      why: ['the neuron has not ticked for a second'],
    })
    expect(judge.status(WELL, 200).state).toBe('ready')
  })

  it('names what is lost and why, until it is back', () => {
    const judge = createHealthMonitor()
    judge.onEvent({ type: 'inputLost', reason: 'nothing answers at 0x48' })
    judge.onEvent({ type: 'outputLost', output: 'led', reason: 'the chip was removed' })
    expect(judge.status({ ...WELL, inputLost: true }, 0)).toEqual({
      state: 'degraded',
      why: ['the knob does not answer: nothing answers at 0x48', 'led cannot be driven: the chip was removed'],
    })
    judge.onEvent({ type: 'outputBack', output: 'led' })
    expect(judge.status(WELL, 100)).toEqual({ state: 'ready', why: [] })
    judge.onEvent({ type: 'outputLost', output: 'buzzer', reason: 'busy' })
    judge.onEvent({ type: 'outputsChanged', outputs: [] })
    expect(judge.status(WELL, 200).state).toBe('ready')
  })

  it.each([
    ['lostReports', 'the neuron fires faster than can be reported, some of its spikes are lost'],
    ['skippedMs', 'the neuron is more than can be computed, some of its time is skipped'],
  ] as const)('is degraded while %s grow, and heals by itself; one loss alone is none', (name, why) => {
    const judge = createHealthMonitor()
    const look = (losses: number, nowMs: number) => judge.status({ ...WELL, [name]: losses }, nowMs)
    expect([look(0, 0).state, look(900, 250).state, look(900, 3000).state]).toEqual(['ready', 'ready', 'ready'])
    expect(look(1000, 3250).state).toBe('ready')
    expect(look(1100, 4250)).toEqual({ state: 'degraded', why: [why] })
    expect(look(1100, 6500)).toEqual({ state: 'degraded', why: [why] })
    expect(look(1100, 7000)).toEqual({ state: 'ready', why: [] })
  })

  it('is dead from the crash of the neuron thread until it runs again', () => {
    const judge = createHealthMonitor()
    judge.onEvent({ type: 'neuronLost', cause: 'boom', seq: 9, retryMs: 100 })
    expect(judge.status(WELL, 0)).toEqual({ state: 'dead', why: ['the neuron thread crashed: boom'] })
    judge.onEvent({ type: 'neuronBack', cause: 'boom', seq: 9, gapMs: 140, crashes: 1 })
    expect(judge.status(WELL, 100).state).toBe('ready')
  })
})

describe('counted figures', () => {
  const FIGURES = { ticks: 1000, missedTicks: 0, tickAgeMs: 1, adcReads: 250, adcErrors: 0, edgeLateUs: { p99: 80 } }
  const FINE = { silent: false, late: false, missedTicks: 'few', readingErrors: 'none' }

  it.each([
    [{}, {}],
    [{ tickAgeMs: 1000 }, {}],
    [{ tickAgeMs: 1001 }, { silent: true }],
    [{ edgeLateUs: { p99: 5000 } }, {}],
    [{ edgeLateUs: { p99: 5001 } }, { late: true }],
    [{ edgeLateUs: { p99: Number.NaN } }, {}],
    [{ edgeLateUs: { p99: null } }, {}],
    [{ missedTicks: 10 }, {}],
    [{ missedTicks: 11 }, { missedTicks: 'many' }],
    [{ missedTicks: 501 }, { missedTicks: 'most' }],
    [{ adcErrors: 2 }, { readingErrors: 'few' }],
    [{ adcErrors: 3 }, { readingErrors: 'many' }],
  ])('%o are judged as %o', (figures, faults) => {
    expect(judgeFigures({ ...FIGURES, ...figures })).toEqual({ ...FINE, ...faults })
  })
})
