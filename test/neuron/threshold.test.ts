import { describe, expect, it } from 'vitest'
import { firstCrossingMs } from '../../src/neuron/crossing.ts'
import { addVoltageJump, advance, restingState } from '../../src/neuron/integrate-and-fire.ts'
import { type NeuronInput, type NeuronParams, neuronFrom } from '../../src/neuron/params.ts'
import { randomFrom, uniform } from '../../src/neuron/random.ts'
import { constantCurrent, type RunSettings, type SpikesIn } from '../../src/neuron/run-settings.ts'
import { simulate } from '../../src/neuron/simulate.ts'
import { addPulse, noSynapticCurrents } from '../../src/neuron/synaptic-currents.ts'
import { rateHz, rheobaseNa } from '../../src/neuron/theory.ts'
import { eventRun } from './reference.ts'

type Pulse = readonly [weightNa: number, tauMs: number]

const RHEOBASE_NA = 1.5
const PIF: NeuronInput = { model: 'pif', restMv: 0, thresholdMv: 1, resetMv: 0, resistanceMohm: 1, capacitanceNf: 1 }

/** The first crossing of a neuron whose pulses all come at 0 ms, in one look and in pieces of 0.1 ms and more. */
function crossings(neuron: NeuronParams, iNa: number, pulses: readonly Pulse[], limitMs: number): readonly number[] {
  return [limitMs, 0.1, 1, 17].map(pieceMs => {
    const state = restingState(neuron)
    for (const [weightNa, tauMs] of pulses) addPulse(state.synapses, tauMs, weightNa)
    let tMs = 0
    while (tMs < limitMs) {
      tMs += advance(neuron, state, iNa, Math.min(pieceMs, limitMs - tMs))
      if (state.spiked) return tMs
    }
    return Infinity
  })
}

function inOneLook(neuron: NeuronParams, iNa: number, pulses: readonly Pulse[], limitMs = Infinity): number {
  const currents = noSynapticCurrents()
  for (const [weightNa, tauMs] of pulses) addPulse(currents, tauMs, weightNa)
  return firstCrossingMs(neuron, currents, neuron.initialMv, iNa, limitMs)
}

