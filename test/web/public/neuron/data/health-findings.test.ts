import { expect, it } from 'vitest'
import { healthFindings } from '../../../../../src/web/public/neuron/data/health-findings.ts'
import { fakeNeuron } from '../../../../fakes/fake-neuron.ts'
import { manualTimers } from '../../../../mqtt/manual-timers.ts'

const fake = () => fakeNeuron(manualTimers(), () => 1.8e15)

it('health is found in words: what is good, what is not, and what it does to the neuron', () => {
  const { sources, warn } = fake()
  warn('another neuron has this id: give each its own')
  const synapses = { arrived: 40, clipped: 3, refused: 0 }
  const link = { state: 'connecting' as const, url: 'mqtt://raspi', reason: 'refused', synapses }
  const health = { ...sources.health(), stalls: 2, skippedMs: 1500 }
  const found = healthFindings(health, link, { ...sources.state(), inputLost: true }, ['knob'])
  expect(found.filter(({ level }) => level === 'bad').map(({ text }) => text)).toEqual([
    'The knob does not answer. The current is 0 nA until it is back.',
    'Another neuron has this id: give each its own.',
    'The broker mqtt://raspi cannot be reached: refused. The neuron runs on.',
  ])
  expect(found.filter(({ level }) => level === 'note').map(({ text }) => text)).toEqual([
    'The computer stood still 2 times.',
    '1500 ms of the neuron’s life were skipped: the computer could not keep up.',
    '3 incoming spikes were too many and did not arrive.',
    'Simulated, not real: knob.',
  ])
})

it.each([
  [
    { synced: true, errMs: 0.4, source: 'chrony' },
    'online',
    'The clock of this computer follows a time server, within 400 µs.',
  ],
  [
    { synced: true, errMs: 12.34, source: 'chrony' },
    'online',
    'The clock of this computer follows a time server, within 12.3 ms.',
  ],
  [{ synced: true, errMs: null, source: 'timesyncd' }, 'online', 'The clock of this computer follows a time server.'],
  [
    { synced: false, errMs: null, source: 'none' },
    'online',
    'The clock of this computer follows no time server: its spike times do not compare with those of others.',
  ],
  [{ synced: false, errMs: null, source: 'none' }, 'off', undefined],
] as const)('the clock is %o, the broker %s', (clock, state, text) => {
  const { sources } = fake()
  const link = { state, url: 'mqtt://raspi', reason: '', synapses: sources.link().synapses }
  const found = healthFindings({ ...sources.health(), clock }, link, sources.state(), [])
  expect(found.find(one => one.text.startsWith('The clock'))?.text).toBe(text)
  expect(found.some(({ level }) => level === 'bad')).toBe(false)
})

it.each([
  ['what is over, or does no harm', {}, false],
  ['more than half of the steps missed', { missedTicks: 600 }, true],
  ['a knob that often does not answer', { adcErrors: 20 }, true],
])('%s: does it call for somebody?', (_, changed, calls) => {
  const { sources } = fake()
  const link = { state: 'connecting' as const, url: 'mqtt://raspi', reason: '', synapses: sources.link().synapses }
  const past = { ticks: 1000, missedTicks: 100, stalls: 1, adcReads: 1000, adcErrors: 1, outputErrors: 1 }
  const found = healthFindings({ ...sources.health(), ...past, ...changed }, link, sources.state(), [])
  expect(found.some(({ level }) => level === 'bad')).toBe(calls)
})

it.each([
  [
    'without a stall',
    1500,
    false,
    'note',
    '1500 ms of the neuron’s life were skipped: the computer could not keep up.',
  ],
  ['a long time', 98_400, false, 'note', '98 s of the neuron’s life were skipped: the computer could not keep up.'],
  [
    'now',
    20,
    true,
    'bad',
    '20 ms of the neuron’s life were skipped, and more is skipped now: it is too fast for this computer.',
  ],
  ['by rounding', 0.01, true, undefined, undefined],
] as const)('model time that was skipped %s is told', (_, skippedMs, isSkipping, level, text) => {
  const { sources } = fake()
  const health = { ...sources.health(), skippedMs }
  const found = healthFindings(health, sources.link(), sources.state(), [], isSkipping)
  expect(found.find(one => one.text.includes('skipped'))).toEqual(text && { level, text })
})
