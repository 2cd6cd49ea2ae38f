import { describe, expect, it } from 'vitest'
import { openTrace } from '../../../src/loop/host/trace.ts'
import { createShared } from '../../../src/loop/shared/memory.ts'
import { push } from '../../../src/loop/shared/ring.ts'
import { restingState } from '../../../src/neuron/integrate-and-fire.ts'
import { neuronFrom } from '../../../src/neuron/params.ts'
import { createTestLoop } from '../../fakes/loop-on-manual-clock.ts'
import { manualTimers } from '../../mqtt/manual-timers.ts'
import { predictedIsisMs } from '../../neuron/prediction.ts'

const neuron = neuronFrom({ seed: 1 })

describe('the trace', () => {
  it('holds V and I at every tick while it is wanted', () => {
    const loop = createTestLoop({ maxNa: 1 })
    loop.send({ type: 'trace', on: true }, 100)
    loop.send({ type: 'trace', on: false }, 200)
    loop.run(300)
    expect(Math.abs(loop.samples.length - 100)).toBeLessThanOrEqual(1)
    for (const [tUs, vMv, iNa, level] of loop.samples as [number, number, number, number][]) {
      expect(vMv).toBeCloseTo(-60 - 10 * Math.exp(-tUs / 1000 / 10), 6)
      expect([iNa, level]).toEqual([1, 1])
    }
  })

  it('says when synaptic events took effect, late ones too: theory then gives every spike', () => {
    const loop = createTestLoop({ maxNa: 1.2 })
    loop.send({ type: 'trace', on: true }, 1)
    // Handed over 20 ms ahead, or, every third one, only after its time.
    for (let k = 0; k < 200; k++) {
      const atMs = 50 + 9.7 * k
      const lateMs = k % 3 === 0 ? 1.37 : -20
      loop.send({ type: 'synapse', atMs, tauMs: k % 2 === 0 ? 0 : 5, weight: 2 + (k % 5) }, atMs + lateMs)
    }
    loop.run(2000)
    const arrivals = loop.arrivals.map(row => {
      const [tUs, tauMs, weight, afterSeq, sinceSpikeMs] = row as [number, number, number, number, number]
      return { weight, tauMs, afterSeq, sinceMs: afterSeq === 0 ? tUs / 1000 : sinceSpikeMs }
    })
    expect(arrivals).toHaveLength(200)
    expect(loop.spikes.length).toBeGreaterThan(30)
    const isisMs = predictedIsisMs(neuron, 1.2, restingState(neuron), arrivals, 0, loop.spikes.length)
    expect(Math.abs(isisMs[0]! - loop.spikes[0]!.tUs / 1000)).toBeLessThan(0.001)
    loop.spikes.slice(1).forEach(({ isiMs }, i) => {
      expect(Math.abs(isiMs - isisMs[i + 1]!)).toBeLessThan(1e-9)
    })
  })

  it('gives nobody what came after the last one had left', async () => {
    const shared = createShared()
    const timers = manualTimers()
    const listen = openTrace(shared, () => {}, timers)
    const reported: number[][] = []
    const sample = (tUs: number) => push(shared.samples, Float64Array.of(tUs, -70, 1, 0.5))
    const leave = listen(rows => reported.push([...rows]))
    sample(1)
    await timers.pass(40)
    leave()
    sample(2)
    listen(rows => reported.push([...rows]))
    sample(3)
    await timers.pass(40)
    expect(reported.map(([tUs]) => tUs)).toEqual([1, 3])
  })
})
