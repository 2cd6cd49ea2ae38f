/** The synaptic event that anybody may publish to `syn/<name>`. Pure. */

import { faultOf, shown } from '../fields/fields.ts'
import type { Refusal } from '../loop/types.ts'
import { SYNAPSE_FIELDS } from './options.ts'
import type { SynapticEvent } from './types.ts'

/** Undefined where nothing is meant to happen: a switch went off. */
export type Direct = { readonly event: SynapticEvent | undefined } | { readonly refusal: Refusal }

/**
 * `{"weightNa":0.4,"tauMs":5}` or `{"weightMv":3}`, a number of mV, or anything at all for 5 mV; but what a switch says
 * when it goes off excites nobody, and an impossible weight is refused.
 */
export function directEvent(name: string, payload: unknown, atMs: number): Direct {
  const from = `syn/${name}`
  if (isOff(payload)) return { event: undefined }
  const given = givenIn(payload)
  const refusal = refusalOf(given)
  if (refusal) return { refusal }
  const { weightNa, weightMv = SYNAPSE_FIELDS.weightMv.default, tauMs = SYNAPSE_FIELDS.tauMs.default } = given as Sound
  if (weightNa === undefined) return { event: { from, weight: weightMv, tauMs: 0, atMs } }
  return { event: { from, weight: weightNa, tauMs, atMs } }
}

export function isOff(payload: unknown): boolean {
  return (
    payload === false ||
    payload === 0 ||
    (typeof payload === 'string' && /^(off|false|released?)$/i.test(payload.trim()))
  )
}

type Given = { readonly [K in keyof Sound]: unknown }
interface Sound {
  readonly weightNa?: number
  readonly weightMv?: number
  readonly tauMs?: number
}

function givenIn(payload: unknown): Given {
  if (typeof payload === 'number') return { weightMv: payload }
  return typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? payload : {}
}

function refusalOf(given: Given): Refusal | undefined {
  for (const path of ['weightNa', 'weightMv', 'tauMs'] as const) {
    const field = SYNAPSE_FIELDS[path]
    const fault = given[path] === undefined ? null : faultOf(field, given[path])
    if (fault !== null) return { code: 'range', message: `${path} ${fault}`, path, range: [field.min, field.max] }
  }
  if (given.weightNa === undefined || given.weightMv === undefined) return undefined
  const message = `the payload ${shown(given)} has both weightNa (a current) and weightMv (a jump of V), must have one`
  return { code: 'type', message }
}
