import { checkFields, rangeOf } from '../../fields/fields.ts'
import { complaintsAbout, type NeuronInput, neuronFrom, patchedNeuron } from '../../neuron/params.ts'
import type { Command } from '../shared/command.ts'
import type { Control, Refusal, Reply } from '../types.ts'
import { KNOB_AND_SPEED_FIELDS, LIVE_FIELDS, type LiveParams } from './live-params.ts'
import { effectOf, VERBS } from './verbs.ts'

/** The parameters that hold: the one place that knows and changes them. */
export interface Parameters extends Control {
  /** `rev` counts the changes, from 1. */
  params(): { readonly rev: number; readonly params: LiveParams }
  /** Have these parameters, all of them; they must be sound. */
  replaceAll(params: LiveParams): Reply
  /** Something beside the neuron's parameters was changed elsewhere, such as its synapses. */
  changedElsewhere(changed: readonly string[]): void
}

/**
 * @param send asks the neuron thread; false when it has too much to do
 * @param onChange called after each change of the parameters, with what was changed
 */
export function openParameters(
  initial: LiveParams,
  send: (command: Command) => boolean,
  onChange: (changed: readonly string[]) => void,
): Parameters {
  let params = initial
  let rev = 1

  function replaceAll(next: LiveParams): Reply {
    const changed = Object.keys(next).filter(key => next[key as keyof LiveParams] !== params[key as keyof LiveParams])
    if (changed.length === 0) return { ok: true, result: { rev, ...params } }
    if (!commandsFor(next, changed).every(send)) return busy()
    params = next
    rev++
    onChange(changed)
    return { ok: true, result: { rev, ...params } }
  }

  return {
    verbs: VERBS,
    params: () => ({ rev, params }),
    replaceAll,
    changedElsewhere(changed) {
      rev++
      onChange(changed)
    },
    patch(patch) {
      const next = patched(params, patch)
      return 'refusal' in next ? { ok: false, error: next.refusal } : replaceAll(next.params)
    },
    command(verb, payload) {
      const effect = effectOf(verb, payload, params)
      if ('refusal' in effect) return { ok: false, error: effect.refusal }
      if ('params' in effect) return replaceAll(effect.params)
      return effect.commands.every(send) ? { ok: true, result: {} } : busy()
    },
  }
}

/** What the neuron thread must be told so that these parameters hold. */
function commandsFor({ minNa, maxNa, speed, ...neuron }: LiveParams, changed: readonly string[]): Command[] {
  const commands: Command[] = []
  if (changed.some(key => key in neuron)) commands.push({ type: 'neuron', neuron })
  if (changed.includes('minNa') || changed.includes('maxNa')) commands.push({ type: 'range', minNa, maxNa })
  if (changed.includes('speed')) commands.push({ type: 'speed', speed })
  return commands
}

function busy(): Reply {
  return {
    ok: false,
    error: { code: 'busy', message: 'the neuron has 256 requests to do already; try again in a moment' },
  }
}

type Patched = { readonly params: LiveParams } | { readonly refusal: Refusal }

/** JSON merge patch (RFC 7396), all or nothing: null takes a parameter back to its default. */
function patched(params: LiveParams, patch: unknown): Patched {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
    return refuse('type', `the patch is ${JSON.stringify(patch)?.slice(0, 40)}, must be an object like {"tauMs":20}`)
  }
  const unknown = checkFields(LIVE_FIELDS, patch, 'is not a parameter; known are').find(({ isUnknown }) => isUnknown)
  if (unknown) return refuse('unknown', `${unknown.path} ${unknown.message}`, unknown.path)
  const given = Object.fromEntries(Object.entries(patch).map(([key, value]) => [key, value ?? defaultOf(key, params)]))
  const { minNa, maxNa, speed, ...neuronBefore } = params
  const { minNa: newMinNa = minNa, maxNa: newMaxNa = maxNa, speed: newSpeed = speed, ...neuronPatch } = given
  const own = { minNa: newMinNa, maxNa: newMaxNa, speed: newSpeed }
  const neuron = patchedNeuron(neuronBefore, neuronPatch as NeuronInput)
  const [ownComplaint] = checkFields(KNOB_AND_SPEED_FIELDS, own, '')
  if (ownComplaint) return refuse('range', `${ownComplaint.path} ${ownComplaint.message}`, ownComplaint.path)
  if (!(own.minNa < own.maxNa))
    return refuse('range', `minNa is ${own.minNa}, must be below maxNa, which is ${own.maxNa} nA`, 'minNa')
  const [complaint] = complaintsAbout(neuron)
  if (complaint) return refuse('range', `${complaint.path} ${complaint.message}`, complaint.path)
  return { params: { ...neuronFrom(neuron, params.seed), ...own } }
}

function defaultOf(key: string, params: LiveParams): unknown {
  return key === 'initialMv' ? params.restMv : LIVE_FIELDS[key as keyof LiveParams].default
}

function refuse(code: string, message: string, path?: string): Patched {
  return {
    refusal: { code, message, ...(path !== undefined && { path, ...rangeOf(LIVE_FIELDS[path as keyof LiveParams]) }) },
  }
}