describe('a V that tends to the threshold', () => {
  const lif = neuronFrom({})
  const pif = neuronFrom(PIF)

  it.each<[string, NeuronParams, number, readonly Pulse[]]>([
    ['held at the rheobase', lif, RHEOBASE_NA, []],
    ['at the rheobase, inhibited', lif, RHEOBASE_NA, [[-0.05, 5]]],
    ['at the rheobase, inhibited for longer than the membrane remembers', lif, RHEOBASE_NA, [[-0.05, 300]]],
    [
      'at the rheobase, inhibited in three ways',
      lif,
      RHEOBASE_NA,
      [
        [-1, 0.1],
        [-0.3, 10],
        [-2, 1000],
      ],
    ],
    // R w/tau_m / (1/tau_s - 1/tau_m) = 10 w is less than the 15 mV that are missing.
    ['at the rheobase, excited too weakly by a fast synapse', lif, RHEOBASE_NA, [[1.4, 5]]],
    ['at the rheobase, excited by just what is missing', lif, RHEOBASE_NA, [[1.5, 5]]],
    [
      'at the rheobase, excited and inhibited by just what is missing',
      lif,
      RHEOBASE_NA,
      [
        [2, 5],
        [-1.5, 2.5],
        [-0.0, 1],
      ],
    ],
    [
      'at the rheobase, by pulses that cancel to the last decimal',
      lif,
      RHEOBASE_NA,
      [
        [0.1, 20],
        [0.2, 20],
        [-0.3, 20],
      ],
    ],
    ['at a rheobase of other decimals', neuronFrom({ restMv: -70.1, thresholdMv: -55.3 }), 1.48, [[-0.05, 5]]],
    ['at a rheobase that no double holds', neuronFrom({ resistanceMohm: 7 }), 15 / 7, [[-0.05, 5]]],
    ['a perfect integrator that gets just the charge that is missing', pif, 0, [[0.2, 5]]],
    [
      'a perfect integrator that gets it in decimals',
      pif,
      0,
      [
        [0.1, 3],
        [0.1, 7],
      ],
    ],
    [
      'a perfect integrator, excited slowly and inhibited fast',
      pif,
      0,
      [
        [0.3, 5],
        [-0.5, 1],
      ],
    ],
    ['a perfect integrator without current, inhibited', pif, 0, [[-1, 5]]],
  ])('never fires: %s', (_, neuron, iNa, pulses) => {
    expect(inOneLook(neuron, iNa, pulses)).toBe(Infinity)
    expect(crossings(neuron, iNa, pulses, 2000)).toEqual([Infinity, Infinity, Infinity, Infinity])
  })

  it('has the rate 0 at its rheobase, in theory and simulated, whatever the decimals', () => {
    const random = randomFrom(7)
    for (let k = 0; k < 300; k++) {
      const restMv = Number((-60 - 20 * uniform(random)).toFixed(1))
      const thresholdMv = Number((restMv + 5 + 15 * uniform(random)).toFixed(1))
      const neuron = neuronFrom({
        restMv,
        thresholdMv,
        resetMv: -90,
        resistanceMohm: Number((1 + 20 * uniform(random)).toFixed(1)),
      })
      const iNa = rheobaseNa(neuron)
      expect(rateHz(neuron, iNa)).toBe(0)
      expect(simulate(eventRun(neuron, 1e5, { input: constantCurrent(iNa) })).spikesMs).toEqual([])
      expect(rateHz(neuron, iNa * (1 + 1e-12))).toBeGreaterThan(0)
    }
  })

  it.each([
    ['exact', 10],
    ['exact', 25],
    ['euler', 6],
    ['exact', 0.1],
  ] as const)('never fires on a grid: %s, steps of %d ms', (method, dtMs) => {
    for (const [neuron, iNa] of [
      [neuronFrom({}), 1.5],
      [neuronFrom({ restMv: -70.1, thresholdMv: -55.3 }), 1.48],
    ] as const) {
      for (const comparator of ['ge', 'gt'] as const) {
        const grid = { timing: 'grid', method, comparator, dtMs, input: constantCurrent(iNa) } as const
        expect(simulate(eventRun(neuron, 20_000, grid)).spikesMs).toEqual([])
      }
    }
  })

  it('fires where it starts above, and once', () => {
    const grid = { timing: 'grid', dtMs: 10, input: constantCurrent(1.5) } as const
    expect(simulate(eventRun(neuronFrom({ initialMv: -50 }), 20_000, grid)).spikeSteps).toEqual([1])
  })
})

describe('a V that exceeds the threshold', () => {
  it('by a slow excitation at the rheobase, where the closed form puts it', () => {
    // 15 e^(-t/10) = (10 w/10)(e^(-t/20) - e^(-t/10))/(1/10 - 1/20), so e^(t/20) = 1 + 15/(20 w).
    for (const weightNa of [1, 0.1, 1e-3, 1e-6]) {
      const wantedMs = 20 * Math.log1p(15 / (20 * weightNa))
      expect(Math.abs(inOneLook(neuronFrom({}), RHEOBASE_NA, [[weightNa, 20]]) - wantedMs)).toBeLessThan(1e-10)
      // In pieces V is rounded on the way, a hair below the threshold.
      for (const crossingMs of crossings(neuronFrom({}), RHEOBASE_NA, [[weightNa, 20]], 2000)) {
        expect(Math.abs(crossingMs - wantedMs)).toBeLessThan(1e-8 / weightNa)
      }
    }
  })

  it('by a fast excitation at the rheobase, just above what is missing', () => {
    // 15 = 10 w (1 - e^(-t/10)).
    const wantedMs = -10 * Math.log1p(-1.5 / 1.6)
    for (const crossingMs of crossings(neuronFrom({}), RHEOBASE_NA, [[1.6, 5]], 2000)) {
      expect(Math.abs(crossingMs - wantedMs)).toBeLessThan(1e-11)
    }
  })

  it('of a perfect integrator by a charge just above what is missing', () => {
    const wantedMs = -5 * Math.log1p(-1 / 1.01)
    for (const crossingMs of crossings(neuronFrom(PIF), 0, [[0.202, 5]], 2000)) {
      expect(Math.abs(crossingMs - wantedMs)).toBeLessThan(1e-11)
    }
  })

  it('by ten jumps that make up the distance in decimals, and not by nine', () => {
    const neuron = neuronFrom(PIF)
    const train = (count: number): SpikesIn => ({
      tMs: Array.from({ length: count }, (_, k) => k + 1),
      weight: Array(count).fill(0.1),
    })
    expect(simulate(eventRun(neuron, 20, { spikesIn: train(10) })).spikesMs).toEqual([10])
    expect(simulate(eventRun(neuron, 20, { spikesIn: train(9) })).spikesMs).toEqual([])
    const leaky = neuronFrom({ restMv: -70.1, thresholdMv: -55.3 })
    expect(simulate(eventRun(leaky, 2, { spikesIn: { tMs: [1], weight: [14.8] } })).spikesMs).toEqual([1])
  })

  it('is not brought about by a jump of nothing, or downwards', () => {
    for (const weightMv of [0, -1e-16]) {
      const neuron = neuronFrom({})
      const state = restingState(neuron)
      for (let k = 0; k < 50; k++) advance(neuron, state, RHEOBASE_NA, 100)
      addVoltageJump(neuron, state, weightMv)
      expect(state.spiked).toBe(false)
    }
  })
})

