/** The f-I plot beside the scope: the chart, what it says in words, and its export as CSV, PNG and SVG. */
import { html, type TemplateResult } from 'lit-html'
import type { NeuronParams } from '../../../../neuron/params.ts'
import { rateWithNoiseHz } from '../../../../neuron/siegert.ts'
import type { WebParams } from '../../../data-sources.ts'
import { downloadFile, downloadPng } from '../../shared/download.ts'
import { WORDS } from '../../shared/neuron-page-words.ts'
import { formatFixed } from '../../shared/number-format.ts'
import type { NeuronActions } from '../actions.ts'
import type { FiMeasurement } from '../data/fi-measurement.ts'
import type { NeuronPageModel } from '../model.ts'
import { openFiChart } from './fi-chart.ts'
import { errorPercent, fiCsv, fiSvg, type TheoryCurve, theoryCurve } from './fi-theory-and-export.ts'
import { readPalette } from './palette.ts'
import type { SidePlot } from './side-plot-interface.ts'

const words = WORDS.plots
/** The current is rounded so that its theoretical rate is the same but for this share. */
const SHOWN_SHARE = 0.01

export function openFiPlot(host: HTMLElement, model: NeuronPageModel, actions: NeuronActions): SidePlot {
  const chart = openFiChart(host)
  const curveOf = createCurveCache()
  const exportPng = () => downloadPng(fileName(model, 'png'), chart.canvas, readPalette().paper)
  return {
    draw: ({ params }) => chart.draw({ curve: curveOf(params), measurement: model.fiMeter.read() }),
    notes() {
      const { params, fiMeter } = model
      return html`<p class="said" id="fi-said">${params && model.state ? fiText(params, model.state.running, fiMeter.read()) : ''}</p>
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

function fiText(neuron: NeuronParams, isRunning: boolean, { steady, silence }: FiMeasurement): string | TemplateResult {
  if (!isRunning) return words.paused
  if (!steady?.intervals) {
    if (!silence) return words.hold
    const { iNa, theoryHz, verdict } = silence
    const text = { expected: words.silent, contradicts: words.silentWrong, tooShort: words.noSpikeYet }[verdict]
    return text(currentText(neuron, iNa), formatFixed(theoryHz, 2))
  }
  const current = currentText(neuron, steady.iNa)
  const percent = errorPercent(neuron, steady)
  const point = words.point(formatFixed(steady.rateHz, 2), current)
  if (percent === undefined) return point
  const rounded = percent.toFixed(Math.abs(percent) < 10 ? 2 : 0)
  const signed = `${Number(rounded) < 0 ? '−' : '+'}${rounded.replace('-', '')}`
  const chance = neuron.noiseMv > 0 ? words.chance((100 * steady.uncertainty).toFixed(1)) : ''
  return html`<strong>${point}</strong> <span id="fi-error" data-percent=${percent.toFixed(3)}>${words.error(signed, steady.intervals)}${chance}</span>`
}

/** With two decimal places, or with more where those would be another point of the curve. */
function currentText(neuron: NeuronParams, iNa: number): string {
  const theoryHz = rateWithNoiseHz(neuron, iNa)
  const isSame = (places: number) =>
    Math.abs(rateWithNoiseHz(neuron, Number(iNa.toFixed(places))) - theoryHz) <= SHOWN_SHARE * theoryHz
  return formatFixed(iNa, [2, 3, 4].find(isSame) ?? 5)
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
