/** Starting and stopping a stimulus, and keeping V and I of its run for comparison with the next one. */

import { neuronRequests } from '../shared/requests.ts'
import { inWords } from '../shared/spoken-names.ts'
import { stimulusNames } from './data/read-stimulus-form.ts'
import { parseStimulusCsv, parseStimulusSteps } from './data/stimulus-csv.ts'
import { onsetBetween } from './data/stimulus-onset.ts'
import { freezeScope, sweepWindow } from './data/time-window.ts'
import type { Trace, TraceBuffer } from './data/trace-buffer.ts'
import { type NeuronPageModel, type StimulusRun, shownParams } from './model.ts'

type Payload = Readonly<Record<string, unknown>>

/** The current has begun where it differs by this share of its height. */
const ONSET_SHARE = 0.05

export function createStimulusActions(model: NeuronPageModel, changed: () => void) {
  const showRefusal = (message: string | undefined) => {
    if (message === undefined) model.refusals.delete('stim')
    else model.refusals.set('stim', message)
    changed()
  }
  const start = async (payload: Payload) => showRefusal(await sendStimulus(model, payload))
  return {
    set(name: string, value: string | boolean) {
      model.stimulusForm.set(name, value)
      // It was about what the form held before.
      model.refusals.delete('stim')
      changed()
    },
    start,
    /** @param message why it was not started */
    refuse: (message: string) => showRefusal(message),
    stop: () => start({}),
    openFile(name: string, text: string) {
      const file = parseStimulusCsv(name, text, model.hello?.verbs.stim ?? {})
      model.stimulusFile = file.isGood ? file : undefined
      showRefusal(file.isGood ? undefined : file.message)
    },
    /** @param text a line for each step, with its time and its current */
    startSteps(text: string, replace: boolean) {
      const { isGood, message, tMs, valuesNa, ms } = parseStimulusSteps(text, model.hello?.verbs.stim ?? {})
      return isGood ? start({ shape: 'samples', tMs, valuesNa, ms, replace }) : showRefusal(message)
    },
  }
}

/**
 * Returns why it was refused, if it was.
 * @param payload {} ends the stimulus
 */
export async function sendStimulus(model: NeuronPageModel, payload: Payload): Promise<string | undefined> {
  // As it is before: the answer may come after the first data of the stimulus.
  const before = { atS: model.traceBuffer.lastS(), iNa: model.state?.iNa ?? 0 }
  const reply = await neuronRequests.command('stim', payload)
  if (!reply.ok) return inWords(reply.error.message, stimulusNames(payload))
  const isOn = payload.shape !== undefined
  // The neuron sends its state five times a second; a button must not wait for it.
  if (model.state) model.state = { ...model.state, stimulated: isOn }
  if (isOn) startRun(model, payload, before)
  else endRun(model)
  return undefined
}

function startRun(
  model: NeuronPageModel,
  payload: Payload,
  before: { readonly atS: number; readonly iNa: number },
): void {
  const { iNa, valuesNa, ms } = payload
  model.replayed = undefined
  const { stimulusRun: last, traceBuffer } = model
  const isOver = last && traceBuffer.lastS() >= last.startS + last.lengthS
  if (isOver) model.previousRun = last.trace ? last : withTrace(last, traceBuffer)
  const heights = (valuesNa as readonly number[] | undefined) ?? [Number(iNa)]
  const height = heights.reduce((highest, one) => Math.max(highest, Math.abs(one)), 0)
  const speed = model.state?.speed ?? 1
  const lengthS = Number(ms) / 1000 / speed
  const leadS = leadMs(payload, height, before.iNa) / 1000 / speed
  model.stimulusRun = { startS: before.atS, lengthS, leadS, iNa: height, hasBegun: false }
  if (!keepsOnScope(model)) return
  model.frozen = null
  model.isSweeping = true
}

/** Samples may begin with the current that flows anyway: the time until their first other one. */
function leadMs({ valuesNa, tMs, replace }: Payload, height: number, flowingNa: number): number {
  const values = (valuesNa as readonly number[] | undefined) ?? []
  const baseNa = replace === true ? flowingNa : 0
  const first = values.findIndex(value => Math.abs(value - baseNa) > ONSET_SHARE * height)
  return (tMs as readonly number[] | undefined)?.[first] ?? 0
}

/** A stimulus that is ended early is as long as it was. */
function endRun(model: NeuronPageModel): void {
  const { stimulusRun: run, traceBuffer } = model
  if (run && !run.trace)
    model.stimulusRun = { ...run, lengthS: Math.min(run.lengthS, traceBuffer.lastS() - run.startS) }
}

/** Does a run stay on the scope as a single sweep? Yes, unless the user chose otherwise. */
export function keepsOnScope({ stimulusForm }: NeuronPageModel): boolean {
  return stimulusForm.get('keep') !== false
}

/** Finds where the present run began, keeps its V and I when it is over, and its sweep on the scope. */
export function updateStimulusRun(model: NeuronPageModel): void {
  keepRun(model)
  const { stimulusRun: run, traceBuffer } = model
  if (!model.isSweeping || !run) return
  const window = sweepWindow(run)
  if (traceBuffer.lastS() < window.toS) return
  model.frozen = freezeScope(traceBuffer, window)
  model.isSweeping = false
}

function keepRun(model: NeuronPageModel): void {
  const { stimulusRun: run, traceBuffer } = model
  if (!run || run.trace) return
  const begun = run.hasBegun ? run : withOnset(run, traceBuffer.trace(run.startS, traceBuffer.lastS()), model)
  const isOver = traceBuffer.lastS() >= sweepWindow(begun).toS
  model.stimulusRun = isOver ? withTrace(begun, traceBuffer) : begun
}

function withTrace(run: StimulusRun, traceBuffer: TraceBuffer): StimulusRun {
  const { fromS, toS } = sweepWindow(run)
  const columns = traceBuffer.trace(fromS, toS).map(column => column.slice())
  return { ...run, trace: columns as unknown as Trace }
}

/** The run, starting where the current first changed. */
function withOnset(run: StimulusRun, [atS, vMv, iNa]: Trace, model: NeuronPageModel): StimulusRun {
  const { params } = model
  const first = iNa.findIndex(one => Math.abs(one - iNa[0]!) > ONSET_SHARE * Math.abs(run.iNa))
  if (first < 1 || !params) return run
  const sample = (k: number) => ({ atS: atS[k]!, vMv: vMv[k]!, iNa: iNa[k]! })
  const neuron = shownParams(model)
  const onsetS = neuron ? onsetBetween(neuron, params.speed, sample(first - 1), sample(first)) : atS[first]!
  const startS = onsetS - run.leadS
  return { ...run, startS, hasBegun: true }
}
