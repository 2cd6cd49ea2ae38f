import { expect, it } from 'vitest'
import { nearest, redacted } from '../../src/config/messages.ts'

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

it.each([
  ['mqtt://me:hush@host:1883', 'mqtt://me:***@host:1883'],
  ['mqtt://me:hu@sh/hush@host', 'mqtt://me:***@host'],
  ['mqtt//me:hush@host', 'mqtt//me:***@host'],
  ['mqtt://me@host', 'mqtt://me@host'],
  ['mqtt://host:1883', 'mqtt://host:1883'],
  ['wss://host/mqtt?token=hush', 'wss://host/mqtt?***'],
])('%s is shown as %s', (url, shown) => {
  expect(redacted({ list: [url], other: 1 })).toEqual({ list: [shown], other: 1 })
})
