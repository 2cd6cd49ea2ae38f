/** The neuron of a lesson as its set-up makes it, with the parameters that are hidden drawn. Pure. */
import { NeuronError, type NeuronInput, type NeuronParams, neuronFrom, patchedNeuron } from '../neuron/params.ts'
import { presetNamed } from '../neuron/presets.ts'
import { rateWithNoiseHz } from '../neuron/siegert.ts'
import { rheobaseNa } from '../neuron/theory.ts'
import type { Hidden, Lesson, ParamName } from './format.ts'

/** A draw that fits no condition after so many tries never will. */
const MOST_DRAWS = 1000

/**
 * @param uniform a number from 0 up to, not including, 1: the same ones make the same neuron
 * @throws NeuronError for parameters that make no neuron, and for conditions that no draw meets
 */
export function setUpParams({ setup }: Lesson, uniform: () => number): NeuronParams {
  const preset = presetNamed(setup?.preset ?? 'classroom').neuron as NeuronInput
  const given = patchedNeuron(preset, (setup?.params ?? {}) as NeuronInput)
  if (setup?.hidden === undefined) return neuronFrom(given)
  return drawnParams(given, setup.hidden, uniform)
}

/** Range of the knob in the lesson, nA. */
export function knobSpan({ setup }: Lesson): { readonly minNa: number; readonly maxNa: number } {
  return presetNamed(setup?.preset ?? 'classroom').input
}

function drawnParams(given: NeuronInput, hidden: Hidden, uniform: () => number): NeuronParams {
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    // Without a source of chance the first values count, whether or not they fit.
    const params = neuronFrom(patchedNeuron(given, drawOnce(given, hidden, uniform)))
    if (fits(params, hidden) || uniform === FIRST) return params
  }
  throw new NeuronError([{ path: 'hidden.where', message: `is met by none of ${MOST_DRAWS} draws: widen it` }])
}

/** In place of chance: the first value of every parameter. */
export const FIRST = () => 0

function drawOnce(given: NeuronInput, { params }: Hidden, uniform: () => number): NeuronInput {
  const drawn: Record<string, number> = {}
  const valueNow = (name: ParamName) => drawn[name] ?? Number(neuronFrom(given)[name])
  for (const [name, how] of Object.entries(params)) {
    if (how === undefined) continue
    if ('of' in how) {
      drawn[name] = how.of[Math.floor(uniform() * how.of.length)] as number
      continue
    }
    const steps = Math.floor((how.to - how.from) / how.step + 1e-9) + 1
    const value = how.from + how.step * Math.floor(uniform() * steps)
    drawn[name] = value
    if (how.above !== undefined) drawn[name] = valueNow(how.above) + value
    if (how.below !== undefined) drawn[name] = valueNow(how.below) - value
  }
  return drawn as NeuronInput
}

function fits(params: NeuronParams, { where }: Hidden): boolean {
  const isWithin = (value: number, [low, high]: readonly [number, number]) => value >= low && value <= high
  if (where?.rheobaseNa && !isWithin(rheobaseNa(params), where.rheobaseNa)) return false
  return !where?.rateHz || isWithin(rateWithNoiseHz(params, where.rateHz.at), where.rateHz.between)
}
