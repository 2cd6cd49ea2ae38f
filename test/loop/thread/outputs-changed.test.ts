import { describe, expect, it } from 'vitest'
import { pulseLines, refitted, updateLines, type Wish } from '../../../src/loop/thread/outputs.ts'
import type { LoopEvent } from '../../../src/loop/types.ts'

const LED: Wish = { name: 'led', driver: 'cdev', options: { line: 17 }, pulseMs: 20, muted: false }
const BUZZER: Wish = { name: 'buzzer', driver: 'cdev', options: { line: 18 }, pulseMs: 5, muted: false }

/** GPIO lines, each of which one output can hold at a time. */
function board() {
  const held = new Set<unknown>()
  const said: string[] = []
  const events: LoopEvent[] = []
  const fitter = {
    open({ name, options: { line } }: Wish) {
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
    },
    tell: (event: LoopEvent) => void events.push(event),
    nowMs: () => 0,
  }
  return { held, said, events, fitter, take: () => said.splice(0) }
}

describe('outputs that are changed while the neuron runs', () => {
  it('go on undisturbed where only their pulse or their muteness changes', () => {
    const { fitter, take, events } = board()
    const before = refitted([], [LED, BUZZER], fitter)
    const lines = before.map(({ line }) => line)
    pulseLines(lines, 'spike', 0, fitter.tell)
    take()
    const after = refitted(
      before,
      [
        { ...LED, pulseMs: 50 },
        { ...BUZZER, muted: true },
      ],
      fitter,
    )
    expect(take()).toEqual([])
    expect(after.map(({ line }) => line)).toEqual(lines)
    updateLines(lines, 30, fitter.tell)
    pulseLines(lines, 'spike', 100, fitter.tell)
    updateLines(lines, 149, fitter.tell)
    expect(take()).toEqual(['led off', 'buzzer off', 'led on'])
    updateLines(lines, 150, fitter.tell)
    expect([take(), events]).toEqual([['led off'], []])
  })

  it('are lowered and released before others take their lines', () => {
    const { fitter, take } = board()
    const before = refitted([], [LED, BUZZER], fitter)
    take()
    refitted(before, [{ ...BUZZER, options: { line: 17 } }], fitter)
    expect(take()).toEqual(['led off', 'led closed', 'buzzer off', 'buzzer closed', 'buzzer open'])
  })

  it('that cannot be opened are told, and tried again like any other that fails', () => {
    const { fitter, events, held, take } = board()
    held.add(17)
    const [led] = refitted([], [LED], fitter)
    expect(events).toEqual([{ type: 'outputLost', output: 'led', reason: 'GPIO17 is busy' }])
    pulseLines([led!.line], 'spike', 0, fitter.tell)
    held.delete(17)
    updateLines([led!.line], 900, fitter.tell)
    pulseLines([led!.line], 'spike', 1000, fitter.tell)
    expect(take()).toEqual(['led open', 'led off', 'led on'])
    expect(events.at(-1)).toEqual({ type: 'outputBack', output: 'led' })
  })
})
