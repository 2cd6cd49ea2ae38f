/** The f-I plot beside the scope: the chart, what it says in words, and its export as CSV, PNG and SVG. */
import { html, type TemplateResult } from 'lit-html'
import type { NeuronParams } from '../../../../neuron/params.ts'
import { rateWithNoiseHz } from '../../../../neuron/siegert.ts'
import type { WebParams } from '../../../data-sources.ts'
import { downloadFile, downloadPng } from '../../shared/download.ts'
import { WORDS } from '../../shared/neuron-page-words.ts'
import { formatFixed } from '../../shared/number-format.ts'
import type { NeuronActions } from '../actions.ts'
import type { SteadyRate } from '../data/fi-measurement.ts'
import type { NeuronPageModel } from '../model.ts'
import { openFiChart } from './fi-chart.ts'
import { errorPercent, fiCsv, fiSvg, type TheoryCurve, theoryCurve } from './fi-theory-and-export.ts'
import { readPalette } from './palette.ts'
import type { SidePlot } from './side-plot-interface.ts'

const words = WORDS.plots

export function openFiPlot(host: HTMLElement, model: NeuronPageModel, actions: NeuronActions): SidePlot {
  const chart = openFiChart(host)
  const curveOf = createCurveCache()
  const exportPng = () => downloadPng(fileName(model, 'png'), chart.canvas, readPalette().paper)
  return {
    draw: ({ params }) => chart.draw({ curve: curveOf(params), measurement: model.fiMeter.read() }),
    notes() {
      const { params, fiMeter } = model
      return html`<p class="said" id="fi-said">${params ? fiText(params, fiMeter.read().steady) : ''}</p>
        <div class="buttons">
          <button @click=${actions.clearFiPoints}>${words.buttons.clear}</button>
          <button id="fi-csv" @click=${() => exportCsv(model)}>${words.buttons.csv}</button>
          <button @click=${exportPng}>${words.buttons.png}</button>
          <button @click=${() => exportSvg(model, curveOf)}>${words.buttons.svg}</button>
        </div>`
    },
    close: chart.close,
  }
}

/** The curve is computed when the parameters have changed: with noise it takes some 20 ms. */
function createCurveCache(): (params: WebParams) => TheoryCurve {
  let cached: { readonly params: WebParams; readonly curve: TheoryCurve } | undefined
  return params => {
    if (cached?.params !== params) cached = { params, curve: theoryCurve(params, params.minNa, params.maxNa) }
    return cached.curve
  }
}

function fiText(neuron: NeuronParams, steady: SteadyRate | undefined): string | TemplateResult {
  if (!steady) return words.hold
  const current = formatFixed(steady.iNa, 2)
  if (steady.intervals === 0) {
    const theoryHz = rateWithNoiseHz(neuron, steady.iNa)
    return theoryHz < 0.05 ? words.silent(current) : words.silentWrong(current, formatFixed(theoryHz, 2))
  }
  const percent = errorPercent(neuron, steady)
  const point = words.point(formatFixed(steady.rateHz, 2), current)
  if (percent === undefined) return point
  const rounded = percent.toFixed(Math.abs(percent) < 10 ? 2 : 0)
  const signed = `${Number(rounded) < 0 ? '−' : '+'}${rounded.replace('-', '')}`
  const chance = neuron.noiseMv > 0 ? words.chance((100 * steady.uncertainty).toFixed(1)) : ''
  return html`<strong>${point}</strong> <span id="fi-error" data-percent=${percent.toFixed(3)}>${words.error(signed, steady.intervals)}${chance}</span>`
}

function exportCsv(model: NeuronPageModel): void {
  const { params, fiMeter } = model
  if (params) downloadFile(fileName(model, 'csv'), new Blob([fiCsv(params, fiMeter.read())], { type: 'text/csv' }))
}

function exportSvg(model: NeuronPageModel, curveOf: (params: WebParams) => TheoryCurve): void {
  const { params, fiMeter, hello } = model
  if (!params) return
  const { tauMs, resistanceMohm, refractoryMs } = params
  const title = `${hello?.id ?? ''}: tau ${tauMs} ms, R ${resistanceMohm} MOhm, t_ref ${refractoryMs} ms`
  const svg = fiSvg(curveOf(params), fiMeter.read(), title)
  downloadFile(fileName(model, 'svg'), new Blob([svg], { type: 'image/svg+xml' }))
}

function fileName({ hello }: NeuronPageModel, ending: string): string {
  return `${hello?.id ?? 'neuron'}-fi.${ending}`
}
