/** The state of the dashboard page. */

import type { ToldParams } from '../../../loop/control/live-params.ts'
import type { HealthReport } from '../../../mqtt/types.ts'
import { canAdapt } from '../../../neuron/adaptation.ts'
import type { WebLink, WebParams, WebState } from '../../data-sources.ts'
import type { LessonPanel } from '../lesson/panel-state.ts'
import type { AccessState } from '../shared/access-state.ts'
import type { Theme } from '../shared/common-words.ts'
import type { Hello } from '../shared/live-socket.ts'
import type { WORDS } from '../shared/neuron-page-words.ts'
import { createPlaybackClock, type PlaybackClock } from '../shared/playback-clock.ts'
import { readSetting } from '../shared/settings.ts'
import { type CsvFormat, csvFormatFrom } from './data/csv-format.ts'
import { createFiMeter, type FiMeter, type SavedFiPoints } from './data/fi-measurement.ts'
import type { FiSweep } from './data/fi-sweep.ts'
import type { NeuronRecording } from './data/recording.ts'
import type { StimulusFile } from './data/stimulus-csv.ts'
import type { FrozenScope, TimeWindow } from './data/time-window.ts'
import { createTraceBuffer, type Trace, type TraceBuffer } from './data/trace-buffer.ts'
import { createSpikeTrains, type SpikeTrains } from './data/train-starts.ts'

export type PlotTab = keyof typeof WORDS.plots.tabs
export type PanelTab = keyof typeof WORDS.panels.tabs

/** V and I while a stimulus ran. */
export interface StimulusRun {
  /** When it was requested; when its current began, once that is seen. */
  readonly startS: number
  readonly lengthS: number
  /** From its start until its current is first another one. */
  readonly leadS: number
  /** The height of its current, nA. */
  readonly iNa: number
  readonly hasBegun: boolean
  /** Once it is over. */
  readonly trace?: Trace
}

export interface NeuronPageModel {
  readonly traceBuffer: TraceBuffer
  readonly playbackClock: PlaybackClock
  readonly fiMeter: FiMeter
  readonly spikeTrains: SpikeTrains
  /** Time of the animation frame that is being drawn, ms on the browser's clock. */
  frameMs: number
  hello: Hello | undefined
  state: WebState | undefined
  /** Their `model` is null while a lesson hides them. */
  params: ToldParams | undefined
  health: HealthReport | undefined
  /** Model time was skipped between the last two health reports. */
  isSkipping: boolean
  link: WebLink | undefined
  viewers: number
  isDisconnected: boolean
  /** Why, if the server said so. */
  disconnectReason: string
  /** Length of the scope, model s. */
  windowS: number
  isTriggered: boolean
  frozen: FrozenScope | null
  /** The scope shows the present run of a stimulus from its start, and stays at its end. */
  isSweeping: boolean
  /** What the scope shows. */
  scopeWindow: TimeWindow | null
  /** Places of the scope's two cursors, s from the time that its axis calls 0. */
  cursors: readonly [a: number, b: number] | undefined
  /** Currents of the two cursors on the f-I curve, nA. */
  fiCursors: readonly [a: number, b: number] | undefined
  /** The curve of theory, and what follows from it, is not shown: for those who measure first. */
  hidesTheory: boolean
  fiSweep: FiSweep | undefined
  /** What was typed into the form of the f-I sweep, by name. */
  readonly fiSweepForm: Map<string, string>
  csvFormat: CsvFormat
  plotTab: PlotTab
  panelTab: PanelTab
  /** What a narrow page shows of plots and controls beside a lesson: what was chosen last. */
  asideShows: 'plots' | 'panel'
  readonly lesson: LessonPanel
  /** The values of controls that are being moved, by name, until the neuron has answered. */
  readonly drafts: Map<string, number>
  /** What stays when R is changed; unless chosen, what the model is about. */
  held: 'tau' | 'c' | undefined
  /** The slider's place that this page sent last. */
  ownLevel: number | undefined
  /** How often in a row the slider was elsewhere than this page put it. */
  strangeLevels: number
  /** The preset that was chosen last, or last held: several may be the same neuron. */
  preset: string | undefined
  /** Why the neuron refused something, by the name of the control. */
  readonly refusals: Map<string, string>
  /** What was chosen and typed in the stimulus form, by name. */
  readonly stimulusForm: Map<string, string | boolean>
  stimulusRun: StimulusRun | undefined
  /** The run before, drawn behind the present one. */
  previousRun: StimulusRun | undefined
  /** The file that was chosen last. */
  stimulusFile: StimulusFile | undefined
  recording: NeuronRecording | undefined
  readonly recordings: NeuronRecording[]
  /** Recordings that the browser has not kept: they are lost with the page. */
  readonly unsaved: Set<NeuronRecording>
  /** The f-I points that were kept last; null before the first time, undefined before those of earlier visits were sought. */
  savedFi: SavedFiPoints | null | undefined
  /** The browser does not keep f-I points: they are lost with the page. */
  losesFi: boolean
  recordingName: string
  /** The recording that was replayed last. */
  replayed: NeuronRecording | undefined
  /** What there is to say about recordings. */
  notice: string
  /** The menu of a phone is open. */
  hasMenu: boolean
  readonly access: AccessState
  isLarge: boolean
  /** The picture of the cell. */
  showsCell: boolean
  hasSound: boolean
  theme: Theme
}

