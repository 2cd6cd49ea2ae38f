import { describe, expect, it, test } from 'vitest'
import type { ObservedSpike } from '../../src/lessons/observations.ts'
import { ofAnswer, ofIntervals } from '../../src/lessons/quantities.ts'
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

  it.each([50, 100, 150])('is not judged while V is under way: %s ms', ms => {
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
