import { describe, expect, it } from 'vitest'
import { type NeuronInput, neuronFrom } from '../../../src/neuron/params.ts'
import { presetNamed } from '../../../src/neuron/presets.ts'
import { createTestLoop, type TestLoop } from '../../fakes/loop-on-manual-clock.ts'

/** 100 kHz at the right end of the knob. */
const SEED000 = { neuron: neuronFrom(presetNamed('seed000').neuron, 1), minNa: 0, maxNa: 100 }
const STIMULUS = { iNa: 1, offsetNa: 0, durationMs: 600_000, periodMs: 100, widthMs: 10, replaces: false } as const

/** The numbers of the spikes that were passed on, for each second. */
function reportedBySecond({ spikes }: TestLoop): number[][] {
  const seconds: number[][] = [[], [], []]
  for (const { seq, tUs } of spikes) seconds[Math.floor(tUs / 1e6)]!.push(seq)
  return seconds
}

describe('a neuron that fires at 100 kHz', () => {
  it('has 5000 spikes of every second passed on, in one run; the others are counted as lost', () => {
    const loop = createTestLoop(SEED000)
    const { count, lostReports, skippedMs } = loop.run(3000)
    expect(count).toBeGreaterThan(290_000)
    expect(skippedMs).toBeCloseTo(0, 3)
    expect(loop.spikes.length + lostReports).toBe(count)
    for (const seqs of reportedBySecond(loop)) expect([seqs.length, seqs.at(-1)! - seqs[0]!]).toEqual([5000, 4999])
  })

  it('lets the thread sleep a few times in a millisecond, not at every spike', () => {
    const loop = createTestLoop(SEED000)
    loop.run(1000)
    expect(loop.clock.sleeps).toBeLessThan(6000)
  })

  it('has all its spikes passed on again when it fires slower', () => {
    const loop = createTestLoop(SEED000)
    loop.send({ type: 'take', level: 0.01 }, 1500)
    loop.run(4000)
    const seqs = loop.spikes.filter(({ tUs }) => tUs > 2e6).map(({ seq }) => seq)
    expect(seqs.length).toBeGreaterThan(100)
    expect(seqs).toEqual(seqs.map((_, i) => seqs[0]! + i))
  })
})

describe('settings that ask for more than can be computed', () => {
  const TINY: NeuronInput = { tauMs: 0.001, noiseMv: 1000 }
  const least = { shape: 'samples' as const, samples: sampled(0.1, 20_000) }
  it.each<[string, Parameters<typeof createTestLoop>[0], Partial<typeof STIMULUS> | object | undefined]>([
    ['100 kHz at speed 100', { ...SEED000, speed: 100 }, undefined],
    ['a threshold next to the reset', { neuron: neuronFrom({ resetMv: -55.000001 }), speed: 100 }, undefined],
    [
      'a perfect integrator of 1 fF',
      { neuron: neuronFrom({ model: 'pif', capacitanceNf: 1e-6 }), speed: 100 },
      undefined,
    ],
    ['noise with a time constant of 1 us', { neuron: neuronFrom(TINY), speed: 100 }, undefined],
    ['a train of 0.1 ms', { speed: 100 }, { shape: 'train', periodMs: 0.1, widthMs: 0.05 }],
    ['samples of 0.1 ms', { speed: 100 }, least],
    ['noise drawn every ms', { speed: 100 }, { shape: 'noise' }],
    ['the longest tick', { ...SEED000, speed: 100, tickMs: 20 }, undefined],
  ])('%s: the work of a step is bounded, commands are obeyed, and no time is unaccounted for', (_, settings, stim) => {
    const loop = createTestLoop(settings)
    // Work takes time: a look at the clock comes with every spike, and with some pieces of work.
    loop.clock.lookMs = 0.01
    let tooLate = 0
    let sleptMs = 0
    const { sleepUntil } = loop.clock
    loop.clock.sleepUntil = (deadlineMs, spinMs, ticket) => {
      const beforeMs = loop.clock.nowMs()
      tooLate = Math.max(tooLate, beforeMs - sleptMs)
      sleepUntil(deadlineMs, spinMs, ticket)
      sleptMs = loop.clock.nowMs()
    }
    if (stim) loop.send({ type: 'stim', stimulus: { ...STIMULUS, shape: 'step', ...stim } }, 10)
    loop.send({ type: 'take', level: 1 }, 20)
    loop.send({ type: 'run', on: false }, 500)
    const { modelMs, skippedMs, running, source } = loop.run(1000)
    expect([running, source]).toEqual([false, 'slider'])
    expect(tooLate).toBeLessThan(200)
    const ranMs = modelMs / (settings?.speed ?? 1) + skippedMs
    expect(Math.abs(ranMs - 500)).toBeLessThan(250)
    expect(loop.events.filter(({ type }) => type === 'skipped').length).toBeLessThanOrEqual(1)
  })

  it('a stall of a second at 100 kHz and speed 10: what is not lived through is skipped, and told once', () => {
    const loop = createTestLoop({ ...SEED000, speed: 10 })
    loop.clock.lateMs = deadline => (deadline >= 300 && deadline < 301 ? 900 : 0)
    const { modelMs, skippedMs, lostReports, count } = loop.run(2000)
    expect(loop.spikes.length + lostReports).toBe(count)
    expect(skippedMs).toBeGreaterThan(800)
    expect(modelMs / 10 + skippedMs).toBeCloseTo(2000, 3)
    expect(loop.events.filter(({ type }) => type === 'skipped').length).toBe(1)
  })

  it('a stall of five seconds during a train is skipped as without one', () => {
    const loop = createTestLoop()
    loop.send({ type: 'stim', stimulus: { ...STIMULUS, shape: 'train' } }, 10)
    loop.clock.lateMs = deadline => (deadline >= 300 && deadline < 301 ? 5000 : 0)
    expect(loop.run(8000).skippedMs).toBeGreaterThanOrEqual(5000)
  })
})

function sampled(dtMs: number, n: number) {
  const tMs = Float64Array.from({ length: n }, (_, k) => k * dtMs)
  return { tMs, iNa: tMs.map((_, k) => k % 2), lengthMs: n * dtMs }
}
