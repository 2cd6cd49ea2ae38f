import picocolors from 'picocolors'
import { describe, expect, it } from 'vitest'
import { formatStatus, parseKeys, type Status } from '../../../src/cli/run/status-line-and-keys.ts'

const PLAIN = picocolors.createColors(false)
const COLOURED = picocolors.createColors(true)

const STATUS: Status = {
  level: 0.62,
  iNa: 1.86,
  vMv: -58.34,
  rateHz: 11.8,
  lit: true,
  running: true,
  muted: false,
  inputLost: false,
  outputsLost: [],
  speed: 1,
  strip: '_|__'.repeat(50),
  mqtt: { text: 'ok', isOk: true },
  web: { text: ':8080', isOk: true },
}

describe('the status line', () => {
  it('shows knob, current, voltage, rate, broker, dashboard and the last spikes', () => {
    const line = formatStatus(STATUS, 120, PLAIN)
    for (const part of ['●', '62 %', '1.86 nA', '−58.3 mV', '11.8 Hz', 'mqtt ok', 'web :8080', '_|__']) {
      expect(line).toContain(part)
    }
  })

  it.each([20, 40, 60, 80, 100, 120, 200])('never is wider than a terminal of %i columns', columns => {
    expect(formatStatus({ ...STATUS, running: false, muted: true, speed: 0.1 }, columns, PLAIN).length).toBeLessThan(
      columns,
    )
  })

  it('says when the knob is lost, the neuron paused or muted, or time slow', () => {
    const status = { ...STATUS, inputLost: true, running: false, muted: true, speed: 0.1, lit: false }
    const line = formatStatus(status, 140, PLAIN)
    for (const part of ['○', 'knob lost', 'PAUSED', 'muted', '0.1x']) expect(line).toContain(part)
  })

  it('is as wide in colour as without', () => {
    const [first, ...painted] = formatStatus(STATUS, 100, COLOURED).split('\u001b[')
    const bare = [first, ...painted.map(part => part.slice(part.indexOf('m') + 1))].join('')
    expect(bare).toBe(formatStatus(STATUS, 100, PLAIN))
    expect(formatStatus(STATUS, 100, COLOURED)).toContain('\u001b[93m●')
  })
})

describe('the keys', () => {
  it('turn, set, pause, mute and quit', () => {
    expect(parseKeys('\u001b[A')).toEqual([{ type: 'nudge', by: 0.02 }])
    expect(parseKeys('\u001b[B-')).toEqual([
      { type: 'nudge', by: -0.02 },
      { type: 'nudge', by: -0.02 },
    ])
    expect(parseKeys('09')).toEqual([
      { type: 'turn', level: 0 },
      { type: 'turn', level: 1 },
    ])
    expect(parseKeys(' amQ\u0003\u0004').map(({ type }) => type)).toEqual([
      'pause',
      'automatic',
      'mute',
      'quit',
      'quit',
      'quit',
    ])
  })

  it('that mean nothing do nothing', () => {
    expect(parseKeys('xyz\u001b[15~\u001b')).toEqual([])
  })
})
