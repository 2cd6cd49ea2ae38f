import { describe, expect, it } from 'vitest'
import type { Output } from '../../../drivers/contract.ts'
import {
  blinkLines,
  createLine,
  glowLines,
  glowOf,
  type Line,
  pulseLines,
  silenceLines,
} from '../../../src/loop/thread/outputs.ts'
import type { LoopEvent } from '../../../src/loop/types.ts'
import { neuronFrom } from '../../../src/neuron/params.ts'
import { createRig } from '../../fakes/rig.ts'

const neuron = neuronFrom({ restMv: -70, resetMv: -75, thresholdMv: -55, seed: 1 })

describe('the brightness of the membrane', () => {
  it.each([
    [-75, 0],
    [-65, 0.5],
    [-55, 1],
    [-90, 0],
    [-50, 1],
  ])('at %d mV is %d', (vMv, glow) => {
    expect(glowOf(neuron, vMv)).toBeCloseTo(glow, 2)
  })

  it('is dark at rest where the reset is above it', () => {
    expect(glowOf(neuronFrom({ ...neuron, resetMv: -60 }), -70)).toBe(0)
  })
})

describe('in the loop', () => {
  it('an output grows brighter up to every spike, at most 100 times a second, flashes no pulse, and is dark at the end', () => {
    const slow = neuronFrom({ restMv: -70, resetMv: -75, thresholdMv: -55, tauMs: 200, seed: 1 })
    const { glows, edges, spikes, run } = createRig({ neuron: slow, maxNa: 2, follows: 'potential' })
    run(2000)
    const [first] = spikes
    const beforeSpike = glows.filter(([ms]) => ms < first!.tUs / 1000).map(([, brightness]) => brightness)
    expect(beforeSpike.length).toBeGreaterThan(20)
    expect(beforeSpike).toEqual(beforeSpike.toSorted((a, b) => a - b))
    expect(beforeSpike.at(-1)).toBeGreaterThan(0.9)
    expect(glows.find(([ms]) => ms > first!.tUs / 1000)?.[1]).toBeLessThan(0.2)
    const [_dark, ...changes] = glows
    const pausesMs = changes.slice(1, -1).map(([ms], i) => ms - changes[i]![0])
    expect(Math.min(...pausesMs)).toBeGreaterThanOrEqual(10)
    expect([edges, glows.at(-1)]).toEqual([[], [expect.closeTo(2000, 0), 0]])
  })

  it('is dark while it is muted', () => {
    const rig = createRig({ follows: 'potential' })
    rig.send({ type: 'mute', on: true }, 100)
    rig.run(300)
    expect(rig.glows.findLast(([ms]) => ms <= 101)?.[1]).toBe(0)
    expect(rig.glows.filter(([ms]) => ms > 101)).toEqual([])
  })
})

describe('a line that follows the potential', () => {
  const asked: unknown[] = []
  const events: LoopEvent[] = []
  const tell = (event: LoopEvent) => void events.push(event)
  let fault = ''

  function lamp(changed: Partial<Parameters<typeof createLine>[0]> = {}): Line {
    asked.length = 0
    events.length = 0
    fault = ''
    const output: Output = {
      description: 'test lamp',
      mocked: true,
      set: on => void asked.push(on),
      dim(brightness) {
        if (fault !== '') throw new Error(fault)
        asked.push(brightness)
      },
      close() {},
    }
    return createLine({ name: 'led', output, pulseMs: 20, muted: false, follows: 'potential', ...changed })
  }

  it('is told a new brightness at most every 10 ms, and only a new one', () => {
    const lines = [lamp()]
    for (let ms = 0; ms < 40; ms++) glowLines(lines, ms < 20 ? ms / 100 : 0.1, ms, tell)
    expect(asked).toEqual([0, 0.1])
    for (let ms = 40; ms < 70; ms++) glowLines(lines, ms / 100, ms, tell)
    expect(asked).toEqual([0, 0.1, 0.4, 0.5, 0.6])
  })

  it('shows no pulses', () => {
    const lines = [lamp()]
    pulseLines(lines, 'spike', 5, tell)
    expect(asked).toEqual([])
  })

  it('is dark when it is silenced, blinks to be found, and stays dark when it is muted', () => {
    const lines = [lamp()]
    glowLines(lines, 0.5, 0, tell)
    silenceLines(lines, 1, tell)
    blinkLines(lines, 250, tell)
    blinkLines(lines, 375, tell)
    expect(asked).toEqual([0.5, 0, 1, 0])
    const muted = [lamp({ muted: true })]
    glowLines(muted, 0.5, 0, tell)
    expect(asked).toEqual([0])
  })

  it('grows dark when it is muted while it shines', () => {
    const line = lamp()
    glowLines([line], 0.5, 0, tell)
    line.muted = true
    glowLines([line], 0.6, 10, tell)
    expect(asked).toEqual([0.5, 0])
  })

  it('that fails is tried again and never stops the neuron', () => {
    const lines = [lamp()]
    fault = 'gone'
    for (let ms = 0; ms < 300; ms++) glowLines(lines, 0.5, ms, tell)
    fault = ''
    for (let ms = 300; ms < 600; ms++) glowLines(lines, 0.5, ms, tell)
    expect(asked).toEqual([0.5])
    expect(events).toEqual([
      { type: 'outputLost', output: 'led', reason: 'gone' },
      { type: 'outputBack', output: 'led' },
    ])
  })
})
