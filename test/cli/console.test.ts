import { expect, it } from 'vitest'
import { progressLine, withProgress } from '../../src/cli/console.ts'

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
    withProgress({ showProgress: line => shown.push(progressLine(line)) }, 'counting', work, () => nowMs)
  } catch {}
  return shown
}

it('short work is silent', () => {
  expect(shownDuring(4, 100)).toEqual([])
})

it('long work shows how far it is, ten times a second at most, and cleans up', () => {
  const shown = shownDuring(100, 10)
  expect(shown).toEqual([
    '\r\u001b[K\u001b[?7lcounting: 50 %\u001b[?7h',
    '\r\u001b[K\u001b[?7lcounting: 60 %\u001b[?7h',
    '\r\u001b[K\u001b[?7lcounting: 70 %\u001b[?7h',
    '\r\u001b[K\u001b[?7lcounting: 80 %\u001b[?7h',
    '\r\u001b[K\u001b[?7lcounting: 90 %\u001b[?7h',
    '\r\u001b[K\u001b[?7lcounting: 100 %\u001b[?7h',
    '\r\u001b[K',
  ])
})

it('work that fails cleans up too', () => {
  expect(shownDuring(100, 10, true).at(-1)).toBe('\r\u001b[K')
})
