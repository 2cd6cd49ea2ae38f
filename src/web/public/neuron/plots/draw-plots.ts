/** Opens and draws all plots: the scope, and the plot beside it that the user chose. */

import type { nothing, TemplateResult } from 'lit-html'
import { downloadPng } from '../../shared/download.ts'
import type { NeuronActions } from '../actions.ts'
import type { ScopeContent } from '../data/scope-content.ts'
import { withJumps } from '../data/synaptic-jumps.ts'
import { liveWindow, sweepWindow, type TimeWindow, triggeredWindow } from '../data/time-window.ts'
import type { Trace } from '../data/trace-buffer.ts'
import { type NeuronPageModel, type PlotTab, scopeHeadS, shownParams, wallWindowS } from '../model.ts'
import { openFiPlot } from './fi-plot.ts'
import { openIntervalHistogram } from './interval-histogram.ts'
import { openRateChart } from './rate-chart.ts'
import { openScope, type Scope } from './scope.ts'
import { openScopeCursors, type ScopeCursors } from './scope-cursors.ts'
import { scopeSvg } from './scope-picture.ts'
import type { OpenSidePlot, SidePlot } from './side-plot-interface.ts'
import { PICTURE_SIZE } from './svg-picture.ts'
import { openSweepRaster } from './time-slice-raster.ts'

/** The plots beside the scope, by tab. */
const SIDE_PLOTS: Readonly<Record<PlotTab, OpenSidePlot>> = {
  fi: openFiPlot,
  intervals: openIntervalHistogram,
  raster: openSweepRaster,
  rate: openRateChart,
}

export interface Plots {
  /** Draws what the model holds; opens the plots if they are not open. */
  draw(): void
  /** Text and buttons below the plot beside the scope. */
  notes(): TemplateResult | undefined
  /** What the cursors on the scope read. */
  readings(): TemplateResult | typeof nothing
  /** Saves what the scope shows as a picture. */
  saveScope(): void
  /** To be called when colours or letters have changed. */
  reopen(): void
}

/** The plots beside the scope need not move as smoothly as the scope. */
const SIDE_PLOT_MS = 100

interface OpenedPlots {
  readonly model: NeuronPageModel
  readonly actions: NeuronActions
  scope: Scope | undefined
  readonly cursors: ScopeCursors
  /** What the scope shows. */
  content: ScopeContent | undefined
  sidePlot: (SidePlot & { readonly tab: PlotTab }) | undefined
  /** When the plot beside the scope was last drawn, on the clock of the animation frames. */
  sidePlotMs: number
}

export function createPlots(model: NeuronPageModel, actions: NeuronActions): Plots {
  const cursors = openScopeCursors(model, actions)
  const closed = { scope: undefined, content: undefined, sidePlot: undefined, sidePlotMs: 0 }
  const plots: OpenedPlots = { model, actions, cursors, ...closed }
  return {
    draw: () => drawPlots(plots),
    notes: () => plots.sidePlot?.notes(),
    readings: () => plots.cursors.view(),
    saveScope() {
      const id = model.hello?.id ?? 'neuron'
      if (plots.content) void downloadPng(`${id}-scope.png`, scopeSvg(plots.content, id), PICTURE_SIZE)
    },
    reopen() {
      plots.scope?.close()
      plots.sidePlot?.close()
      plots.scope = undefined
      plots.sidePlot = undefined
      drawPlots(plots)
    },
  }
}

function drawPlots(plots: OpenedPlots): void {
  const { model } = plots
  drawScope(plots)
  const isDue = model.frameMs - plots.sidePlotMs >= SIDE_PLOT_MS || plots.sidePlot?.tab !== model.plotTab
  if (!isDue || model.isLarge) return
  plots.sidePlotMs = model.frameMs
  drawSidePlot(plots)
}

function drawScope(plots: OpenedPlots): void {
  const { model, actions } = plots
  plots.scope ??= openScope({ voltage: element('scope-voltage'), current: element('scope-current') }, actions.zoom)
  const { params, traceBuffer, frozen } = model
  if (!params) return
  model.scopeWindow = frozen?.window ?? movingWindow(model)
  const { fromS, toS } = model.scopeWindow
  const arrivals = frozen?.arrivals ?? traceBuffer.arrivals()
  const content: ScopeContent = {
    window: model.scopeWindow,
    trace: withJumps(frozen?.trace ?? traceBuffer.trace(fromS, toS), arrivals),
    spikes: frozen?.spikes ?? traceBuffer.spikes(),
    arrivals,
    params,
    levels: model.lesson.running?.conceals.includes('lines') ? undefined : shownParams(model),
    previousRun: previousRunTrace(model),
  }
  plots.content = content
  plots.scope.draw(content)
  plots.cursors.draw(content)
}

function movingWindow(model: NeuronPageModel): TimeWindow {
  if (model.isSweeping && model.stimulusRun?.hasBegun) return sweepWindow(model.stimulusRun)
  const headS = scopeHeadS(model)
  const lengthS = wallWindowS(model)
  return model.isTriggered
    ? triggeredWindow(model.traceBuffer.spikes(), headS, lengthS, model.scopeWindow)
    : liveWindow(Number.isNaN(headS) ? 0 : headS, lengthS)
}

/** The run before, moved to where the present one began. */
function previousRunTrace({ stimulusRun, previousRun }: NeuronPageModel): Trace | undefined {
  if (!stimulusRun?.hasBegun || !previousRun?.trace) return undefined
  const [atS, vMv, iNa] = previousRun.trace
  const shiftS = stimulusRun.startS - previousRun.startS
  return [atS.map(at => at + shiftS), vMv, iNa]
}

function drawSidePlot(plots: OpenedPlots): void {
  const { model, actions } = plots
  const { plotTab: tab, params, state, traceBuffer } = model
  if (plots.sidePlot?.tab !== tab) {
    plots.sidePlot?.close()
    plots.sidePlot = { ...SIDE_PLOTS[tab](element('plot'), model, actions), tab }
  }
  if (params && state) plots.sidePlot.draw({ params, spikes: traceBuffer.spikes(), headS: scopeHeadS(model) })
}

function element(id: string): HTMLElement {
  return document.getElementById(id) as HTMLElement
}
