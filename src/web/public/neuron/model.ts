/** All that the page knows at a moment. */
import type { WebHealth, WebLink, WebParams, WebState } from '../../data-sources.ts'
import type { Hello } from '../shared/live-socket.ts'
import { createPlaybackClock } from '../shared/playback-clock.ts'
import { openMeter } from './data/fi-measurement.ts'
import type { Recording } from './data/recording.ts'
import type { CurrentFile } from './data/stimulus-csv.ts'
import type { Still } from './data/time-window.ts'
import { createTraceBuffer, type Trace } from './data/trace-buffer.ts'

export type PlotTab = 'fi' | 'intervals' | 'raster' | 'rate'
export type PanelTab = 'neuron' | 'stimulus' | 'record'
export type Theme = 'auto' | 'light' | 'dark'

/** V and I while a stimulus ran. */
export interface Run {
  /** When it was asked for; from the moment its current is seen, when that began. */
  readonly startS: number
  readonly lengthS: number
  /** What its current is measured in, nA. */
  readonly iNa: number
  readonly isSeen: boolean
  readonly trace?: Trace
}

export interface Model {
  readonly memory: ReturnType<typeof createTraceBuffer>
  readonly pace: ReturnType<typeof createPlaybackClock>
  readonly meter: ReturnType<typeof openMeter>
  hello: Hello | undefined
  state: WebState | undefined
  params: WebParams | undefined
  health: WebHealth | undefined
  link: WebLink | undefined
  viewers: number
  isGone: boolean
  /** Why, if the server has said so. */
  goneReason: string
  /** Length of the scope, model s. */
  windowS: number
  isTriggered: boolean
  still: Still | null
  plotTab: PlotTab
  panelTab: PanelTab
  /** What a control shows while it is being moved, by its name, until the neuron has answered. */
  readonly drafts: Map<string, number>
  /** The preset that was chosen last: several may be the same neuron. */
  preset: string | undefined
  /** Why the neuron refused something, by the name of the control. */
  readonly refusals: Map<string, string>
  readonly stimulus: Map<string, number | string | boolean>
  run: Run | undefined
  lastRun: Run | undefined
  recording: Recording | undefined
  readonly recordings: Recording[]
  recordingName: string
  /** The recording whose knob was played last. */
  replayed: Recording | undefined
  /** The file of currents that was chosen last. */
  file: CurrentFile | undefined
  notice: string
  isLarge: boolean
  hasSound: boolean
  theme: Theme
}

export function createModel(): Model {
  return {
    memory: createTraceBuffer(),
    pace: createPlaybackClock(),
    meter: openMeter(),
    hello: undefined,
    state: undefined,
    params: undefined,
    health: undefined,
    link: undefined,
    viewers: 0,
    isGone: false,
    goneReason: '',
    windowS: 2,
    isTriggered: false,
    still: null,
    plotTab: 'fi',
    panelTab: 'neuron',
    drafts: new Map(),
    preset: undefined,
    refusals: new Map(),
    stimulus: new Map<string, number | string | boolean>([['shape', 'pulse']]),
    run: undefined,
    lastRun: undefined,
    recording: undefined,
    recordings: [],
    recordingName: '',
    replayed: undefined,
    file: undefined,
    notice: '',
    isLarge: false,
    hasSound: false,
    theme: 'auto',
  }
}

/** The current counts as held still while it moves no more than this: a two-hundredth of the knob's span. */
export function stillNa({ params }: Model): number {
  return params ? (params.maxNa - params.minNa) / 200 : 0
}
