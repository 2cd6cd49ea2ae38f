import { describe, expect, it } from 'vitest'
import { openOutputInTime } from '../../../drivers/recovering.ts'
import {
  type OutputSettings,
  pulseOutputs,
  reconfigureOutputs,
  updateOutputs,
} from '../../../src/loop/thread/outputs.ts'
import type { LoopEvent } from '../../../src/loop/types.ts'

const LED: OutputSettings = { name: 'led', driver: 'cdev', options: { line: 17 }, pulseMs: 20, muted: false }
const BUZZER: OutputSettings = { name: 'buzzer', driver: 'cdev', options: { line: 18 }, pulseMs: 5, muted: false }

/** GPIO lines, each of which one output can hold at a time. */
function board() {
  const held = new Set<unknown>()
  const said: string[] = []
  const events: LoopEvent[] = []
  const openLine = ({ name, options: { line } }: OutputSettings) => {
    if (held.has(line)) throw new Error(`GPIO${line} is busy`)
    held.add(line)
    said.push(`${name} open`)
    return {
      description: `GPIO${line}`,
      mocked: false,
      set: (on: boolean) => void said.push(`${name} ${on ? 'on' : 'off'}`),
      close() {
        held.delete(line)
        said.push(`${name} closed`)
      },
    }
  }
  const open = (settings: OutputSettings) =>
    openOutputInTime(
      () => openLine(settings),
      () => 0,
    )
  const onEvent = (event: LoopEvent) => void events.push(event)
  return { held, said, events, open, onEvent, take: () => said.splice(0) }
}

describe('outputs that are changed while the neuron runs', () => {
  it('go on undisturbed where only their pulse or their muteness changes', () => {
    const { open, onEvent, take, events } = board()
    const before = reconfigureOutputs([], [LED, BUZZER], open)
    pulseOutputs(before, 'spike', 0, onEvent)
    take()
    const after = reconfigureOutputs(
      before,
      [
        { ...LED, pulseMs: 50 },
        { ...BUZZER, muted: true },
      ],
      open,
    )
    expect(take()).toEqual([])
    after.forEach((output, k) => void expect(output).toBe(before[k]))
    updateOutputs(before, 30, onEvent)
    pulseOutputs(before, 'spike', 100, onEvent)
    updateOutputs(before, 149, onEvent)
    expect(take()).toEqual(['led off', 'buzzer off', 'led on'])
    updateOutputs(before, 150, onEvent)
    expect([take(), events]).toEqual([['led off'], []])
  })

  it('are lowered and released before others take their lines', () => {
    const { open, take } = board()
    const before = reconfigureOutputs([], [LED, BUZZER], open)
    take()
    reconfigureOutputs(before, [{ ...BUZZER, options: { line: 17 } }], open)
    expect(take()).toEqual(['led off', 'led closed', 'buzzer off', 'buzzer closed', 'buzzer open'])
  })

  it('that cannot be opened are reported, and tried again like any other that fails', () => {
    const { open, onEvent, events, held, take } = board()
    held.add(17)
    const [led] = reconfigureOutputs([], [LED], open)
    updateOutputs([led!], 0, onEvent)
    expect(events).toEqual([{ type: 'outputLost', output: 'led', reason: 'GPIO17 is busy' }])
    pulseOutputs([led!], 'spike', 0, onEvent)
    held.delete(17)
    updateOutputs([led!], 900, onEvent)
    pulseOutputs([led!], 'spike', 1000, onEvent)
    expect(take()).toEqual(['led open', 'led off', 'led on'])
    expect(events.at(-1)).toEqual({ type: 'outputBack', output: 'led' })
  })
})
