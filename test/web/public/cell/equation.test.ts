import { expect, it } from 'vitest'
import { neuronFrom } from '../../../../src/neuron/params.ts'
import { equationOf } from '../../../../src/web/public/cell/equation.ts'

const NOW = { vMv: -65, iNa: 1.55, isRunning: true, isRefractory: false }
const shown = (params: Parameters<typeof neuronFrom>[0], now: Partial<typeof NOW> = {}) => {
  const { symbols, numbers, ...rest } = equationOf(neuronFrom(params), { ...NOW, ...now })
  const text = (parts: typeof symbols) => parts.map(part => part.text).join('')
  return { symbols: text(symbols), numbers: text(numbers), ...rest }
}

it('the leaky neuron with its numbers: dV/dt is what they make', () => {
  expect(shown({})).toEqual({
    symbols: 'τ dV/dt = −(V − EL) + R I',
    numbers: '10 ms · dV/dt = −(−65.0 mV + 70 mV) + 10 MΩ · 1.55 nA',
    slope: 'dV/dt = 1.1 mV/ms',
    goal: 'V heads for −54.5 mV, over the {threshold|threshold}: it fires',
    spike: 'Spike at −55 mV, then V = −75 mV',
  })
})

it('the perfect integrator has no leak, no rest and no R', () => {
  const { symbols, numbers, slope, goal } = shown({ model: 'pif', resistanceMohm: 20, tauMs: 10 }, { iNa: 0.5 })
  expect([symbols, numbers]).toEqual(['C dV/dt = I', '500 pF · dV/dt = 0.50 nA'])
  expect(slope).toBe('dV/dt = 1.0 mV/ms')
  expect(goal).toContain('every current above 0')
  expect(shown({ model: 'pif' }, { iNa: 0 }).goal).toContain('stays where it is')
})

it.each([
  ['at the rheobase it never fires', {}, { iNa: 1.5 }, /heads for −55 mV, not over .* it is silent/],
  ['unless noise helps', { noiseMv: 2 }, { iNa: 1.4 }, /only \{noise\|noise\} makes it fire/],
  ['paused', {}, { isRunning: false }, /^Paused/],
])('%s', (_, params, now, goal) => {
  expect(shown(params, now).goal).toMatch(goal)
})

it('while paused or refractory V does not move; the refractory period and the noise are named', () => {
  expect(shown({}, { isRunning: false }).slope).toBe('dV/dt = 0.000 mV/ms')
  const held = shown({ refractoryMs: 2, noiseMv: 1, restMv: 5, resetMv: 0, thresholdMv: 15 }, { isRefractory: true })
  expect(held.slope).toBe('dV/dt = 0.000 mV/ms')
  expect(held.spike).toBe('Spike at 15 mV, then V = 0 mV for 2 ms')
  expect(held.numbers).toContain('(−65.0 mV − 5 mV)')
  expect([held.symbols, held.numbers].map(text => text.includes('noise'))).toEqual([true, true])
})