export function createNeuronPageModel(theme: Theme, lesson: LessonPanel): NeuronPageModel {
  return {
    traceBuffer: createTraceBuffer(),
    playbackClock: createPlaybackClock(),
    fiMeter: createFiMeter(),
    spikeTrains: createSpikeTrains(),
    frameMs: 0,
    hello: undefined,
    state: undefined,
    params: undefined,
    health: undefined,
    isSkipping: false,
    link: undefined,
    viewers: 0,
    isDisconnected: false,
    disconnectReason: '',
    windowS: 2,
    isTriggered: false,
    frozen: null,
    isSweeping: false,
    scopeWindow: null,
    cursors: undefined,
    fiCursors: undefined,
    hidesTheory: readSetting('theory') === 'hidden',
    fiSweep: undefined,
    fiSweepForm: new Map(),
    csvFormat: csvFormatFrom(readSetting('csv'), navigator.language),
    plotTab: 'fi',
    panelTab: 'neuron',
    asideShows: 'plots',
    lesson,
    drafts: new Map(),
    held: undefined,
    ownLevel: undefined,
    strangeLevels: 0,
    preset: undefined,
    refusals: new Map(),
    stimulusForm: new Map<string, string | boolean>([['shape', 'pulse']]),
    stimulusRun: undefined,
    previousRun: undefined,
    stimulusFile: undefined,
    recording: undefined,
    recordings: [],
    unsaved: new Set(),
    savedFi: undefined,
    losesFi: false,
    recordingName: '',
    replayed: undefined,
    notice: '',
    hasMenu: false,
    access: { links: undefined, refusal: undefined },
    isLarge: false,
    showsCell: true,
    hasSound: false,
    theme,
  }
}

/** The parameters, unless a lesson hides them. */
export function shownParams({ params }: Pick<NeuronPageModel, 'params'>): WebParams | undefined {
  return params === undefined || params.model === null ? undefined : params
}

/** Is there no curve of theory: does the lesson hide it or the rheobase, or is it not that of a neuron that adapts? */
export function lacksTheory({ params, lesson }: Pick<NeuronPageModel, 'params' | 'lesson'>): boolean {
  const conceals = lesson.running?.conceals ?? []
  if (params === undefined) return false
  return params.model === null || canAdapt(params) || conceals.includes('theoryCurve') || conceals.includes('rheobase')
}

/** Is it not shown, as there is none or the user wants it? */
export function isTheoryHidden(model: Pick<NeuronPageModel, 'hidesTheory' | 'params' | 'lesson'>): boolean {
  return model.hidesTheory || lacksTheory(model)
}

/** What stays when R is changed: of a perfect integrator C, since its τ has no effect. */
export function heldOf({ held, params }: Pick<NeuronPageModel, 'held' | 'params'>): 'tau' | 'c' {
  return held ?? (params?.model === 'pif' ? 'c' : 'tau')
}

/** Unknown counts as yes: the server refuses if need be. */
export function mayControl({ hello }: Pick<NeuronPageModel, 'hello'>): boolean {
  return hello?.mayControl !== false
}

/** The time that the right edge of the scope shows. */
export function scopeHeadS({ playbackClock, frameMs }: NeuronPageModel): number {
  return playbackClock.headS(frameMs)
}

/** Length of the scope in wall time, s. */
export function wallWindowS({ windowS, state }: NeuronPageModel): number {
  return windowS / (state?.speed ?? 1)
}

/** Forgets all data, but not the settings of the page. */
export function clearData(model: NeuronPageModel): void {
  model.traceBuffer.clear()
  model.playbackClock.restart()
  model.fiMeter.restart()
  model.spikeTrains.clear()
  model.frozen = null
  model.isSweeping = false
  model.stimulusRun = undefined
  model.previousRun = undefined
}