describe('the search for a crossing', () => {
  it.each([
    ['no excitation is enough', 1.4, 1e-4, Infinity],
    // tau_m is 1e-3 ms, so that V is where the current leads: R (I + w e^(-t/tau_s)) = 15, but for the lag of tau_m.
    ['the membrane is 1e8 times as fast as its inhibition', 1.6, -1, 1e5 * Math.log(10)],
    ['the inhibition is a thousand times the excess', 1.5001, -0.1, 1e5 * Math.log(1000)],
  ] as const)('ends with the right answer where %s', (_, iNa, weightNa, wantedMs) => {
    const neuron = neuronFrom({ tauMs: 1e-3 })
    const crossingMs = inOneLook(neuron, iNa, [[weightNa, 1e5]])
    if (wantedMs === Infinity) expect(crossingMs).toBe(Infinity)
    else expect(Math.abs(crossingMs - wantedMs - 1e-3)).toBeLessThan(1e-5)
    for (const limitMs of [1, 1000, 1e5]) {
      expect(inOneLook(neuron, iNa, [[weightNa, 1e5]], limitMs)).toBe(crossingMs <= limitMs ? crossingMs : Infinity)
    }
  })

  it('finds no crossing where strong currents nearly cancel for long', () => {
    const neuron = neuronFrom({ tauMs: 1e-3 })
    const pulses: Pulse[] = [
      [1e6, 1e5],
      [-1e6, 1.00001e5],
    ]
    // The sum of the two is never positive.
    expect(inOneLook(neuron, 1.4, pulses, 1e6)).toBe(Infinity)
    // 1e6 (e^(-t/100001) - e^(-t/1e5)) is t e^(-t/1e5)/1e4 but for 1e-5 of it: 0.1 at 1000/0.99 ms.
    const crossingMs = inOneLook(
      neuron,
      1.4,
      [
        [-1e6, 1e5],
        [1e6, 1.00001e5],
      ],
      1e6,
    )
    const excessNa = (tMs: number) => 1.4 + 1e6 * Math.exp(-tMs / 1e5) * Math.expm1((tMs * 1) / (1e5 * 1.00001e5)) - 1.5
    expect(excessNa(crossingMs - 0.01)).toBeLessThan(0)
    expect(excessNa(crossingMs + 0.01)).toBeGreaterThan(0)
  })

  it('agrees with a dense look at the textbook formula, for 300 random mixtures', () => {
    const random = randomFrom(3)
    const kinds = { silent: 0, fires: 0 }
    for (let k = 0; k < 300; k++) {
      const neuron = neuronFrom({ tauMs: 1 + 30 * uniform(random) })
      const iNa = 1 + uniform(random)
      const pulses = Array.from({ length: 1 + Math.floor(4 * uniform(random)) }, (): Pulse => {
        const weightNa = 8 * (uniform(random) - 0.5)
        return [weightNa, 0.3 + 40 * uniform(random)]
      })
      const wantedMs = seenMs(neuron, iNa, pulses)
      if (Number.isNaN(wantedMs)) continue
      kinds[wantedMs === Infinity ? 'silent' : 'fires']++
      const foundMs = inOneLook(neuron, iNa, pulses, 100)
      if (wantedMs === Infinity) expect(foundMs).toBe(Infinity)
      else expect(Math.abs(foundMs - wantedMs)).toBeLessThan(1e-8)
    }
    expect(kinds.silent).toBeGreaterThan(30)
    expect(kinds.fires).toBeGreaterThan(100)
  })

  /** The first crossing within 100 ms by looking every 0.01 ms; NaN where V stays within 1e-3 mV of the threshold. */
  function seenMs({ tauMs, restMv, thresholdMv, initialMv }: NeuronParams, iNa: number, pulses: readonly Pulse[]) {
    const settledMv = restMv + 10 * iNa
    const voltageMv = (t: number) =>
      pulses.reduce(
        (sum, [w, tau]) => sum + ((10 * w * tau) / (tau - tauMs)) * (Math.exp(-t / tau) - Math.exp(-t / tauMs)),
        settledMv + (initialMv - settledMv) * Math.exp(-t / tauMs),
      )
    let highestMv = -Infinity
    for (let k = 1; k <= 10_000; k++) {
      const vMv = voltageMv(k / 100)
      if (vMv < thresholdMv) highestMv = Math.max(highestMv, vMv)
      else if (vMv < thresholdMv + 1e-6) return Number.NaN
      else return bisected(t => voltageMv(t) < thresholdMv, (k - 1) / 100, k / 100)
    }
    return highestMv > thresholdMv - 1e-3 ? Number.NaN : Infinity
  }

  function bisected(isBelow: (t: number) => boolean, low: number, high: number): number {
    for (let k = 0; k < 60; k++) {
      const middle = (low + high) / 2
      if (isBelow(middle)) low = middle
      else high = middle
    }
    return high
  }
})

