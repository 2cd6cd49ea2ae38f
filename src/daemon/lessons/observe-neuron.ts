/** What a lesson sees of the neuron that runs: rows, spikes and stimuli in the order of model time. */

import type { Observation, ObservedState } from '../../lessons/observations.ts'
import { type Sentence, WHY } from '../../lessons/sentences.ts'
import { ROW_FIELDS, type TraceListener } from '../../loop/host/trace.ts'
import type { Snapshot, Spike } from '../../loop/types.ts'
import type { LinkEvent } from '../../mqtt/types.ts'
import type { Stimulus } from '../../neuron/stimulus.ts'

/** The neuron as far as it is observed. */
export interface ObservedNeuron {
  snapshot(): Pick<Snapshot, 'running' | 'speed' | 'source' | 'level' | 'modelMs'>
  onSamples(listener: TraceListener): () => void
  onSpike(listener: (spike: Spike) => void): () => void
  onEvent(listener: (event: LinkEvent) => void): () => void
  /** The stimulus of this number, counted as the trace counts them. */
  stimulus(number: number): Stimulus | undefined
}

export interface NeuronObserver {
  /** What has happened up to now is not told any more. */
  restart(): void
  close(): void
}

/** Rows further apart than this do not show what the current was in between, µs. */
const LONGEST_GAP_US = 100_000
/** A command takes effect within this time, wall ms. */
const COMMAND_MS = 3
/** A stimulus that ends on its own may end so much early by rounding, ms. */
const ROUNDING_MS = 1e-6

/** Events after which nothing that was under way can be judged. */
const DISTURBING: Readonly<Record<string, Sentence>> = {
  neuronBack: WHY.startedAnew,
  skipped: WHY.heldUp,
}

type Chunk = Parameters<TraceListener>

interface Watch {
  readonly neuron: ObservedNeuron
  readonly tell: (observation: Observation) => void
  /** Rows that wait until all spikes among them are known. */
  waiting: Chunk | undefined
  spikes: Spike[]
  /** Arrivals later than the last row, wall µs: they are read after the rows. */
  arrivedUs: number[]
  state: ObservedState
  /** Earlier than this nothing is told, model ms. */
  notBeforeMs: number
  lastUs: number
  /** Stimuli that have begun; NaN before the first row. */
  stimuli: number
  /** When the stimulus that runs will have ended, model ms; NaN without one. */
  endMs: number
}

/** Observes until it is closed: the neuron is only traced meanwhile. */
export function observeNeuron(neuron: ObservedNeuron, tell: (observation: Observation) => void): NeuronObserver {
  const watch: Watch = {
    ...{ neuron, tell, waiting: undefined, spikes: [], arrivedUs: [], state: stateOf(neuron) },
    ...{ notBeforeMs: 0, lastUs: Number.NaN, stimuli: Number.NaN, endMs: Number.NaN },
  }
  const restart = () => {
    const { modelMs, speed } = neuron.snapshot()
    watch.notBeforeMs = modelMs + COMMAND_MS * speed
    watch.endMs = Number.NaN
  }
  restart()
  tell({ type: 'state', atMs: watch.notBeforeMs, ...watch.state })
  const cancels = [
    neuron.onSpike(spike => watch.spikes.push(spike)),
    neuron.onSamples((...chunk) => {
      followState(watch, restart)
      const before = watch.waiting
      watch.waiting = chunk
      if (before) tellChunk(watch, before)
    }),
    neuron.onEvent(({ type }) => {
      const why = DISTURBING[type]
      if (why === undefined) return
      restart()
      tell({ type: 'disturbed', atMs: neuron.snapshot().modelMs, why })
    }),
  ]
  return {
    restart,
    close() {
      for (const cancel of cancels) cancel()
    },
  }
}

function stateOf(neuron: ObservedNeuron): ObservedState {
  const { running, speed, source } = neuron.snapshot()
  return { running, speed, source }
}

/** Rows of the state before must not count once it is another one. */
function followState(watch: Watch, restart: () => void): void {
  const now = stateOf(watch.neuron)
  const { running, speed, source } = watch.state
  if (now.running === running && now.speed === speed && now.source === source) return
  watch.state = now
  restart()
  watch.tell({ type: 'state', atMs: watch.neuron.snapshot().modelMs, ...now })
}

function tellChunk(watch: Watch, [rows, arrivals, stimuli]: Chunk): void {
  for (let at = 0; at < arrivals.length; at += ARRIVAL_FIELDS) watch.arrivedUs.push(arrivals[at]!)
  for (let at = 0; at < rows.length; at += ROW_FIELDS) {
    tellRow(watch, rows.subarray(at, at + ROW_FIELDS), stimuli.subarray(at, at + ROW_FIELDS))
  }
}

/** Numbers in a record of an arrival; the first is its wall time, µs. */
const ARRIVAL_FIELDS = 5

function tellRow(watch: Watch, row: Float64Array, times: Float64Array): void {
  const [tUs, vMv, iNa] = row as unknown as [number, number, number]
  const [atMs, stimuli, startMs, runs] = times as unknown as [number, number, number, number]
  const gapUs = tUs - watch.lastUs
  watch.lastUs = tUs
  const found: Observation[] = []
  for (let spike = watch.spikes[0]; spike && spike.tUs <= tUs; spike = watch.spikes[0]) {
    watch.spikes.shift()
    const { seq, isiMs, late, speed } = spike
    found.push({ type: 'spike', atMs: atMs - ((tUs - spike.tUs) / 1000) * speed, seq, isiMs, late })
  }
  while (watch.arrivedUs[0] !== undefined && watch.arrivedUs[0] <= tUs) {
    watch.arrivedUs.shift()
    found.push({ type: 'arrival', atMs })
  }
  const begun = stimuli === watch.stimuli || Number.isNaN(watch.stimuli) ? undefined : watch.neuron.stimulus(stimuli)
  watch.stimuli = stimuli
  if (begun) {
    found.push({ type: 'stimulus', atMs: startMs, stimulus: begun })
    watch.endMs = startMs + begun.durationMs
  } else if (runs === 0 && atMs < watch.endMs - ROUNDING_MS) {
    found.push({ type: 'disturbed', atMs, why: WHY.cutShort })
    watch.endMs = Number.NaN
  }
  if (gapUs > LONGEST_GAP_US) {
    found.push({ type: 'disturbed', atMs, why: WHY.unwatched })
  }
  found.push({ type: 'sample', atMs, iNa, vMv, stimulated: runs === 1 })
  found.sort((a, b) => a.atMs - b.atMs)
  for (const one of found) if (one.atMs >= watch.notBeforeMs) watch.tell(one)
}
