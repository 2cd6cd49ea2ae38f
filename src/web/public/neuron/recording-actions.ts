/** Starting and stopping a recording, and replaying the knob of one. */
import type { NeuronFrame } from '../../wire-format.ts'
import { WORDS } from '../shared/neuron-page-words.ts'
import {
  addToRecording,
  durationS,
  knobTurns,
  type NeuronRecording,
  speedOf,
  startRecording,
} from './data/recording.ts'
import type { DataStore } from './data-store.ts'
import { keepRecording } from './keep-data.ts'
import type { NeuronPageModel } from './model.ts'
import { sendStimulus } from './stimulus-actions.ts'

export function createRecordingActions(model: NeuronPageModel, store: DataStore, changed: () => void) {
  return {
    start() {
      const { hello, params, recordings } = model
      if (!hello || !params) return
      const name = model.recordingName.trim() || `${hello.id}-${recordings.length + 1}`
      model.recording = startRecording(name, hello)
      recordParams(model)
      model.notice = ''
      changed()
    },
    stop() {
      stopRecording(model, store)
      changed()
    },
    remove(recording: NeuronRecording) {
      model.recordings.splice(model.recordings.indexOf(recording), 1)
      model.unsaved.delete(recording)
      void store.removeRecording(recording)
      changed()
    },
    async replay(recording: NeuronRecording) {
      model.notice = (await replayKnob(model, recording)) ?? ''
      model.replayed = recording
      changed()
    },
  }
}

/** @param reason why it cannot go on, if the user did not stop it */
export function stopRecording(model: NeuronPageModel, store: DataStore, reason?: string): void {
  const { recording } = model
  if (!recording) return
  if (reason !== undefined) model.notice = reason
  model.recordings.unshift(recording)
  model.recording = undefined
  void keepRecording(model, store, recording)
}

export function recordFrame(model: NeuronPageModel, store: DataStore, frame: NeuronFrame): void {
  if (model.recording && !addToRecording(model.recording, frame)) stopRecording(model, store, WORDS.record.full)
}

/** Adds the present parameters. */
export function recordParams({ recording, params, traceBuffer }: NeuronPageModel): void {
  if (params) recording?.params.push({ tUs: traceBuffer.originUs() + traceBuffer.lastS() * 1e6, params })
}

/** Replays the knob in the model time of the recording; returns why it was refused, if it was. */
async function replayKnob(model: NeuronPageModel, recording: NeuronRecording): Promise<string | undefined> {
  const { minNa, maxNa } = model.params ?? { minNa: 0, maxNa: 1 }
  const turns = knobTurns(recording)
  const field = model.hello?.verbs.stim?.valuesNa
  if (field?.type === 'numbers' && turns.length > field.most) {
    return WORDS.record.tooManyTurns(turns.length, field.most)
  }
  return sendStimulus(model, {
    ...{ shape: 'samples', ms: 1000 * durationS(recording) * speedOf(recording), replace: true },
    tMs: turns.map(({ atMs }) => atMs * speedOf(recording)),
    valuesNa: turns.map(({ level }) => minNa + level * (maxNa - minNa)),
  })
}
