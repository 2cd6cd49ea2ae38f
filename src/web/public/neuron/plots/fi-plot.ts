/** The f-I plot beside the scope: the chart, what it says in words, and its export as CSV, PNG and SVG. */
import { html, nothing, type TemplateResult } from 'lit-html'
import type { ToldParams } from '../../../../loop/control/live-params.ts'
import type { NeuronParams } from '../../../../neuron/params.ts'
import { rateWithNoiseHz } from '../../../../neuron/siegert.ts'
import { withTerms } from '../../glossary/term-view.ts'
import { downloadFile, downloadPng } from '../../shared/download.ts'
import { WORDS } from '../../shared/neuron-page-words.ts'
import { formatFixed } from '../../shared/number-format.ts'
import type { NeuronActions } from '../actions.ts'
import type { FiMeasurement } from '../data/fi-measurement.ts'
import { progressView } from '../measure-view.ts'
import { isTheoryHidden, lacksTheory, type NeuronPageModel, shownParams } from '../model.ts'
import { openFiChart } from './fi-chart.ts'
import { openFiCursors } from './fi-cursors.ts'
import { errorPercent, fiCsv, fiSvg, hiddenCurve, type TheoryCurve, theoryCurve } from './fi-theory-and-export.ts'
import type { SidePlot } from './side-plot-interface.ts'
import { PICTURE_SIZE } from './svg-picture.ts'

const words = WORDS.plots
/** The current is rounded so that its theoretical rate is the same but for this share. */
const SHOWN_SHARE = 0.01

export function openFiPlot(host: HTMLElement, model: NeuronPageModel, actions: NeuronActions): SidePlot {
  const chart = openFiChart(host)
  const cursors = openFiCursors(model, actions)
  const curveOf = createCurveCache(model)
  return {
    draw({ params }) {
      const curve = curveOf(params)
      chart.draw({ curve, measurement: model.fiMeter.read(), hidesTheory: isTheoryHidden(model) })
      cursors.draw(params, curve.rangeNa)
    },
    notes() {
      const { params, state, fiMeter } = model
      const said = params && state ? fiText(shownTheory(model), state.running, fiMeter.read()) : ''
      // The readings of the cursors take its place: the plot needs the room.
      return html`<p class="said" id="fi-said" ?hidden=${model.fiCursors !== undefined}>${said}</p>
        ${cursors.view()} ${model.panelTab === 'measure' ? nothing : progressView(model)}
        <div class="buttons">
          <label class="tick"><input type="checkbox" id="theory" .checked=${!isTheoryHidden(model)} ?disabled=${lacksTheory(model)} @change=${actions.toggleTheory}>
            ${words.showTheory}</label>
          <button id="fi-cursors" aria-pressed=${model.fiCursors ? 'true' : 'false'} @click=${actions.toggleFiCursors}>${WORDS.cursors.toggle}</button>
          <button @click=${actions.clearFiPoints}>${words.buttons.clear}</button>
          <button id="fi-csv" @click=${() => exportCsv(model)}>${words.buttons.csv}</button>
          <button id="fi-png" @click=${() => void exportPng(model, curveOf)}>${words.buttons.png}</button>
          <button @click=${() => exportSvg(model, curveOf)}>${words.buttons.svg}</button>
        </div>`
    },
    close() {
      cursors.close()
      chart.close()
    },
  }
}

function shownTheory(model: NeuronPageModel): NeuronParams | undefined {
  return isTheoryHidden(model) ? undefined : shownParams(model)
}

/** The curve is computed when the parameters have changed: with noise it takes some 20 ms. */
function createCurveCache(model: NeuronPageModel): (params: ToldParams) => TheoryCurve {
  let cached: { readonly params: ToldParams; readonly curve: TheoryCurve } | undefined
  return params => {
    const { minNa, maxNa } = params
    if (params.model === null || lacksTheory(model)) return hiddenCurve(minNa, maxNa)
    if (cached?.params !== params) cached = { params, curve: theoryCurve(params, minNa, maxNa) }
    return cached.curve
  }
}

/** @param neuron undefined where nothing is shown that follows from its parameters */
function fiText(
  neuron: NeuronParams | undefined,
  isRunning: boolean,
  { steady, silence }: FiMeasurement,
): string | TemplateResult {
  if (!isRunning) return words.paused
  if (!steady?.intervals) {
    if (!silence) return words.hold
    const { iNa, theoryHz, verdict } = silence
    if (neuron === undefined) return words.noSpike(formatFixed(iNa, 3))
    const text = { expected: words.silent, contradicts: words.silentWrong, tooShort: words.noSpikeYet }[verdict]
    return html`${withTerms(text(currentText(neuron, iNa), formatFixed(theoryHz, 2)))}`
  }
  const rate = formatFixed(steady.rateHz, 2)
  if (neuron === undefined) {
    const intervals = words.intervals(steady.intervals)
    return html`<strong>${words.point(rate, formatFixed(steady.iNa, 3))}</strong> <span id="fi-mean">${intervals}</span>`
  }
  const percent = errorPercent(neuron, steady)
  const point = words.point(rate, currentText(neuron, steady.iNa))
  if (percent === undefined) return point
  const rounded = formatFixed(percent, Math.abs(percent) < 10 ? 2 : 0)
  const signed = rounded.startsWith('−') ? rounded : `+${rounded}`
  const chance = neuron.noiseMv > 0 ? words.chance(formatFixed(100 * steady.uncertainty, 1)) : ''
  return html`<strong>${point}</strong> <span id="fi-error" data-percent=${percent.toFixed(3)}>${withTerms(words.error(signed, steady.intervals))}${chance}</span>`
}

/** With two decimal places, or with more where those would be another point of the curve. */
function currentText(neuron: NeuronParams, iNa: number): string {
  const theoryHz = rateWithNoiseHz(neuron, iNa)
  const isSame = (places: number) =>
    Math.abs(rateWithNoiseHz(neuron, Number(iNa.toFixed(places))) - theoryHz) <= SHOWN_SHARE * theoryHz
  return formatFixed(iNa, [2, 3, 4].find(isSame) ?? 5)
}

function exportCsv(model: NeuronPageModel): void {
  const { params, fiMeter, csvFormat, hello } = model
  const hidesTheory = isTheoryHidden(model)
  if (!params) return
  const text = fiCsv(params, fiMeter.read(), { name: hello?.id ?? '', format: csvFormat, hidesTheory })
  downloadFile(fileName(model, 'csv'), new Blob([text], { type: 'text/csv' }))
}

function exportSvg(model: NeuronPageModel, curveOf: (params: ToldParams) => TheoryCurve): void {
  const svg = svgOf(model, curveOf)
  if (svg) downloadFile(fileName(model, 'svg'), new Blob([svg], { type: 'image/svg+xml' }))
}

async function exportPng(model: NeuronPageModel, curveOf: (params: ToldParams) => TheoryCurve): Promise<void> {
  const svg = svgOf(model, curveOf)
  if (svg) await downloadPng(fileName(model, 'png'), svg, PICTURE_SIZE)
}

function svgOf(model: NeuronPageModel, curveOf: (params: ToldParams) => TheoryCurve): string | undefined {
  const { params, fiMeter, hello } = model
  const hidesTheory = isTheoryHidden(model)
  return params && fiSvg(curveOf(params), fiMeter.read(), { name: hello?.id ?? '', params, hidesTheory })
}

function fileName({ hello }: NeuronPageModel, ending: string): string {
  return `${hello?.id ?? 'neuron'}-fi.${ending}`
}
