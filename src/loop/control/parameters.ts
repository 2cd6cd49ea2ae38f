import { checkFields, type Field, type Fields, rangeOf } from '../../fields/fields.ts'
import {
  complaintsAbout,
  NEURON_FIELDS,
  type NeuronInput,
  type NeuronParams,
  neuronFrom,
  patchedNeuron,
} from '../../neuron/params.ts'
import { presetNamed } from '../../neuron/presets.ts'
import { LOOP_FIELDS } from '../options.ts'
import type { Command } from '../shared/command.ts'
import type { Control, Refusal, Reply } from '../types.ts'
import { requestOf } from './verbs.ts'

/** Everything that can be changed while the neuron runs. */
export interface LiveParams extends NeuronParams {
  /** Currents at knob positions 0 and 1, nA. */
  readonly minNa: number
  readonly maxNa: number
  readonly speed: number
}

/** The control desk: the one place that knows the parameters that hold, and changes them. */
export interface Parameters extends Control {
  /** `rev` counts the changes, from 1. */
  params(): { readonly rev: number; readonly params: LiveParams }
  /** Have these parameters, all of them; they must be sound. */
  replaceAll(params: LiveParams): Reply
  /** Something beside the neuron's parameters was changed elsewhere, such as its synapses. */
  changedElsewhere(changed: readonly string[]): void
}

const CURRENT: Field = {
  type: 'number',
  unit: 'nA',
  min: -1000,
  max: 1000,
  default: 0,
  help: 'current at an end of the knob',
}
const OWN_FIELDS: Fields = { minNa: CURRENT, maxNa: CURRENT, speed: LOOP_FIELDS.speed }
/** Every parameter that can be changed while the neuron runs. */
export const LIVE_FIELDS: Fields = { ...NEURON_FIELDS, ...OWN_FIELDS }

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

  function change(next: LiveParams): Reply {
    const changed = Object.keys(next).filter(key => next[key as keyof LiveParams] !== params[key as keyof LiveParams])
    if (changed.length === 0) return { ok: true, result: { rev, ...params } }
    const { minNa, maxNa, speed, ...neuron } = next
    const commands: Command[] = []
    if (changed.some(key => key in neuron)) commands.push({ type: 'neuron', neuron })
    if (changed.includes('minNa') || changed.includes('maxNa')) commands.push({ type: 'range', minNa, maxNa })
    if (changed.includes('speed')) commands.push({ type: 'speed', speed })
    if (!commands.every(send)) return busy()
    params = next
    rev++
    onChange(changed)
    return { ok: true, result: { rev, ...params } }
  }

  return {
    params: () => ({ rev, params }),
    replaceAll: change,
    changedElsewhere(changed) {
      rev++
      onChange(changed)
    },
    patch(patch) {
      const next = patched(params, patch)
      return 'refusal' in next ? { ok: false, error: next.refusal } : change(next.params)
    },
    command(verb, payload) {
      const request = requestOf(verb, payload)
      if ('refusal' in request) return { ok: false, error: request.refusal }
      if (verb === 'preset') return change(withPreset(params, (payload as { name: string }).name))
      const speed = request.commands.find(command => command.type === 'speed')
      if (speed) return change({ ...params, speed: speed.speed })
      return request.commands.every(send) ? { ok: true, result: {} } : busy()
    },
  }
}

function busy(): Reply {
  return {
    ok: false,
    error: { code: 'busy', message: 'the neuron has 256 requests to do already; try again in a moment' },
  }
}

function withPreset(params: LiveParams, name: string): LiveParams {
  const { neuron, input } = presetNamed(name)
  return { ...params, ...neuronFrom(neuron, params.seed), ...input }
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
  const own = { minNa, maxNa, speed, ...pick(given, key => key in OWN_FIELDS) }
  const [ownComplaint] = checkFields(OWN_FIELDS, own, '')
  if (ownComplaint) return refuse('range', `${ownComplaint.path} ${ownComplaint.message}`, ownComplaint.path)
  if (!(own.minNa < own.maxNa))
    return refuse('range', `minNa is ${own.minNa}, must be below maxNa, which is ${own.maxNa} nA`, 'minNa')
  const neuron = patchedNeuron(neuronBefore, pick(given, key => !(key in OWN_FIELDS)) as NeuronInput)
  const [complaint] = complaintsAbout(neuron)
  if (complaint) return refuse('range', `${complaint.path} ${complaint.message}`, complaint.path)
  return { params: { ...neuronFrom(neuron, params.seed), ...own } }
}

function pick(values: Readonly<Record<string, unknown>>, wanted: (key: string) => boolean) {
  return Object.fromEntries(Object.entries(values).filter(([key]) => wanted(key)))
}

function defaultOf(key: string, params: LiveParams): unknown {
  if (key === 'initialMv') return params.restMv
  return (LIVE_FIELDS[key] as Field).default
}

function refuse(code: string, message: string, path?: string): Patched {
  return { refusal: { code, message, ...(path !== undefined && { path, ...rangeOf(LIVE_FIELDS[path]) }) } }
}
