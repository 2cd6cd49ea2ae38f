/** The plots beside the scope, one at a time. */
import { html, type TemplateResult } from 'lit-html'
import type { NeuronParams } from '../../../neuron/params.ts'
import { rateWithNoiseHz } from '../../../neuron/siegert.ts'
import { fixed } from '../shared/number-format.ts'
import { tabs } from '../shared/tabs.ts'
import { WORDS } from '../shared/words.ts'
import type { Actions } from './actions.ts'
import type { Steady } from './data/fi-measurement.ts'
import type { Model, PlotTab } from './model.ts'
import { errorPercent } from './plots/fi-curve.ts'

const words = WORDS.plots

export interface Exports {
  csv(): void
  png(): void
  svg(): void
}

export function plotTabs(model: Model, intents: Actions): TemplateResult {
  return tabs(words.label, words.tabs, model.plotTab, 'plot', tab => intents.showPlot(tab as PlotTab))
}

/** Below the plot: what it says in words, and what can be done with it. */
export function plotNotes(model: Model, said: string, intents: Actions, exports: Exports): TemplateResult {
  if (model.plotTab !== 'fi') return html`<p class="said">${said}</p>`
  const { steady } = model.meter.read()
  return html`<p class="said" id="fi-said">${model.params ? fiWords(model.params, steady) : ''}</p>
    <div class="buttons">
      <button @click=${intents.clearCurve}>${words.buttons.clear}</button>
      <button id="fi-csv" @click=${exports.csv}>${words.buttons.csv}</button>
      <button @click=${exports.png}>${words.buttons.png}</button>
      <button @click=${exports.svg}>${words.buttons.svg}</button>
    </div>`
}

function fiWords(neuron: NeuronParams, steady: Steady | undefined): string | TemplateResult {
  if (!steady) return words.hold
  const current = fixed(steady.iNa, 2)
  if (steady.intervals === 0) {
    const theoryHz = rateWithNoiseHz(neuron, steady.iNa)
    return theoryHz < 0.05 ? words.silent(current) : words.silentWrong(current, fixed(theoryHz, 2))
  }
  const percent = errorPercent(neuron, steady)
  const point = words.point(fixed(steady.rateHz, 2), current)
  if (percent === undefined) return point
  const rounded = percent.toFixed(Math.abs(percent) < 10 ? 2 : 0)
  const signed = `${Number(rounded) < 0 ? '−' : '+'}${rounded.replace('-', '')}`
  const chance = neuron.noiseMv > 0 ? words.chance((100 * steady.uncertainty).toFixed(1)) : ''
  return html`<strong>${point}</strong> <span id="fi-error" data-percent=${percent.toFixed(3)}>${words.error(signed, steady.intervals)}${chance}</span>`
}
