import { describe, expect, it } from 'vitest'
import type { Output } from '../../../drivers/contract.ts'
import { ORDER_FIELDS, serveOrders, standIn, toldOf } from '../../../src/loop/shared/main-thread-outputs.ts'
import { createRing } from '../../../src/loop/shared/ring.ts'
import { createLine, pulseLines, silenceLines, updateLines } from '../../../src/loop/thread/outputs.ts'
import type { LoopEvent } from '../../../src/loop/types.ts'
import { manualTimers } from '../../mqtt/manual-timers.ts'

const DESCRIBED = { description: 'GPIO17 by pigpio', mocked: false, close() {} }

/** An output in the main thread, and the neuron thread's line that stands for it; what was asked of it is written down. */
function handed(timed: boolean) {
  const asked: unknown[] = []
  const state = { fault: '' }
  const note = (what: unknown) => {
    if (state.fault !== '') throw new Error(state.fault)
    asked.push(what)
  }
  const output: Output = { ...DESCRIBED, set: note, ...(timed && { pulse: note }) }
  const orders = createRing(ORDER_FIELDS, 64)
  const events: LoopEvent[] = []
  const tell = (event: LoopEvent) => void events.push(event)
  const line = createLine({
    name: 'led',
    output: standIn(orders, toldOf(output, 0)),
    pulseMs: 20,
    muted: false,
    follows: 'spike',
  })
  /** What the main thread makes of the orders so far. */
  const served = () => {
    serveOrders(orders, new Map([[0, { name: 'led', output }]]), tell, manualTimers()).close()
    return asked.splice(0)
  }
  return { lines: [line], served, tell, events, state }
}

describe('a line in the main thread', () => {
  it('is told each edge', () => {
    const { lines, served, tell } = handed(false)
    pulseLines(lines, 'spike', 100, tell)
    updateLines(lines, 119, tell)
    updateLines(lines, 120, tell)
    expect(served()).toEqual([true, false])
  })

  it('whose hardware times pulses is told the width, and not its end', () => {
    const { lines, served, tell } = handed(true)
    pulseLines(lines, 'spike', 100, tell)
    updateLines(lines, 120, tell)
    pulseLines(lines, 'spike', 200, tell)
    updateLines(lines, 220.3, tell)
    expect(served()).toEqual([20, 20])
  })

  it('whose hardware times pulses is told when one is cut short: by another spike, by silence', () => {
    const { lines, served, tell } = handed(true)
    pulseLines(lines, 'spike', 100, tell)
    pulseLines(lines, 'spike', 110, tell)
    updateLines(lines, 110.5, tell)
    silenceLines(lines, 115, tell)
    expect(served()).toEqual([20, false, 20, false])
  })

  it('is low in the end though the main thread was too busy for its edges', () => {
    const { lines, served, tell, events } = handed(false)
    updateLines(lines, 0, tell)
    for (let ms = 100; ms <= 3200; ms += 100) {
      pulseLines(lines, 'spike', ms, tell)
      updateLines(lines, ms + 20, tell)
    }
    expect(served().at(-1)).toBe(true)
    updateLines(lines, 3500, tell)
    expect(served()).toEqual([false])
    expect(events.map(({ type }) => type)).toEqual(['outputLost', 'outputBack'])
  })

  it('that fails is told once', () => {
    const { lines, served, tell, events, state } = handed(true)
    state.fault = 'gone'
    pulseLines(lines, 'spike', 100, tell)
    pulseLines(lines, 'spike', 200, tell)
    served()
    expect(events).toEqual([{ type: 'outputLost', output: 'led', reason: 'gone' }])
  })
})
