import { expect, it } from 'vitest'
import { withProgressLine } from '../../src/cli/console.ts'

function shownDuring(steps: number, stepMs: number, fail = false): string[] {
  const shown: string[] = []
  let nowMs = 0
  const work = (onProgress: (fraction: number) => void) => {
    for (let step = 1; step <= steps; step++) {
      nowMs += stepMs
      onProgress(step / steps)
    }
    if (fail) throw new Error('broken')
  }
  try {
    withProgressLine(
      'counting',
      work,
      text => shown.push(text),
      () => nowMs,
    )
  } catch {}
  return shown
}

it('short work is silent', () => {
  expect(shownDuring(4, 100)).toEqual([])
})

it('long work shows how far it is, ten times a second at most, and cleans up', () => {
  const shown = shownDuring(100, 10)
  expect(shown).toEqual([
    '\rcounting: 50 %',
    '\rcounting: 60 %',
    '\rcounting: 70 %',
    '\rcounting: 80 %',
    '\rcounting: 90 %',
    '\rcounting: 100 %',
    '\r\u001b[K',
  ])
})

it('work that fails cleans up too', () => {
  expect(shownDuring(100, 10, true).at(-1)).toBe('\r\u001b[K')
})
