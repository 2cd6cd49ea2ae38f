import { describe, expect, it } from 'vitest'
import type { Spike } from '../../../src/loop/types.ts'
import { timeToThresholdMs } from '../../../src/neuron/closed-form.ts'
import { neuronFrom } from '../../../src/neuron/params.ts'
import { presetNamed } from '../../../src/neuron/presets.ts'
import { isiMs } from '../../../src/neuron/theory.ts'
import { createTestLoop } from '../../fakes/loop-on-manual-clock.ts'

const neuron = neuronFrom({ seed: 1 })
const rises = (edges: readonly [number, boolean][]) => edges.filter(([, on]) => on).map(([ms]) => ms)

describe('the real-time loop on a manual clock', () => {
  it('fires at the exact times of theory, one rising edge per spike, numbered without a hole', () => {
    const loop = createTestLoop()
    loop.run(1000)
    const latency = timeToThresholdMs(neuron, neuron.initialMv, 2)
    const isi = isiMs(neuron, 2)
    expect(loop.spikes.length).toBe(1 + Math.floor((1000 - latency) / isi))
    loop.spikes.forEach((spike, i) => {
      expect(spike.seq).toBe(i + 1)
      expect(Math.abs(spike.tUs / 1000 - (latency + i * isi))).toBeLessThan(0.001)
    })
    expect(rises(loop.edges).length).toBe(loop.spikes.length)
    rises(loop.edges).forEach((ms, i) => {
      expect(Math.abs(ms - (latency + i * isi))).toBeLessThan(1e-6)
    })
    expect(loop.spikes[0]?.isiMs).toBeNaN()
    expect(loop.spikes[5]?.isiMs).toBeCloseTo(isi, 9)
  })

  it('runs ten minutes in well under a second', () => {
    const loop = createTestLoop({ neuron: neuronFrom(presetNamed('classroom').neuron, 1), minNa: 0, maxNa: 3 })
    const { modelMs, ticks, count } = loop.run(600_000)
    expect(modelMs).toBeCloseTo(600_000, 3)
    expect(ticks).toBeCloseTo(600_000, -1)
    expect(count).toBe(loop.spikes.length)
    expect(count).toBeGreaterThan(6000)
  })

  it('holds each pulse for its width', () => {
    const loop = createTestLoop({ pulseMs: 5 })
    loop.run(100)
    const [rise, fall] = loop.edges as [[number, boolean], [number, boolean]]
    expect([rise[1], fall[1]]).toEqual([true, false])
    expect(fall[0] - rise[0]).toBeCloseTo(5, 9)
  })

  it('lowers the line for half a millisecond when a spike comes during a pulse', () => {
    const loop = createTestLoop({ pulseMs: 50, maxNa: 20 })
    const { mergedEdges } = loop.run(200)
    // The rise of the very last spike may still be waiting when the loop is stopped.
    expect(loop.spikes.length - rises(loop.edges).length).toBeLessThanOrEqual(1)
    expect(mergedEdges).toBe(0)
    const gaps = loop.edges.slice(1).flatMap(([ms, on], i) => (on ? [ms - (loop.edges[i]?.[0] as number)] : []))
    gaps.forEach(gap => {
      expect(gap).toBeCloseTo(0.5, 9)
    })
  })

  it('merges and counts the edges that even that cannot show', () => {
    const loop = createTestLoop({ pulseMs: 1, maxNa: 1000 })
    const { mergedEdges } = loop.run(100)
    expect(loop.spikes.length).toBeGreaterThan(400)
    expect(loop.spikes.length - mergedEdges - rises(loop.edges).length).toBeLessThanOrEqual(1)
    expect(mergedEdges).toBeGreaterThan(100)
  })

  it('integrates through a stall of up to a second: true times, marked late, one pulse for the burst', () => {
    const loop = createTestLoop()
    loop.clock.lateMs = deadline => (deadline >= 300 && deadline < 301 ? 400 : 0)
    const { skippedMs, stalls, missedTicks } = loop.run(1000)
    const latency = timeToThresholdMs(neuron, neuron.initialMv, 2)
    const isi = isiMs(neuron, 2)
    loop.spikes.forEach((spike, i) => {
      expect(Math.abs(spike.tUs / 1000 - (latency + i * isi))).toBeLessThan(0.001)
    })
    const stalled = loop.spikes.filter(({ tUs }) => tUs / 1000 > 301 && tUs / 1000 < 689)
    expect(stalled.length).toBeGreaterThan(20)
    expect(stalled.every(spike => spike.late)).toBe(true)
    expect(loop.spikes.filter(({ tUs }) => tUs / 1000 < 299).some(spike => spike.late)).toBe(false)
    expect(rises(loop.edges).filter(ms => ms >= 700 && ms < 700.5).length).toBe(1)
    expect([skippedMs, stalls]).toEqual([0, 1])
    expect(missedTicks).toBeGreaterThanOrEqual(399)
    expect(loop.events).toContainEqual({ type: 'stall', stallMs: expect.closeTo(400, 0) })
  })

  it('lives through the second for which the kernel waits for a blocked bus', () => {
    const loop = createTestLoop()
    loop.clock.lateMs = deadline => (deadline >= 300 && deadline < 301 ? 1001 : 0)
    const { skippedMs, modelMs } = loop.run(2000)
    expect(skippedMs).toBe(0)
    expect(modelMs).toBeCloseTo(2000, 6)
  })

  it('resynchronises after a longer stall and says how much it skipped', () => {
    const loop = createTestLoop()
    loop.clock.lateMs = deadline => (deadline >= 300 && deadline < 301 ? 5000 : 0)
    const { skippedMs, modelMs } = loop.run(8000)
    expect(skippedMs).toBeGreaterThanOrEqual(5000)
    expect(modelMs + skippedMs).toBeCloseTo(8000, 6)
    expect(loop.events).toContainEqual({ type: 'skipped', skippedMs })
    expect(loop.spikes.map(spike => spike.seq)).toEqual(loop.spikes.map((_, i) => i + 1))
  })

  it('runs ten times slower at speed 0.1, and says so in every spike', () => {
    const loop = createTestLoop({ speed: 0.1 })
    const { modelMs } = loop.run(1000)
    expect(modelMs).toBeCloseTo(100, 6)
    const [first, second] = loop.spikes as [Spike, Spike, ...Spike[]]
    expect(first.tUs / 1000).toBeCloseTo(10 * timeToThresholdMs(neuron, neuron.initialMv, 2), 2)
    expect((second.tUs - first.tUs) / 1000).toBeCloseTo(10 * second.isiMs, 2)
    expect(second.speed).toBe(0.1)
  })

  it('spins only before a spike', () => {
    const loop = createTestLoop({ spinMs: 0.1 })
    loop.run(1000)
    expect(loop.clock.spins.length).toBe(loop.spikes.length)
  })
})

