import { describe, expect, it, test } from 'vitest'
import type { ObservedSpike } from '../../src/lessons/observations.ts'
import { errorOfCv, ofAnswer, ofIntervals } from '../../src/lessons/quantities.ts'
import { stimulusOf } from '../../src/lessons/students.ts'
import { voltageAfterMs } from '../../src/neuron/closed-form.ts'
import { neuronFrom } from '../../src/neuron/params.ts'

const params = neuronFrom({ tauMs: 100 })

/** Rows of V at rest under a step of 0.5 nA that begins at 1000.4 ms, between two rows. */
function rowsOfStep(ms: number) {
  const onsetMs = 1000.4
  const rows = [{ atMs: onsetMs, iNa: 0.5, vMv: -70 }]
  for (let atMs = 1001; atMs <= onsetMs + ms; atMs++) {
    rows.push({ atMs, iNa: 0.5, vMv: voltageAfterMs(params, -70, 0.5, atMs - onsetMs) })
  }
  return { onsetMs, silentMs: Number.POSITIVE_INFINITY, rows }
}

describe('a step that makes no spike', () => {
  const stimulus = stimulusOf({ shape: 'step', iNa: 0.5, ms: 1000, replace: true })

  it('is settled at R I, and has made 63 % of its way after tau', () => {
    const measured = ofAnswer({ stimulus, spikes: [], ...rowsOfStep(1000) }, params.tauMs)
    expect(measured.steadyMv).toBeCloseTo(-65, 3)
    expect(measured.t63Ms).toBeCloseTo(100, 1)
  })

  it.each([1, 10, 50, 100, 150])('is not judged while V is under way: %s ms', ms => {
    const short = stimulusOf({ shape: 'step', iNa: 0.5, ms, replace: true })
    expect(ofAnswer({ stimulus: short, spikes: [], ...rowsOfStep(ms) }, params.tauMs)).not.toHaveProperty('t63Ms')
  })
})

it('measures the latency from the exact onset, and the intervals', () => {
  const stimulus = stimulusOf({ shape: 'step', iNa: 3, ms: 500, replace: true })
  const spikes = [69.31, 154.04, 238.77].map(
    (t, k): ObservedSpike => ({
      ...{ atMs: 1000.4 + t, seq: k + 1, late: false },
      isiMs: k === 0 ? Number.NaN : 84.73,
    }),
  )
  const measured = ofAnswer({ stimulus, onsetMs: 1000.4, silentMs: 1000, rows: [], spikes }, params.tauMs)
  expect(measured).toMatchObject({ spikes: 3, intervals: 2, currentNa: 3 })
  expect(measured.latencyMs).toBeCloseTo(69.31, 9)
  expect(measured.rateHz).toBeCloseTo(1000 / 84.73, 9)
})

// R/sqrt(1 + (w tau)^2) mV per nA.
test.each([
  [0.5, 9.54],
  [1.592, 7.07],
  [5, 3.03],
])('a sine of %s Hz swings V by %s mV for each nA', (hz, mv) => {
  const periodMs = 1000 / hz
  const ms = 300 + 6 * periodMs
  const stimulus = stimulusOf({ shape: 'sine', iNa: 1, ms, periodMs })
  const rows = Array.from({ length: Math.floor(ms) }, (_, atMs) => {
    return { atMs, iNa: 0, vMv: -70 + mv * Math.sin((2 * Math.PI * atMs) / periodMs) }
  })
  expect(ofAnswer({ stimulus, onsetMs: 0, silentMs: 0, rows, spikes: [] }, params.tauMs).amplitudeMv).toBeCloseTo(mv, 1)
})

it('tells no rate without an interval, and no CV of clockwork', () => {
  expect(ofIntervals([])).toEqual({ intervals: 0 })
  expect(ofIntervals([80, 80, 80]).cv).toBe(0)
  expect(ofIntervals([60, 100]).cv).toBeCloseTo(0.25, 12)
})

/** Spikes with these intervals; the first comes at 69.3 ms. */
function spikesAfter(isisMs: readonly number[]): ObservedSpike[] {
  const spikes = [{ atMs: 69.3, seq: 1, isiMs: Number.NaN, late: false }]
  for (const isiMs of isisMs) {
    const { atMs, seq } = spikes.at(-1)!
    spikes.push({ atMs: atMs + isiMs, seq: seq + 1, isiMs, late: false })
  }
  return spikes
}

const answerWith = (spikes: ObservedSpike[], shape: 'step' | 'train' = 'step', ms = 6000, periodMs = 500) => ({
  ...{
    stimulus: stimulusOf({ shape, iNa: 3, ms, periodMs, widthMs: 250 }),
    onsetMs: 0,
    silentMs: 1e4,
    rows: [],
    spikes,
  },
})

it('tells how a rate adapts: r(t) = r8 + (r0 - r8) e^(-t/T)', () => {
  const isisMs: number[] = []
  for (let t = 0; t < 6000; t += isisMs.at(-1)!) isisMs.push(1000 / (7 + 4 * Math.exp(-t / 800)))
  const measured = ofAnswer(answerWith(spikesAfter(isisMs)), 100)
  expect(measured.firstHz).toBeCloseTo(11, 9)
  expect(measured.adaptedHz).toBeCloseTo(7, 1)
  // The rate of an interval is dated at its end, up to an interval late.
  expect(measured.adaptMs! - 800).toBeGreaterThan(0)
  expect(measured.adaptMs! - 800).toBeLessThan(130)
})

it('tells no time of adaptation where the rate stays', () => {
  expect(ofAnswer(answerWith(spikesAfter(Array(40).fill(85))), 100)).not.toHaveProperty('adaptMs')
})

it.each([
  [10, 10, 1],
  [5, 10, 0.5],
  [20, 10, 2],
])('%s spikes for %s pulses are %s per pulse', (spikes, pulses, each) => {
  const answer = answerWith(spikesAfter(Array(spikes - 1).fill(100)), 'train', 500 * pulses)
  expect(ofAnswer(answer, 100).spikesPerPulse).toBe(each)
})

it('calls the way down t37Ms', () => {
  const stimulus = stimulusOf({ shape: 'step', iNa: 0, ms: 1000, replace: true })
  const rows = Array.from({ length: 1001 }, (_, atMs) => ({
    ...{ atMs, iNa: 0 },
    vMv: voltageAfterMs(params, -56, 0, atMs),
  }))
  const measured = ofAnswer({ stimulus, onsetMs: 0, silentMs: 1000, rows, spikes: [] }, params.tauMs)
  expect(measured.t37Ms).toBeCloseTo(100, 1)
  expect(measured).not.toHaveProperty('t63Ms')
})

it('gives the standard error of a CV', () => {
  expect(errorOfCv({ cv: 0.45, intervals: 400 })).toBeCloseTo(0.0189, 4)
  expect(errorOfCv({ cv: 0, intervals: 20 })).toBe(0)
})
