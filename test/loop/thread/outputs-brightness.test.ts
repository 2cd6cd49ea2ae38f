import { describe, expect, it } from 'vitest'
import type { Output } from '../../../drivers/contract.ts'
import {
  blinkOutputs,
  brightnessOf,
  createLoopOutput,
  type LoopOutput,
  type OutputSettings,
  pulseOutputs,
  showPotential,
  silenceOutputs,
} from '../../../src/loop/thread/outputs.ts'
import type { LoopEvent } from '../../../src/loop/types.ts'
import { neuronFrom } from '../../../src/neuron/params.ts'
import { createTestLoop } from '../../fakes/loop-on-manual-clock.ts'

const neuron = neuronFrom({ restMv: -70, resetMv: -75, thresholdMv: -55, seed: 1 })

describe('the brightness of the membrane', () => {
  it.each([
    [-75, 0],
    [-65, 0.5],
    [-55, 1],
    [-90, 0],
    [-50, 1],
  ])('at %d mV is %d', (vMv, brightness) => {
    expect(brightnessOf(neuron, vMv)).toBeCloseTo(brightness, 2)
  })

  it('is dark at rest where the reset is above it', () => {
    expect(brightnessOf(neuronFrom({ ...neuron, resetMv: -60 }), -70)).toBe(0)
  })
})

describe('in the loop', () => {
  it('an output grows brighter up to every spike, at most 100 times a second, flashes no pulse, and is dark at the end', () => {
    const slow = neuronFrom({ restMv: -70, resetMv: -75, thresholdMv: -55, tauMs: 200, seed: 1 })
    const { brightnesses, edges, spikes, run } = createTestLoop({ neuron: slow, maxNa: 2, follows: 'potential' })
    run(2000)
    const [first] = spikes
    const beforeSpike = brightnesses.filter(([ms]) => ms < first!.tUs / 1000).map(([, brightness]) => brightness)
    expect(beforeSpike.length).toBeGreaterThan(20)
    expect(beforeSpike).toEqual(beforeSpike.toSorted((a, b) => a - b))
    expect(beforeSpike.at(-1)).toBeGreaterThan(0.9)
    expect(brightnesses.find(([ms]) => ms > first!.tUs / 1000)?.[1]).toBeLessThan(0.2)
    const [_dark, ...changes] = brightnesses
    const pausesMs = changes.slice(1, -1).map(([ms], i) => ms - changes[i]![0])
    expect(Math.min(...pausesMs)).toBeGreaterThanOrEqual(10)
    expect([edges, brightnesses.at(-1)]).toEqual([[], [expect.closeTo(2000, 0), 0]])
  })

  it('is dark while it is muted', () => {
    const loop = createTestLoop({ follows: 'potential' })
    loop.send({ type: 'mute', on: true }, 100)
    loop.run(300)
    expect(loop.brightnesses.findLast(([ms]) => ms <= 101)?.[1]).toBe(0)
    expect(loop.brightnesses.filter(([ms]) => ms > 101)).toEqual([])
  })
})

describe('an output that follows the potential', () => {
  const asked: unknown[] = []
  const events: LoopEvent[] = []
  const onEvent = (event: LoopEvent) => void events.push(event)
  let fault = ''

  function potentialOutput(changed: Partial<OutputSettings> = {}): LoopOutput {
    asked.length = 0
    events.length = 0
    fault = ''
    const output: Output = {
      description: 'test LED',
      mocked: true,
      set: on => void asked.push(on),
      dim(brightness) {
        if (fault !== '') throw new Error(fault)
        asked.push(brightness)
      },
      close() {},
    }
    const settings = {
      name: 'led',
      driver: 'fake',
      options: {},
      pulseMs: 20,
      muted: false,
      follows: 'potential',
    } as const
    return createLoopOutput({ ...settings, ...changed }, output)
  }

  it('is set to a new brightness at most every 10 ms, and only a new one', () => {
    const outputs = [potentialOutput()]
    for (let ms = 0; ms < 40; ms++) showPotential(outputs, ms < 20 ? ms / 100 : 0.1, ms, onEvent)
    expect(asked).toEqual([0, 0.1])
    for (let ms = 40; ms < 70; ms++) showPotential(outputs, ms / 100, ms, onEvent)
    expect(asked).toEqual([0, 0.1, 0.4, 0.5, 0.6])
  })

  it('shows no pulses', () => {
    const outputs = [potentialOutput()]
    pulseOutputs(outputs, 'spike', 5, onEvent)
    expect(asked).toEqual([])
  })

  it('is dark when it is silenced, blinks to be found, and stays dark when it is muted', () => {
    const outputs = [potentialOutput()]
    showPotential(outputs, 0.5, 0, onEvent)
    silenceOutputs(outputs, 1, onEvent)
    blinkOutputs(outputs, 250, onEvent)
    blinkOutputs(outputs, 375, onEvent)
    expect(asked).toEqual([0.5, 0, 1, 0])
    const muted = [potentialOutput({ muted: true })]
    showPotential(muted, 0.5, 0, onEvent)
    expect(asked).toEqual([0])
  })

  it('grows dark when it is muted while it shines', () => {
    const led = potentialOutput()
    showPotential([led], 0.5, 0, onEvent)
    led.muted = true
    showPotential([led], 0.6, 10, onEvent)
    expect(asked).toEqual([0.5, 0])
  })

  it('that fails is tried again and never stops the neuron', () => {
    const outputs = [potentialOutput()]
    fault = 'gone'
    for (let ms = 0; ms < 300; ms++) showPotential(outputs, 0.5, ms, onEvent)
    fault = ''
    for (let ms = 300; ms < 600; ms++) showPotential(outputs, 0.5, ms, onEvent)
    expect(asked).toEqual([0.5])
    expect(events).toEqual([
      { type: 'outputLost', output: 'led', reason: 'gone' },
      { type: 'outputBack', output: 'led' },
    ])
  })
})
