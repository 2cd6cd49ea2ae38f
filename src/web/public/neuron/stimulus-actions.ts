/** Stimuli, recordings and replays: what a user does with the neuron, step by step. */
import type { Frame } from '../../wire-format.ts'
import { requests } from '../shared/requests.ts'
import { WORDS } from '../shared/words.ts'
import { durationS, type Recording, record, speedOf, startRecording, turnsOf } from './data/recording.ts'
import { readCurrents } from './data/stimulus-csv.ts'
import type { Trace } from './data/trace-buffer.ts'
import type { Model, Run } from './model.ts'

export type Experiments = ReturnType<typeof createExperiments>

/** The current has begun where it differs by this share of its height. */
const ONSET_SHARE = 0.05
/** What is kept before and after a run, s. */
const TAIL_S = 0.1

type Payload = Readonly<Record<string, unknown>>

export function createExperiments(model: Model, changed: () => void) {
  /** Why not, if it was refused. @param payload {} ends the stimulus */
  async function stimulate(payload: Payload): Promise<string | undefined> {
    const startS = model.memory.lastS()
    const reply = await requests.command('stim', payload)
    if (!reply.ok) return reply.error.message
    const isOn = payload.shape !== undefined
    // The neuron tells its state five times a second; a button must not wait for that.
    if (model.state) model.state = { ...model.state, stimulated: isOn }
    if (isOn) startRun(model, payload, startS)
    return undefined
  }

  /** For the form of the stimuli. */
  async function ask(payload: Payload): Promise<void> {
    const refusal = await stimulate(payload)
    if (refusal === undefined) model.refusals.delete('stim')
    else model.refusals.set('stim', refusal)
    changed()
  }

  return {
    choose(name: string, value: number | string | boolean) {
      model.stimulus.set(name, value)
      changed()
    },
    stimulate: ask,
    chooseFile(name: string, text: string) {
      const file = readCurrents(name, text, model.hello?.verbs.stim ?? {})
      model.file = file.isGood ? file : undefined
      if (file.isGood) model.refusals.delete('stim')
      else model.refusals.set('stim', file.said)
      changed()
    },
    stop: () => ask({}),
    /** The knob as it was turned, in the model time of then: the neuron of now in its place. */
    async replay(recording: Recording) {
      const { minNa, maxNa } = model.params ?? { minNa: 0, maxNa: 1 }
      const turns = turnsOf(recording)
      const payload = {
        ...{ shape: 'samples', ms: 1000 * durationS(recording) * speedOf(recording), replace: true },
        tMs: turns.map(({ atMs }) => atMs * speedOf(recording)),
        valuesNa: turns.map(({ level }) => minNa + level * (maxNa - minNa)),
      }
      model.notice = excessOf(model, turns.length) ?? (await stimulate(payload)) ?? ''
      model.replayed = recording
      changed()
    },
    ...recordingIntents(model, changed),
  }
}

/** Too many turns of the knob for a request. */
function excessOf({ hello }: Model, turns: number): string | undefined {
  const field = hello?.verbs.stim?.valuesNa
  if (field?.type !== 'numbers' || turns <= field.most) return undefined
  return WORDS.record.tooManyTurns(turns, field.most)
}

function startRun(model: Model, { iNa, valuesNa, ms }: Payload, startS: number): void {
  model.replayed = undefined
  if (model.run?.trace) model.lastRun = model.run
  const heights = (valuesNa as readonly number[] | undefined) ?? [Number(iNa)]
  const height = heights.reduce((highest, one) => Math.max(highest, Math.abs(one)), 0)
  const lengthS = Number(ms) / 1000 / (model.state?.speed ?? 1)
  model.run = { startS, lengthS, iNa: height, isSeen: false }
}

function recordingIntents(model: Model, changed: () => void) {
  const stop = () => {
    if (model.recording) model.recordings.unshift(model.recording)
    model.recording = undefined
    changed()
  }
  /** @param why it cannot go on */
  const endRecording = (why: string) => {
    if (!model.recording) return
    model.notice = why
    stop()
  }
  return {
    startRecording() {
      const { hello, params } = model
      if (!hello || !params) return
      const number = model.recordings.length + 1
      model.recording = startRecording(model.recordingName.trim() || `${hello.id}-${number}`, hello)
      model.recording.params.push({ tUs: model.memory.originUs() + model.memory.lastS() * 1e6, params })
      model.notice = ''
      changed()
    },
    stopRecording: stop,
    endRecording,
    record(frame: Frame) {
      if (model.recording && !record(model.recording, frame)) endRecording(WORDS.record.full)
    },
    removeRecording(recording: Recording) {
      model.recordings.splice(model.recordings.indexOf(recording), 1)
      changed()
    },
  }
}

/** Find where the run under way began, and keep V and I when it is over, for the next one to be compared with. */
export function keepRun(model: Model): void {
  const { run, memory } = model
  if (!run || run.trace) return
  if (!run.isSeen) model.run = seen(run, memory.trace(run.startS, memory.lastS()))
  const endS = run.startS + run.lengthS
  if (memory.lastS() < endS + TAIL_S) return
  const columns = memory.trace(run.startS - TAIL_S, endS + TAIL_S).map(column => column.slice())
  model.run = { ...run, trace: columns as unknown as Trace }
}

/** The run from where the current first left its height. */
function seen(run: Run, [atS, , iNa]: Trace): Run {
  const first = iNa.findIndex(one => Math.abs(one - iNa[0]!) > ONSET_SHARE * Math.abs(run.iNa))
  return first < 0 ? run : { ...run, startS: atS[first]!, isSeen: true }
}
