/** Starting and stopping a stimulus, and keeping V and I of its run for comparison with the next one. */

import { neuronRequests } from '../shared/requests.ts'
import { inWords } from '../shared/spoken-names.ts'
import { stimulusNames } from './data/read-stimulus-form.ts'
import { parseStimulusCsv } from './data/stimulus-csv.ts'
import type { Trace } from './data/trace-buffer.ts'
import type { NeuronPageModel, StimulusRun } from './model.ts'

type Payload = Readonly<Record<string, unknown>>

/** The current has begun where it differs by this share of its height. */
const ONSET_SHARE = 0.05
/** Time that is kept before and after a run, s. */
const MARGIN_S = 0.1

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
  }
}

/**
 * Returns why it was refused, if it was.
 * @param payload {} ends the stimulus
 */
export async function sendStimulus(model: NeuronPageModel, payload: Payload): Promise<string | undefined> {
  const startS = model.traceBuffer.lastS()
  const reply = await neuronRequests.command('stim', payload)
  if (!reply.ok) return inWords(reply.error.message, stimulusNames(payload))
  const isOn = payload.shape !== undefined
  // The neuron sends its state five times a second; a button must not wait for it.
  if (model.state) model.state = { ...model.state, stimulated: isOn }
  if (isOn) startRun(model, payload, startS)
  return undefined
}

function startRun(model: NeuronPageModel, { iNa, valuesNa, ms }: Payload, startS: number): void {
  model.replayed = undefined
  if (model.stimulusRun?.trace) model.previousRun = model.stimulusRun
  const heights = (valuesNa as readonly number[] | undefined) ?? [Number(iNa)]
  const height = heights.reduce((highest, one) => Math.max(highest, Math.abs(one)), 0)
  const lengthS = Number(ms) / 1000 / (model.state?.speed ?? 1)
  model.stimulusRun = { startS, lengthS, iNa: height, hasBegun: false }
}

/** Finds where the present run began, and keeps its V and I when it is over. */
export function updateStimulusRun(model: NeuronPageModel): void {
  const { stimulusRun: run, traceBuffer } = model
  if (!run || run.trace) return
  if (!run.hasBegun) model.stimulusRun = withOnset(run, traceBuffer.trace(run.startS, traceBuffer.lastS()))
  const endS = run.startS + run.lengthS
  if (traceBuffer.lastS() < endS + MARGIN_S) return
  const columns = traceBuffer.trace(run.startS - MARGIN_S, endS + MARGIN_S).map(column => column.slice())
  model.stimulusRun = { ...run, trace: columns as unknown as Trace }
}

/** The run, starting where the current first changed. */
function withOnset(run: StimulusRun, [atS, , iNa]: Trace): StimulusRun {
  const first = iNa.findIndex(one => Math.abs(one - iNa[0]!) > ONSET_SHARE * Math.abs(run.iNa))
  return first < 0 ? run : { ...run, startS: atS[first]!, hasBegun: true }
}