describe('requests from the main thread', () => {
  it('pause and go on: no time passes for the neuron in between', () => {
    const loop = createTestLoop()
    loop.send({ type: 'run', on: false }, 200)
    loop.send({ type: 'run', on: true }, 700)
    const { modelMs } = loop.run(1000)
    expect(modelMs).toBeCloseTo(500, 6)
    expect(loop.spikes.some(({ tUs }) => tUs / 1000 > 200 && tUs / 1000 < 700)).toBe(false)
  })

  it('mute the outputs at once, while the spikes go on', () => {
    const loop = createTestLoop({ pulseMs: 5 })
    loop.send({ type: 'mute', on: true }, 100)
    loop.run(300)
    expect(rises(loop.edges).some(ms => ms >= 100)).toBe(false)
    expect(loop.edges.at(-1)?.[1]).toBe(false)
    expect(loop.spikes.some(({ tUs }) => tUs / 1000 > 200)).toBe(true)
  })

  it('change the neuron while it runs, from that moment on', () => {
    const loop = createTestLoop()
    const slow = neuronFrom({ tauMs: 50, seed: 1 })
    loop.send({ type: 'neuron', neuron: slow }, 500)
    loop.run(1000)
    expect(loop.spikes.at(-1)?.isiMs).toBeCloseTo(isiMs(slow, 2), 9)
  })

  it('bring other noise with another seed at once', () => {
    const voltageAt600 = (seed: number) => {
      const noisy = neuronFrom({ noiseMv: 2, seed: 1 })
      const loop = createTestLoop({ neuron: noisy, maxNa: 0 })
      loop.send({ type: 'neuron', neuron: { ...noisy, seed } }, 500)
      return loop.run(600).vMv
    }
    expect(voltageAt600(2)).not.toBe(voltageAt600(1))
    expect(voltageAt600(2)).toBe(voltageAt600(2))
  })

  it('leave the line low when it stops in the middle of a pulse', () => {
    const loop = createTestLoop({ pulseMs: 1000 })
    loop.run(100)
    expect(loop.edges.at(-1)).toEqual([expect.closeTo(100, 0), false])
  })
})
