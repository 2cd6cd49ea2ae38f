/** The large figures, the scope's frame and its controls. */
import { html, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import { WORDS } from '../shared/neuron-page-words.ts'
import { formatFixed, formatGrouped, formatShort } from '../shared/number-format.ts'
import type { NeuronActions } from './actions.ts'
import { WINDOWS_S } from './data/time-window.ts'
import type { NeuronPageModel } from './model.ts'
import { senderName } from './plots/scope.ts'

/** So many senders are named; the scope shows all. */
const MAX_SENDERS = 3

export function readoutsView({ state }: NeuronPageModel): TemplateResult {
  const words = WORDS.readouts
  const rate = state?.rateHz
  const figures = [
    ['current', words.current, formatFixed(state?.iNa, 3), 'nA'],
    ['rate', words.rate, formatFixed(rate, rate !== undefined && rate >= 100 ? 0 : 1), 'Hz'],
    ['interval', words.interval, formatFixed(state?.isiMs, (state?.isiMs ?? 0) >= 1000 ? 0 : 1), 'ms'],
    ['voltage', words.voltage, formatFixed(state?.vMv, 1), 'mV'],
    ['count', words.count, state ? formatGrouped(state.count) : '–', ''],
  ]
  return html`<dl class="readouts">${figures.map(
    ([id, name, value, unit]) =>
      html`<div class=${`readout ${id}`}><dt>${name}</dt><dd><output id=${`readout-${id}`}>${value}</output> <span class="unit">${unit}</span></dd></div>`,
  )}</dl>`
}

/** The scope is drawn into these boxes. They must not depend on the model, or rendering would replace them. */
export function scopeFrame(): TemplateResult {
  return html`<div class="scope" role="img" id="scope" title=${WORDS.scope.zoom}>
    <div id="scope-voltage"></div><div id="scope-current"></div>
  </div>`
}

export function scopeSummary({ state }: NeuronPageModel): string {
  return WORDS.scope.summary(formatFixed(state?.vMv, 1), formatFixed(state?.iNa, 3), formatFixed(state?.rateHz, 1))
}

/** The latest senders of synaptic events. */
function arrivalsNote({ traceBuffer, windowS, state }: NeuronPageModel): TemplateResult | '' {
  const toS = traceBuffer.lastS()
  const fromS = toS - windowS / (state?.speed ?? 1)
  const latest = new Map<string, string>()
  for (const { atS, from, weight, tauMs } of traceBuffer.arrivals().toReversed()) {
    if (atS < fromS || latest.size === MAX_SENDERS) break
    const amount = `${weight < 0 ? '▼ −' : '▲ +'}${formatShort(Math.abs(weight))} ${tauMs > 0 ? 'nA' : 'mV'}`
    if (atS <= toS && !latest.has(from)) latest.set(from, `${senderName(from)} ${amount}`)
  }
  if (latest.size === 0) return ''
  return html`<span class="hint" id="arrivals">${WORDS.scope.arrivals([...latest.values()].sort().join(', '))}</span>`
}

export function scopeTools(model: NeuronPageModel, actions: NeuronActions): TemplateResult {
  const words = WORDS.scope
  return html`
    <button id="freeze" aria-pressed=${model.frozen ? 'true' : 'false'} @click=${actions.toggleFreeze}>${model.frozen ? words.unfreeze : words.freeze}</button>
    <label>${words.window}
      <select id="window" @change=${(event: Event) => actions.setWindow(Number((event.target as HTMLSelectElement).value))}>
        ${WINDOWS_S.map(s => html`<option value=${s} .selected=${live(s === model.windowS)}>${s < 1 ? `${s * 1000} ms` : `${formatShort(s)} s`}</option>`)}
      </select></label>
    <label class="tick"><input type="checkbox" id="trigger" .checked=${model.isTriggered} @change=${actions.toggleTrigger}> ${words.trigger}</label>
    ${arrivalsNote(model)}
    ${model.previousRun ? html`<span class="hint">${words.compare}</span>` : ''}`
}
