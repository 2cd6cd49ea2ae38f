import { describe, expect, it } from 'vitest'
import type { Output } from '../../../drivers/contract.ts'
import {
  createProxyOutput,
  driveMainThreadOutputs,
  EDGE_FIELDS,
  proxySettingsOf,
} from '../../../src/loop/shared/main-thread-outputs.ts'
import { createRing } from '../../../src/loop/shared/ring.ts'
import { createLoopOutput, pulseOutputs, silenceOutputs, updateOutputs } from '../../../src/loop/thread/outputs.ts'
import type { LoopEvent } from '../../../src/loop/types.ts'
import { manualTimers } from '../../mqtt/manual-timers.ts'

const DESCRIBED = { description: 'GPIO17 by pigpio', mocked: false, close() {} }

/** An output in the main thread, and the neuron thread's proxy of it; what was asked of it is written down. */
function handed(timed: boolean) {
  const asked: unknown[] = []
  const state = { fault: '' }
  const note = (what: unknown) => {
    if (state.fault !== '') throw new Error(state.fault)
    asked.push(what)
  }
  const output: Output = { ...DESCRIBED, set: note, ...(timed && { pulse: note }) }
  const edges = createRing(EDGE_FIELDS, 64)
  const events: LoopEvent[] = []
  const onEvent = (event: LoopEvent) => void events.push(event)
  const settings = { name: 'led', driver: 'fake', options: {}, pulseMs: 20, muted: false, follows: 'spike' } as const
  const led = createLoopOutput(settings, createProxyOutput(edges, proxySettingsOf(output, 0)))
  /** What the main thread makes of the edges so far. */
  const served = () => {
    driveMainThreadOutputs(edges, new Map([[0, { name: 'led', output }]]), onEvent, manualTimers()).close()
    return asked.splice(0)
  }
  return { outputs: [led], served, onEvent, events, state }
}

describe('an output in the main thread', () => {
  it('is told each edge', () => {
    const { outputs, served, onEvent } = handed(false)
    pulseOutputs(outputs, 'spike', 100, onEvent)
    updateOutputs(outputs, 119, onEvent)
    updateOutputs(outputs, 120, onEvent)
    expect(served()).toEqual([true, false])
  })

  it('whose hardware times pulses is told the width, and not its end', () => {
    const { outputs, served, onEvent } = handed(true)
    pulseOutputs(outputs, 'spike', 100, onEvent)
    updateOutputs(outputs, 120, onEvent)
    pulseOutputs(outputs, 'spike', 200, onEvent)
    updateOutputs(outputs, 220.3, onEvent)
    expect(served()).toEqual([20, 20])
  })

  it('whose hardware times pulses is told when one is cut short: by another spike, by silence', () => {
    const { outputs, served, onEvent } = handed(true)
    pulseOutputs(outputs, 'spike', 100, onEvent)
    pulseOutputs(outputs, 'spike', 110, onEvent)
    updateOutputs(outputs, 110.5, onEvent)
    silenceOutputs(outputs, 115, onEvent)
    expect(served()).toEqual([20, false, 20, false])
  })

  it('is low in the end though the main thread was too busy for its edges', () => {
    const { outputs, served, onEvent, events } = handed(false)
    updateOutputs(outputs, 0, onEvent)
    for (let ms = 100; ms <= 3200; ms += 100) {
      pulseOutputs(outputs, 'spike', ms, onEvent)
      updateOutputs(outputs, ms + 20, onEvent)
    }
    expect(served().at(-1)).toBe(true)
    updateOutputs(outputs, 3500, onEvent)
    expect(served()).toEqual([false])
    expect(events.map(({ type }) => type)).toEqual(['outputLost', 'outputBack'])
  })

  it('that fails is told once', () => {
    const { outputs, served, onEvent, events, state } = handed(true)
    state.fault = 'gone'
    pulseOutputs(outputs, 'spike', 100, onEvent)
    pulseOutputs(outputs, 'spike', 200, onEvent)
    served()
    expect(events).toEqual([{ type: 'outputLost', output: 'led', reason: 'gone' }])
  })
})
