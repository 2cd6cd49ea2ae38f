import { allMessages, checkFields, rangeOf } from '../../fields/field-types-and-checks.ts'
import { complaintsAbout, type NeuronInput, type NeuronParams, neuronFrom, patchedNeuron } from '../../neuron/params.ts'
import type { Command } from '../shared/command.ts'
import type { Control, Refusal, Reply } from '../types.ts'
import { KNOB_AND_SPEED_FIELDS, LIVE_FIELDS, type LiveParams } from './live-params.ts'
import { effectOf, VERBS } from './verbs.ts'

/** The present parameters: the one place that keeps and changes them. */
export interface ParameterStore extends Control {
  /** `rev` counts the changes, from 1. */
  params(): { readonly rev: number; readonly params: LiveParams }
  /** Replaces all parameters by these, which must be valid. */
  replaceAll(params: LiveParams): Reply
  /** Counts a change that was made elsewhere, such as to the synapses. */
  changedElsewhere(changed: readonly string[]): void
}

/**
 * @param send sends a command to the neuron thread; false when too many wait there
 * @param onChange called after each change, with the names of what changed
 */
export function openParameterStore(
  initial: LiveParams,
  send: (command: Command) => boolean,
  onChange: (changed: readonly string[]) => void,
): ParameterStore {
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

/** The commands that bring these parameters to the neuron thread. */
function commandsFor(params: LiveParams, changed: readonly string[]): Command[] {
  const { minNa, maxNa, speed } = params
  const neuron = neuronOf(params)
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

/** Applies a JSON merge patch (RFC 7396), all or nothing: null sets a parameter to its default. */
function patched(params: LiveParams, patch: unknown): Patched {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
    return refuse('type', `the patch is ${JSON.stringify(patch)?.slice(0, 40)}, must be an object like {"tauMs":20}`)
  }
  const checked = checkFields(LIVE_FIELDS, patch, 'is not a parameter; known are')
  const unknown = checked.filter(({ isUnknown }) => isUnknown)
  const known = Object.entries(patch).filter(([key]) => Object.hasOwn(LIVE_FIELDS, key))
  const given = Object.fromEntries(known.map(([key, value]) => [key, value ?? defaultOf(key, params)]))
  const { minNa, maxNa, speed, ...neuronPatch } = { ...knobAndSpeedOf(params), ...given }
  const knobAndSpeed = { minNa, maxNa, speed }
  const neuron = patchedNeuron(neuronOf(params), neuronPatch as NeuronInput)
  const complaints = [
    ...unknown,
    ...checkFields(KNOB_AND_SPEED_FIELDS, knobAndSpeed, ''),
    ...(minNa < maxNa ? [] : [{ path: 'minNa', message: `is ${minNa}, must be below maxNa, which is ${maxNa} nA` }]),
    ...complaintsAbout(neuron),
  ]
  if (complaints[0])
    return refuse(unknown.length > 0 ? 'unknown' : 'range', allMessages(complaints), complaints[0].path)
  return { params: { ...neuronFrom(neuron, params.seed), ...knobAndSpeed } }
}

function neuronOf({ minNa: _minNa, maxNa: _maxNa, speed: _speed, ...neuron }: LiveParams): NeuronParams {
  return neuron
}

function knobAndSpeedOf({ minNa, maxNa, speed }: LiveParams) {
  return { minNa, maxNa, speed }
}

function defaultOf(key: string, params: LiveParams): unknown {
  // Left out, it follows from what the patch makes of the others.
  if (key === 'thresholdFloorMv') return undefined
  return key === 'initialMv' ? params.restMv : LIVE_FIELDS[key as keyof LiveParams].default
}

function refuse(code: string, message: string, path?: string): Patched {
  return {
    refusal: { code, message, ...(path !== undefined && { path, ...rangeOf(LIVE_FIELDS[path as keyof LiveParams]) }) },
  }
}
