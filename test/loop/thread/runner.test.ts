import { describe, expect, it } from 'vitest'
import type { Spike } from '../../../src/loop/types.ts'
import { timeToThresholdMs } from '../../../src/neuron/closed-form.ts'
import { neuronFrom } from '../../../src/neuron/params.ts'
import { presetNamed } from '../../../src/neuron/presets.ts'
import { isiMs } from '../../../src/neuron/theory.ts'
import { createRig } from '../../fakes/rig.ts'

const neuron = neuronFrom({ seed: 1 })
const rises = (edges: readonly [number, boolean][]) => edges.filter(([, on]) => on).map(([ms]) => ms)

describe('the real-time loop on a manual clock', () => {
  it('fires at the exact times of theory, one rising edge per spike, numbered without a hole', () => {
    const rig = createRig()
    rig.run(1000)
    const latency = timeToThresholdMs(neuron, neuron.initialMv, 2)
    const isi = isiMs(neuron, 2)
    expect(rig.spikes.length).toBe(1 + Math.floor((1000 - latency) / isi))
    rig.spikes.forEach((spike, i) => {
      expect(spike.seq).toBe(i + 1)
      expect(Math.abs(spike.tUs / 1000 - (latency + i * isi))).toBeLessThan(0.001)
    })
    expect(rises(rig.edges).length).toBe(rig.spikes.length)
    rises(rig.edges).forEach((ms, i) => {
      expect(Math.abs(ms - (latency + i * isi))).toBeLessThan(1e-6)
    })
    expect(rig.spikes[0]?.isiMs).toBeNaN()
    expect(rig.spikes[5]?.isiMs).toBeCloseTo(isi, 9)
  })

  it('lives ten minutes in well under a second', () => {
    const rig = createRig({ neuron: neuronFrom(presetNamed('classroom').neuron, 1), minNa: 0, maxNa: 3 })
    const { modelMs, ticks, count } = rig.run(600_000)
    expect(modelMs).toBeCloseTo(600_000, 3)
    expect(ticks).toBeCloseTo(600_000, -1)
    expect(count).toBe(rig.spikes.length)
    expect(count).toBeGreaterThan(6000)
  })

  it('holds each pulse for its width', () => {
    const rig = createRig({ pulseMs: 5 })
    rig.run(100)
    const [rise, fall] = rig.edges as [[number, boolean], [number, boolean]]
    expect([rise[1], fall[1]]).toEqual([true, false])
    expect(fall[0] - rise[0]).toBeCloseTo(5, 9)
  })

  it('lowers the line for half a millisecond when a spike comes during a pulse', () => {
    const rig = createRig({ pulseMs: 50, maxNa: 20 })
    const { mergedEdges } = rig.run(200)
    // The rise of the very last spike may still be waiting when the loop is stopped.
    expect(rig.spikes.length - rises(rig.edges).length).toBeLessThanOrEqual(1)
    expect(mergedEdges).toBe(0)
    const gaps = rig.edges.slice(1).flatMap(([ms, on], i) => (on ? [ms - (rig.edges[i]?.[0] as number)] : []))
    gaps.forEach(gap => {
      expect(gap).toBeCloseTo(0.5, 9)
    })
  })

  it('merges and counts the edges that even that cannot show', () => {
    const rig = createRig({ pulseMs: 1, maxNa: 1000 })
    const { mergedEdges } = rig.run(100)
    expect(rig.spikes.length).toBeGreaterThan(400)
    expect(rig.spikes.length - mergedEdges - rises(rig.edges).length).toBeLessThanOrEqual(1)
    expect(mergedEdges).toBeGreaterThan(100)
  })

  it('integrates through a stall of up to a second: true times, marked late, one pulse for the burst', () => {
    const rig = createRig()
    rig.clock.lateMs = deadline => (deadline >= 300 && deadline < 301 ? 400 : 0)
    const { skippedMs, stalls, missedTicks } = rig.run(1000)
    const latency = timeToThresholdMs(neuron, neuron.initialMv, 2)
    const isi = isiMs(neuron, 2)
    rig.spikes.forEach((spike, i) => {
      expect(Math.abs(spike.tUs / 1000 - (latency + i * isi))).toBeLessThan(0.001)
    })
    const stalled = rig.spikes.filter(({ tUs }) => tUs / 1000 > 301 && tUs / 1000 < 689)
    expect(stalled.length).toBeGreaterThan(20)
    expect(stalled.every(spike => spike.late)).toBe(true)
    expect(rig.spikes.filter(({ tUs }) => tUs / 1000 < 299).some(spike => spike.late)).toBe(false)
    expect(rises(rig.edges).filter(ms => ms >= 700 && ms < 700.5).length).toBe(1)
    expect([skippedMs, stalls]).toEqual([0, 1])
    expect(missedTicks).toBeGreaterThanOrEqual(399)
    expect(rig.events).toContainEqual({ type: 'stall', stallMs: expect.closeTo(400, 0) })
  })

  it('resynchronises after a longer stall and says how much it skipped', () => {
    const rig = createRig()
    rig.clock.lateMs = deadline => (deadline >= 300 && deadline < 301 ? 5000 : 0)
    const { skippedMs, modelMs } = rig.run(8000)
    expect(skippedMs).toBeGreaterThanOrEqual(5000)
    expect(modelMs + skippedMs).toBeCloseTo(8000, 6)
    expect(rig.events).toContainEqual({ type: 'skipped', skippedMs })
    expect(rig.spikes.map(spike => spike.seq)).toEqual(rig.spikes.map((_, i) => i + 1))
  })

  it('runs ten times slower at speed 0.1, and says so in every spike', () => {
    const rig = createRig({ speed: 0.1 })
    const { modelMs } = rig.run(1000)
    expect(modelMs).toBeCloseTo(100, 6)
    const [first, second] = rig.spikes as [Spike, Spike, ...Spike[]]
    expect(first.tUs / 1000).toBeCloseTo(10 * timeToThresholdMs(neuron, neuron.initialMv, 2), 2)
    expect((second.tUs - first.tUs) / 1000).toBeCloseTo(10 * second.isiMs, 2)
    expect(second.speed).toBe(0.1)
  })

  it('spins only before a spike', () => {
    const rig = createRig({ spinMs: 0.1 })
    rig.run(1000)
    expect(rig.clock.spins.length).toBe(rig.spikes.length)
  })
})

