import { readFileSync } from 'node:fs'
import { type NeuronParams, neuronFrom } from '../../src/neuron/params.ts'
import type { RunSettings } from '../../src/neuron/run-settings.ts'

// biome-ignore lint/suspicious/noExplicitAny: the files describe themselves
export type Case = { readonly [field: string]: any }

/** A file of test/reference; every one says in itself what its fields mean. */
export function reference(name: string): { readonly [field: string]: readonly Case[] } {
  return JSON.parse(readFileSync(new URL(`../reference/${name}.json`, import.meta.url), 'utf8'))
}

export interface ReferenceParams {
  readonly EL?: number
  readonly R?: number
  readonly tau: number | null
  readonly C?: number
  readonly Vth: number
  readonly Vreset: number
  readonly tref: number
  readonly V0?: number
}

/** The neuron of a reference case; tau = null means the perfect integrator. */
export function neuronOf(p: ReferenceParams): NeuronParams {
  return neuronFrom({
    model: p.tau === null ? 'pif' : 'lif',
    restMv: p.EL ?? 0,
    ...(p.tau === null ? { resistanceMohm: 1, capacitanceNf: p.C! } : { tauMs: p.tau, resistanceMohm: p.R! }),
    thresholdMv: p.Vth,
    resetMv: p.Vreset,
    refractoryMs: p.tref,
    initialMv: p.V0 ?? p.EL ?? 0,
  })
}

/** An event run with constant current 0 until the test says otherwise. */
export function eventRun(neuron: NeuronParams, durationMs: number, over: Partial<RunSettings> = {}): RunSettings {
  return {
    neuron,
    durationMs,
    timing: 'event',
    method: 'exact',
    dtMs: 0.1,
    comparator: 'ge',
    input: { tMs: [0], iNa: [0] },
    ...over,
  }
}

/** The largest distance between two lists of the same length; Infinity if they are not. */
export function farthest(found: readonly number[], wanted: readonly number[]): number {
  if (found.length !== wanted.length) return Infinity
  return found.reduce((worst, value, k) => Math.max(worst, Math.abs(value - wanted[k])), 0)
}
