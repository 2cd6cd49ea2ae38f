import { type Complaint, quote } from '../fields/field-types-and-checks.ts'
import type { Comparator, GridMethod } from './fixed-step.ts'
import { NeuronError, type NeuronParams } from './params.ts'
import { MAX_SYNAPTIC_TIME_CONSTANTS } from './synaptic-currents.ts'

/** A current over time: row k holds from tMs[k] until the next row; the first row is at 0. */
export interface InputCurrent {
  readonly tMs: readonly number[]
  readonly iNa: readonly number[]
}

/** Arriving synaptic events: weights in mV for a delta synapse, in nA for an exponential one. */
export interface SpikesIn {
  readonly tMs: readonly number[]
  readonly weight: readonly number[]
  /** Of each, in place of the run's synapse: the time constant of its current, 0 for a jump of V. */
  readonly tauMs?: readonly number[]
}

export type SynapseKind = { readonly kind: 'delta' } | { readonly kind: 'exp'; readonly tauMs: number }

/** A run of one neuron from 0 to durationMs. */
export interface RunSettings {
  readonly neuron: NeuronParams
  readonly durationMs: number
  readonly timing: 'event' | 'grid'
  /** method, dtMs and comparator are those of the grid; event timing needs none of them. */
  readonly method: GridMethod
  readonly dtMs: number
  readonly comparator: Comparator
  readonly input: InputCurrent
  readonly spikesIn?: SpikesIn
  /** What an arriving event does; delta unless given. */
  readonly synapse?: SynapseKind
  /** Record V every so many ms, rounded to whole steps on a grid. */
  readonly trace?: { readonly everyMs: number }
}

/** The most spikes that one run may have. */
export const MAX_SPIKES = 1e7

export const MAX_STEPS = 1e9
const MAX_TRACE_POINTS = 1e7

/** Refuses a run that cannot be: a NeuronError with every complaint at once. The neuron itself is taken to be sound. */
export function assertRun(run: RunSettings): void {
  const complaints = [...complaintsAboutTime(run), ...complaintsAboutInput(run), ...complaintsAboutSynapses(run)]
  if (complaints.length > 0) throw new NeuronError(complaints)
}

/** A current that never changes. */
export function constantCurrent(iNa: number): InputCurrent {
  return { tMs: [0], iNa: [iNa] }
}

/** The number of grid steps that end within the run. */
export function stepCountOf(run: RunSettings): number {
  return Math.floor(run.durationMs / run.dtMs + 1e-6)
}

function complaintsAboutTime(run: RunSettings): Complaint[] {
  const { durationMs, dtMs, trace } = run
  const complaints: Complaint[] = []
  if (!isWithin(durationMs, 0, 1e9)) {
    complaints.push({ path: 'durationMs', message: `is ${quote(durationMs)}, must be from 0 to 1e9 ms` })
  }
  if (run.timing === 'grid' && !(isWithin(dtMs, 0, durationMs) && dtMs > 0)) {
    complaints.push({
      path: 'dtMs',
      message: `is ${quote(dtMs)}, must be above 0 and at most the duration, ${durationMs} ms`,
    })
  } else if (run.timing === 'grid' && durationMs / dtMs > MAX_STEPS) {
    complaints.push({
      path: 'dtMs',
      message: `is ${dtMs}, which makes ${durationMs / dtMs} steps, must make at most ${MAX_STEPS}`,
    })
  }
  const points = trace === undefined ? 0 : durationMs / trace.everyMs
  if (trace !== undefined && !(trace.everyMs > 0 && points <= MAX_TRACE_POINTS)) {
    complaints.push({
      path: 'trace.everyMs',
      message: `is ${quote(trace.everyMs)}, must be above 0 and give at most ${MAX_TRACE_POINTS} points`,
    })
  }
  return complaints
}

function complaintsAboutInput(run: RunSettings): Complaint[] {
  const { tMs, iNa } = run.input
  const complaints = complaintsAboutRows('input', tMs, 'iNa', iNa)
  if (tMs.length === 0) complaints.push({ path: 'input', message: 'has no rows, must have at least one, at 0 ms' })
  else if (tMs[0] !== 0)
    complaints.push({ path: 'input.tMs', message: `begins at ${quote(tMs[0])}, must begin at 0 ms` })
  return complaints
}

function complaintsAboutSynapses(run: RunSettings): Complaint[] {
  const { spikesIn, synapse } = run
  const complaints =
    spikesIn === undefined ? [] : complaintsAboutRows('spikesIn', spikesIn.tMs, 'weight', spikesIn.weight)
  if (synapse?.kind === 'exp' && !(isWithin(synapse.tauMs, 0, 1e5) && synapse.tauMs > 0)) {
    complaints.push({ path: 'synapse.tauMs', message: `is ${quote(synapse.tauMs)}, must be above 0 to 100000 ms` })
  }
  const constants = new Set(spikesIn?.tauMs)
  if (constants.size > MAX_SYNAPTIC_TIME_CONSTANTS || [...constants].some(tauMs => !isWithin(tauMs, 0, 1e5))) {
    const most = MAX_SYNAPTIC_TIME_CONSTANTS
    const message = `has ${constants.size} time constants from ${Math.min(...constants)} to ${Math.max(...constants)} ms, must have ${most} at most, from 0 to 100000 ms`
    complaints.push({ path: 'spikesIn.tauMs', message })
  }
  if (spikesIn !== undefined && run.timing === 'grid') {
    complaints.push({ path: 'spikesIn', message: 'needs timing event: arriving spikes do not fall on a grid' })
  }
  const first = spikesIn?.tMs[0]
  if (first !== undefined && first < 0)
    complaints.push({ path: 'spikesIn.tMs', message: `begins at ${first}, must be 0 ms or later` })
  return complaints
}

/** Names the first bad row: a list of thousands of complaints helps nobody. */
function complaintsAboutRows(
  path: string,
  tMs: readonly number[],
  name: string,
  values: readonly number[],
): Complaint[] {
  const complaints: Complaint[] = []
  if (tMs.length !== values.length) {
    complaints.push({ path, message: `has ${tMs.length} times and ${values.length} values, must have as many of each` })
  }
  const unsorted = tMs.findIndex((t, k) => !Number.isFinite(t) || (k > 0 && t < tMs[k - 1]))
  if (unsorted >= 0) {
    complaints.push({
      path: `${path}.tMs[${unsorted}]`,
      message: `is ${quote(tMs[unsorted])}, must be a number that is not below the one before it, ${quote(tMs[unsorted - 1])}`,
    })
  }
  const notFinite = values.findIndex(value => !isWithin(value, -1e9, 1e9))
  if (notFinite >= 0) {
    complaints.push({
      path: `${path}.${name}[${notFinite}]`,
      message: `is ${quote(values[notFinite])}, must be a number from -1e9 to 1e9`,
    })
  }
  return complaints
}

function isWithin(value: number, min: number, max: number): boolean {
  return value >= min && value <= max
}