describe('a trace', () => {
  const train = { tMs: [3, 20.7, 20.7, 61.3], weight: [0.8, -0.5, 0.3, 1.2] }

  it.each<[string, NeuronInput, Partial<RunSettings>]>([
    ['at the rheobase, inhibited', {}, { input: constantCurrent(1.5), spikesIn: { tMs: [0], weight: [-0.05] } }],
    ['with pulses', { refractoryMs: 2.2 }, { input: constantCurrent(1.7), spikesIn: train }],
    ['with jumps', {}, { input: constantCurrent(1.7), spikesIn: train, synapse: { kind: 'delta' } }],
    ['with steps of current', {}, { input: { tMs: [0, 10.1, 40.3], iNa: [2, 0, 1.9] } }],
    ['with noise', { noiseMv: 2, seed: 5, refractoryMs: 1.1 }, { input: constantCurrent(1.5), spikesIn: train }],
    ['of a perfect integrator', PIF, { input: constantCurrent(0.3), spikesIn: { tMs: [5], weight: [-0.1] } }],
  ])('does not move a spike by a digit: %s', (_, input, over) => {
    const run = eventRun(neuronFrom(input), 1000, { synapse: { kind: 'exp', tauMs: 5 }, ...over })
    const plain = simulate(run)
    for (const everyMs of [0.1, 1, 7.3, 333]) {
      const traced = simulate({ ...run, trace: { everyMs } })
      expect(traced.spikesMs).toEqual(plain.spikesMs)
      expect(traced.vEndMv).toBe(plain.vEndMv)
      expect(traced.traceMs).toEqual(Array.from({ length: Math.floor(1000 / everyMs) + 1 }, (_, k) => k * everyMs))
    }
  })

  it('shows V between the spikes as the closed form has it', () => {
    const neuron = neuronFrom({ refractoryMs: 3 })
    const { spikesMs, traceMs, traceMv } = simulate(
      eventRun(neuron, 200, { input: constantCurrent(2), trace: { everyMs: 0.7 } }),
    )
    for (const [k, tMs] of traceMs!.entries()) {
      const lastMs = spikesMs.filter(spikeMs => spikeMs <= tMs).at(-1)
      const chargedMs = lastMs === undefined ? tMs : Math.max(0, tMs - lastMs - 3)
      const fromMv = lastMs === undefined ? -70 : -75
      expect(Math.abs(traceMv![k]! - (-50 + (fromMv + 50) * Math.exp(-chargedMs / 10)))).toBeLessThan(1e-11)
    }
  })
})
