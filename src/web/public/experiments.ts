/** Stimuli, recordings and replays: what a user does with the neuron, step by step. */
import type { Frame } from '../frames.ts'
import { readCurrents } from './current-file.ts'
import type { Intents } from './intents.ts'
import type { Trace } from './memory.ts'
import type { Model, Run } from './model.ts'
import { type Recording, record, startRecording, type Turn, turnsOf } from './recording.ts'
import { requests } from './requests.ts'
import { WORDS } from './words.ts'

export type Experiments = ReturnType<typeof createExperiments>

const REPLAY_STEP_MS = 20
/** The current has begun where it differs by this share of its height. */
const ONSET_SHARE = 0.05
/** What is kept before and after a run, s. */
const TAIL_S = 0.1

export function createExperiments(model: Model, intents: Intents, changed: () => void) {
  function stopReplay(): void {
    model.stopReplay?.()
    model.stopReplay = undefined
    model.replayed = undefined
    changed()
  }

  /** Turn the slider as it is written; at the end the knob has it back, if it had it before. */
  function replay(turns: readonly Turn[], what: Recording | 'file'): void {
    stopReplay()
    const hadKnob = model.state?.source !== 'slider'
    let startMs = Number.NaN
    let next = 0
    const step = () => {
      const nowMs = Number(document.timeline.currentTime)
      if (Number.isNaN(startMs)) startMs = nowMs
      let level: number | undefined
      while (next < turns.length && turns[next]!.atMs <= nowMs - startMs) level = turns[next++]!.level
      if (level !== undefined) intents.turn(level)
      if (next < turns.length) return
      stopReplay()
      if (hadKnob) void intents.command('take')
    }
    const timer = window.setInterval(step, REPLAY_STEP_MS)
    model.stopReplay = () => window.clearInterval(timer)
    model.replayed = what
    changed()
  }

  return {
    choose(name: string, value: number | string | boolean) {
      model.stimulus.set(name, value)
      changed()
    },
    async stimulate(payload: Readonly<Record<string, unknown>>) {
      const startS = model.memory.lastS()
      const reply = await requests.command('stim', payload)
      if (reply.ok) model.refusals.delete('stim')
      else model.refusals.set('stim', reply.error.message)
      if (reply.ok && typeof payload.ms === 'number') {
        if (model.run?.trace) model.lastRun = model.run
        const lengthS = payload.ms / 1000 / (model.state?.speed ?? 1)
        model.run = { startS, lengthS, iNa: Number(payload.iNa), isSeen: false }
      }
      changed()
    },
    stopReplay,
    playFile(text: string) {
      const read = readCurrents(text, model.params?.minNa ?? 0, model.params?.maxNa ?? 1)
      if ('turns' in read) replay(read.turns, 'file')
      if ('complaint' in read) model.refusals.set('stim', read.complaint)
      else model.refusals.delete('stim')
      changed()
    },
    replay: (recording: Recording) => replay(turnsOf(recording), recording),
    ...recordingIntents(model, changed),
  }
}

function recordingIntents(model: Model, changed: () => void) {
  const stop = () => {
    if (model.recording) model.recordings.unshift(model.recording)
    model.recording = undefined
    changed()
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
    record(frame: Frame) {
      if (!model.recording || record(model.recording, frame)) return
      model.notice = WORDS.record.full
      stop()
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
