import { expect, it } from 'vitest'
import { nearest } from '../../src/config/messages.ts'

const KEYS = ['tauMs', 'thresholdMv', 'restMv', 'resetMv', 'port']

it.each([
  ['tau', 'tauMs'],
  ['taums', 'tauMs'],
  ['tau_ms', 'tauMs'],
  ['tresholdMv', 'thresholdMv'],
  ['prot', 'port'],
  ['restMv', 'restMv'],
])('%s was probably meant for %s', (name, meant) => {
  expect(nearest(name, KEYS)).toBe(meant)
})

it.each(['colour', 'x', ''])('%j was meant for none of them', name => {
  expect(nearest(name, KEYS)).toBeUndefined()
})