describe('requests from the main thread', () => {
  it('pause and go on: no time is lived in between', () => {
    const rig = createRig()
    rig.send({ type: 'run', on: false }, 200)
    rig.send({ type: 'run', on: true }, 700)
    const { modelMs } = rig.run(1000)
    expect(modelMs).toBeCloseTo(500, 6)
    expect(rig.spikes.some(({ tUs }) => tUs / 1000 > 200 && tUs / 1000 < 700)).toBe(false)
  })

  it('mute the outputs at once, while the spikes go on', () => {
    const rig = createRig({ pulseMs: 5 })
    rig.send({ type: 'mute', on: true }, 100)
    rig.run(300)
    expect(rises(rig.edges).some(ms => ms >= 100)).toBe(false)
    expect(rig.edges.at(-1)?.[1]).toBe(false)
    expect(rig.spikes.some(({ tUs }) => tUs / 1000 > 200)).toBe(true)
  })

  it('change the neuron while it runs, from that moment on', () => {
    const rig = createRig()
    const slow = neuronFrom({ tauMs: 50, seed: 1 })
    rig.send({ type: 'neuron', neuron: slow }, 500)
    rig.run(1000)
    expect(rig.spikes.at(-1)?.isiMs).toBeCloseTo(isiMs(slow, 2), 9)
  })

  it('bring other noise with another seed at once', () => {
    const voltageAt600 = (seed: number) => {
      const noisy = neuronFrom({ noiseMv: 2, seed: 1 })
      const rig = createRig({ neuron: noisy, maxNa: 0 })
      rig.send({ type: 'neuron', neuron: { ...noisy, seed } }, 500)
      return rig.run(600).vMv
    }
    expect(voltageAt600(2)).not.toBe(voltageAt600(1))
    expect(voltageAt600(2)).toBe(voltageAt600(2))
  })

  it('leave the line low when it stops in the middle of a pulse', () => {
    const rig = createRig({ pulseMs: 1000 })
    rig.run(100)
    expect(rig.edges.at(-1)).toEqual([expect.closeTo(100, 0), false])
  })
})
