/** The neuron of a lesson, simulated in model time: it does what a student asks for, and the lesson watches. Pure. */
import { defaultsOf } from '../../fields/field-types-and-checks.ts'
import type { Observation } from '../../lessons/observations.ts'
import { advance, restingState } from '../../neuron/integrate-and-fire.ts'
import { type NeuronInput, type NeuronParams, neuronFrom, patchedNeuron } from '../../neuron/params.ts'
import { STIMULUS_FIELDS, type Stimulus, stimulusNa } from '../../neuron/stimulus.ts'

/** What came of a current. */
export interface Outcome {
  /** V in steps of 1 ms, from the beginning. */
  readonly vMv: readonly number[]
  /** Since the beginning, ms. */
  readonly spikesMs: readonly number[]
}

export interface SimulatedNeuron {
  /** A current in place of the one before. */
  hold(iNa: number, durationMs: number): Outcome
  /** A stimulus in place of the knob, which begins and ends at rest. */
  stimulate(words: Partial<Stimulus>): Outcome
  /** Other parameters, as a step of the lesson sets them. */
  set(patch: NeuronInput): void
}

/** Model time in which the trace is observed. */
const ROW_MS = 1
/** The membrane rests after so many time constants. */
const REST_TAU = 10

export function simulatedNeuron(start: NeuronParams, observe: (observation: Observation) => void): SimulatedNeuron {
  let params = start
  const state = restingState(params)
  let nowMs = 0
  let seq = 0
  let lastSpikeMs = Number.NaN

  function run(currentNa: (atMs: number) => number, durationMs: number): Outcome {
    const beganMs = nowMs
    const vMv = [state.voltageMv]
    const spikesMs: number[] = []
    for (let row = 0; row < durationMs / ROW_MS; row++) {
      const iNa = currentNa(row * ROW_MS)
      const endMs = beganMs + Math.min(durationMs, (row + 1) * ROW_MS)
      while (nowMs < endMs) {
        const leftMs = endMs - nowMs
        const passedMs = advance(params, state, iNa, leftMs)
        nowMs = state.spiked ? nowMs + passedMs : endMs
        if (!state.spiked) continue
        observe({ type: 'spike', atMs: nowMs, seq: ++seq, isiMs: nowMs - lastSpikeMs, late: false })
        lastSpikeMs = nowMs
        spikesMs.push(nowMs - beganMs)
      }
      observe({ type: 'sample', atMs: nowMs, iNa, vMv: state.voltageMv })
      vMv.push(state.voltageMv)
    }
    return { vMv, spikesMs }
  }

  const rest = () => void run(() => 0, Math.ceil(REST_TAU * params.tauMs))
  return {
    hold: (iNa, durationMs) => run(() => iNa, durationMs),
    stimulate(words) {
      const stimulus: Stimulus = { ...defaultsOf(STIMULUS_FIELDS), ...words, replaces: true } as Stimulus
      rest()
      observe({ type: 'stimulus', atMs: nowMs, stimulus })
      const outcome = run(atMs => stimulusNa(stimulus, atMs, 0), stimulus.durationMs)
      run(() => 0, ROW_MS)
      return outcome
    },
    set(patch) {
      params = neuronFrom(patchedNeuron(params, patch), params.seed)
      observe({ type: 'params', atMs: nowMs, params })
    },
  }
}
