import { describe, expect, it } from 'vitest'
import { sweepWindow, triggeredWindow } from '../../../../../src/web/public/neuron/data/time-window.ts'
import { frameOfSecond } from '../fake-frames.ts'

describe('a sweep that starts at a spike', () => {
  const spikes = [0, 0.2, 0.4, 0.6, 0.8, 1].map((atS, k) => ({ ...frameOfSecond(k).spikes[0]!, atS }))

  it('shows the last spike that has a whole window behind it', () => {
    expect(triggeredWindow(spikes, 1, 0.5, null)).toMatchObject({
      zeroS: 0.4,
      toS: 0.8500000000000001,
      mode: 'trigger',
    })
  })

  it('stays until a sweep is complete that began after it', () => {
    const shown = triggeredWindow(spikes, 1, 0.5, null)
    expect(triggeredWindow(spikes, 1.3, 0.5, shown)).toBe(shown)
    expect(triggeredWindow(spikes, 1.5, 0.5, shown).zeroS).toBe(1)
  })
})

it.each([
  ['a pulse of 300 ms in 500 ms', { startS: 10, lengthS: 0.3 }, 9.9, 10.4],
  ['a minute with 5 s before and after it', { startS: 10, lengthS: 60 }, 5, 75],
])('a single sweep shows %s, counted from its start', (_, run, fromS, toS) => {
  const window = sweepWindow(run)
  expect(window).toEqual({ fromS: expect.closeTo(fromS, 9), toS: expect.closeTo(toS, 9), zeroS: 10, mode: 'sweep' })
})
