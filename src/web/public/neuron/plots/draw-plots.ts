/** The plots on the page: opened where they are looked at, drawn once a frame. */

import { save, savePicture } from '../../shared/download.ts'
import { type Actions, wallWindowS } from '../actions.ts'
import { liveView, type TimeWindow, triggeredView } from '../data/time-window.ts'
import type { Trace } from '../data/trace-buffer.ts'
import type { Model, PlotTab } from '../model.ts'
import type { Exports } from '../plots-view.ts'
import { type FiChart, openFiChart } from './fi-chart.ts'
import { type Curve, curveOf, fiCsv, fiSvg } from './fi-curve.ts'
import { openHistogram, openRaster, openRateChart, type StatisticsChart } from './interval-histogram.ts'
import { readPalette } from './palette.ts'
import { openScope, type Picture, type Scope } from './scope.ts'

export interface Plots {
  /** @param nowMs the browser's clock */
  draw(nowMs: number): void
  /** What the plot beside the scope says in words. */
  said(): string
  readonly exports: Exports
  /** Colours or letters have changed. */
  reopen(): void
}

type Beside = { readonly tab: PlotTab; readonly fi?: FiChart; readonly statistics?: StatisticsChart }

/** The plots beside the scope need not move as smoothly as it, ms. */
const BESIDE_MS = 100
const OPENERS = { intervals: openHistogram, raster: openRaster, rate: openRateChart } as const

export function openPlots(model: Model, intents: Actions): Plots {
  const host = (id: string) => document.getElementById(id) as HTMLElement
  const openScopeHere = () =>
    openScope({ voltage: host('scope-voltage'), current: host('scope-current') }, intents.zoom)
  let scope: Scope = openScopeHere()
  let beside: Beside | undefined
  let besideMs = 0
  let said = ''
  let view: TimeWindow | null = null
  const curve = curveKeeper()

  function drawScope(nowMs: number): void {
    const { params, memory, still } = model
    if (!params) return
    view = still?.view ?? currentView(model, nowMs, view)
    const trace = still?.trace ?? memory.trace(view.fromS, view.toS)
    const spikes = still?.spikes ?? memory.spikes()
    const arrivals = still?.arrivals ?? memory.arrivals()
    scope.draw({ view, trace, spikes, arrivals, neuron: params, ghost: ghostOf(model) })
  }

  function drawBeside(nowMs: number): void {
    if (beside?.tab !== model.plotTab) {
      closeBeside(beside)
      beside = openBeside(model.plotTab, host('plot'))
    }
    const { params, state, memory } = model
    if (!params || !state) return
    beside.fi?.draw({ curve: curve(model), measurement: model.meter.read() })
    said =
      beside.statistics?.draw({ spikes: memory.spikes(), headS: model.pace.headS(nowMs), speed: state.speed }) ?? ''
  }

  return {
    draw(nowMs) {
      drawScope(nowMs)
      const isDue = nowMs - besideMs >= BESIDE_MS || beside?.tab !== model.plotTab
      if (!isDue || model.isLarge) return
      besideMs = nowMs
      drawBeside(nowMs)
    },
    said: () => said,
    exports: exportsOf(
      model,
      () => curve(model),
      () => beside?.fi,
    ),
    reopen() {
      scope.close()
      closeBeside(beside)
      beside = undefined
      scope = openScopeHere()
    },
  }
}

function currentView(model: Model, nowMs: number, shown: TimeWindow | null): TimeWindow {
  const headS = model.pace.headS(nowMs)
  const lengthS = wallWindowS(model)
  return model.isTriggered
    ? triggeredView(model.memory.spikes(), headS, lengthS, shown)
    : liveView(Number.isNaN(headS) ? 0 : headS, lengthS)
}

function ghostOf({ run, lastRun }: Model): Picture['ghost'] {
  if (!run?.isSeen || !lastRun?.trace) return undefined
  const [atS, vMv, iNa] = lastRun.trace
  const shiftS = run.startS - lastRun.startS
  return [atS.map(at => at + shiftS), vMv, iNa] as Trace
}

function openBeside(tab: PlotTab, host: HTMLElement): Beside {
  return tab === 'fi' ? { tab, fi: openFiChart(host) } : { tab, statistics: OPENERS[tab](host) }
}

function closeBeside(beside: Beside | undefined): void {
  beside?.fi?.close()
  beside?.statistics?.close()
}

/** Computed anew when the parameters have changed: with noise it takes some 20 ms. */
function curveKeeper(): (model: Model) => Curve {
  let kept: Curve | undefined
  let of: unknown
  return ({ params }) => {
    if (kept && of === params) return kept
    of = params
    kept = params ? curveOf(params, params.minNa, params.maxNa) : undefined
    return kept as Curve
  }
}

function exportsOf(model: Model, curve: () => Curve, chart: () => FiChart | undefined): Exports {
  const name = (ending: string) => `${model.hello?.id ?? 'neuron'}-fi.${ending}`
  return {
    csv() {
      if (model.params) save(name('csv'), new Blob([fiCsv(model.params, model.meter.read())], { type: 'text/csv' }))
    },
    png() {
      const canvas = chart()?.canvas
      if (canvas) savePicture(name('png'), canvas, readPalette().paper)
    },
    svg() {
      if (!model.params) return
      const { tauMs, resistanceMohm, refractoryMs } = model.params
      const title = `${model.hello?.id ?? ''}: tau ${tauMs} ms, R ${resistanceMohm} MOhm, t_ref ${refractoryMs} ms`
      save(name('svg'), new Blob([fiSvg(curve(), model.meter.read(), title)], { type: 'image/svg+xml' }))
    },
  }
}
