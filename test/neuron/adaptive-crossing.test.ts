import { describe, expect, it } from 'vitest'
import { firstAdaptiveCrossingMs } from '../../src/neuron/adaptive-course.ts'
import { leakPerMs, mvPerNaMs } from '../../src/neuron/closed-form.ts'
import { firstDifference, secondDifference } from '../../src/neuron/divided-differences.ts'
import { type NeuronState, restingState } from '../../src/neuron/integrate-and-fire.ts'
import { type NeuronParams, neuronFrom } from '../../src/neuron/params.ts'
import { randomFrom, uniform } from '../../src/neuron/random.ts'
import { addPulse } from '../../src/neuron/synaptic-currents.ts'

/** FUZZ=60000 FUZZ_SEED=20261130 looks harder. */
const { FUZZ, FUZZ_SEED = '1' } = process.env
const NEURONS = Number(FUZZ ?? 2000)
const LOOKS = 3000

interface Moment {
  readonly neuron: NeuronParams
  readonly state: NeuronState
  readonly iNa: number
  readonly limitMs: number
}

/** The currents and their rates, the held one too. */
function currentsOf({ neuron, state: { adaptation, synapses }, iNa }: Moment): (readonly [number, number])[] {
  return [
    [iNa, 0],
    [adaptation.slowNa, 1 / neuron.slowTauMs],
    [adaptation.fastNa, 1 / neuron.fastTauMs],
    ...Array.from(synapses.tauMs.subarray(0, synapses.count), (tau, k) => [synapses.currentNa[k]!, 1 / tau] as const),
  ]
}

/** What `tMs` makes of u = V - restMv, of the threshold's shift q and of the currents: all is linear. */
function factorsOf(moment: Moment, tMs: number) {
  const { neuron } = moment
  const leak = leakPerMs(neuron)
  const perNaMs = mvPerNaMs(neuron)
  const follow = 1 / neuron.thresholdTauMs
  const followed = neuron.thresholdCoupling * follow
  const [leakLeft, followLeft] = [Math.exp(-leak * tMs), Math.exp(-follow * tMs)]
  const currents = currentsOf(moment).map(([, rate]) => {
    const left = Math.exp(-rate * tMs)
    const ofU = perNaMs * firstDifference(leak, leakLeft, rate, left, tMs)
    return {
      left,
      ofU,
      ofQ: followed * perNaMs * secondDifference(leak, leakLeft, rate, left, follow, followLeft, tMs),
    }
  })
  const qOfU = followed * firstDifference(leak, leakLeft, follow, followLeft, tMs)
  return { leakLeft, followLeft, qOfU, currents }
}

/** V - threshold after every `stepMs`, as long as `look` wants to see it. */
function scan(moment: Moment, stepMs: number, look: (excessMv: number) => boolean): void {
  const { neuron, state } = moment
  const { leakLeft, followLeft, qOfU, currents } = factorsOf(moment, stepMs)
  const nowNa = currentsOf(moment).map(([currentNa]) => currentNa)
  let u = state.voltageMv - neuron.restMv
  let q = state.adaptation.thresholdShiftMv
  do {
    let [nextU, nextQ] = [leakLeft * u, followLeft * q + qOfU * u]
    for (let j = 0; j < nowNa.length; j++) {
      const { left, ofU, ofQ } = currents[j]!
      nextU += ofU * nowNa[j]!
      nextQ += ofQ * nowNa[j]!
      nowNa[j]! *= left
    }
    u = nextU
    q = nextQ
  } while (look(u - q - (neuron.thresholdMv - neuron.restMv)))
}

function excessAt(moment: Moment, tMs: number): number {
  let found = Number.NaN
  scan(moment, tMs, excessMv => {
    found = excessMv
    return false
  })
  return found
}

function firstSeenMs(moment: Moment): number {
  const stepMs = moment.limitMs / LOOKS
  let looks = 0
  let isSeen = false
  scan(moment, stepMs, excessMv => {
    looks++
    isSeen = excessMv > 1e-8
    return !isSeen && looks < LOOKS
  })
  return isSeen ? looks * stepMs : Infinity
}

function randomMoment(random: ReturnType<typeof randomFrom>): Moment {
  const uni = () => uniform(random)
  const log = (from: number, to: number) => from * (to / from) ** uni()
  const near = (tauMs: number, from: number, to: number, share: number) =>
    uni() < share ? tauMs * (uni() < 0.5 ? 1 : 1 + 1e-5 * uni()) : log(from, to)
  const tauMs = log(5, 200)
  const isPerfect = uni() < 0.1
  const resistanceMohm = log(3, 100)
  const neuron = neuronFrom({
    ...{ model: isPerfect ? 'pif' : 'lif', tauMs, resistanceMohm },
    ...{ slowTauMs: near(tauMs, 1, 2000, 0.15), fastTauMs: near(tauMs, 1, 2000, 0.15) },
    ...{ thresholdTauMs: near(tauMs, 2, 2000, 0.1), thresholdCoupling: uni() < 0.3 ? 0 : -3 + 6 * uni() },
  })
  const current = () => (uni() < 0.3 ? 0 : ((-1 + 2 * uni()) * log(0.1, 100)) / resistanceMohm)
  const state = restingState(neuron)
  state.voltageMv = neuron.restMv - 30 + 50 * uni()
  Object.assign(state.adaptation, { slowNa: current(), fastNa: current(), thresholdShiftMv: -10 + 30 * uni() })
  for (let synapses = Math.floor(3 * uni()); synapses > 0; synapses--) {
    addPulse(state.synapses, near(tauMs, 1, 500, 0.15), current())
  }
  return { neuron, state, iNa: ((-1 + 4 * uni()) * 15) / resistanceMohm, limitMs: log(1, 3000) }
}

describe('the first crossing of a moving threshold', () => {
  it(`is neither missed nor invented, by ${NEURONS} random neurons and a dense scan`, { timeout: 1e6 }, () => {
    const random = randomFrom(Number(FUZZ_SEED))
    const count = { neurons: 0, crossed: 0, upAndDown: 0 }
    const faults: unknown[] = []
    while (count.neurons < NEURONS) {
      const moment = randomMoment(random)
      if (excessAt(moment, 0) >= -1e-6) continue
      count.neurons++
      const { neuron, state, iNa, limitMs } = moment
      const crossingMs = firstAdaptiveCrossingMs(neuron, state, iNa, limitMs)
      const seenMs = firstSeenMs(moment)
      if (seenMs < crossingMs) faults.push({ missed: seenMs, crossingMs, moment })
      if (crossingMs === Infinity) continue
      count.crossed++
      if (Math.abs(excessAt(moment, crossingMs)) > 1e-8) faults.push({ invented: crossingMs, moment })
      if (excessAt(moment, limitMs) < 0) count.upAndDown++
    }
    if (FUZZ !== undefined) console.log(count, faults.length)
    expect(faults).toEqual([])
    expect(count.crossed / count.neurons).toBeGreaterThan(0.2)
    expect(count.upAndDown / count.neurons).toBeGreaterThan(0.02)
  })
})
