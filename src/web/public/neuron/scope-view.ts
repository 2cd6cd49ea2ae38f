/** The figures for the back row, the scope's frame and its buttons. */
import { html, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import { fixed, grouped, short } from '../shared/number-format.ts'
import { WORDS } from '../shared/words.ts'
import type { Actions } from './actions.ts'
import { WINDOWS_S } from './data/time-window.ts'
import type { Model } from './model.ts'
import { nameOf } from './plots/scope.ts'

/** So many senders are named; the marks on the scope show all. */
const MOST_SENDERS = 3

export function readoutsView({ state }: Model): TemplateResult {
  const words = WORDS.readouts
  const rate = state?.rateHz
  const figures = [
    ['current', words.current, fixed(state?.iNa, 2), 'nA'],
    ['rate', words.rate, fixed(rate, rate !== undefined && rate >= 100 ? 0 : 1), 'Hz'],
    ['interval', words.interval, fixed(state?.isiMs, (state?.isiMs ?? 0) >= 1000 ? 0 : 1), 'ms'],
    ['voltage', words.voltage, fixed(state?.vMv, 1), 'mV'],
    ['count', words.count, state ? grouped(state.count) : '–', ''],
  ]
  return html`<dl class="readouts">${figures.map(
    ([id, name, value, unit]) =>
      html`<div class=${`readout ${id}`}><dt>${name}</dt><dd><output id=${`readout-${id}`}>${value}</output> <span class="unit">${unit}</span></dd></div>`,
  )}</dl>`
}

/** The plots are drawn into these boxes; nothing in here may depend on the model, or it would be drawn anew. */
export function scopeFrame(): TemplateResult {
  return html`<div class="scope" role="img" id="scope" title=${WORDS.scope.zoom}>
    <div id="scope-voltage"></div><div id="scope-current"></div>
  </div>`
}

export function scopeSummary({ state }: Model): string {
  return WORDS.scope.summary(fixed(state?.vMv, 1), fixed(state?.iNa, 2), fixed(state?.rateHz, 1))
}

/** Who has excited or inhibited the neuron lately. */
function arrivalsNote({ memory, windowS, state }: Model): TemplateResult | '' {
  const toS = memory.lastS()
  const fromS = toS - windowS / (state?.speed ?? 1)
  const latest = new Map<string, string>()
  for (const { atS, from, weight, tauMs } of memory.arrivals().toReversed()) {
    if (atS < fromS || latest.size === MOST_SENDERS) break
    const amount = `${weight < 0 ? '▼ −' : '▲ +'}${short(Math.abs(weight))} ${tauMs > 0 ? 'nA' : 'mV'}`
    if (atS <= toS && !latest.has(from)) latest.set(from, `${nameOf(from)} ${amount}`)
  }
  if (latest.size === 0) return ''
  return html`<span class="hint" id="arrivals">${WORDS.scope.arrivals([...latest.values()].sort().join(', '))}</span>`
}

export function scopeTools(model: Model, intents: Actions, freeze: () => void): TemplateResult {
  const words = WORDS.scope
  return html`
    <button id="freeze" aria-pressed=${model.still ? 'true' : 'false'} @click=${freeze}>${model.still ? words.thaw : words.freeze}</button>
    <label>${words.window}
      <select id="window" @change=${(event: Event) => intents.window(Number((event.target as HTMLSelectElement).value))}>
        ${WINDOWS_S.map(s => html`<option value=${s} .selected=${live(s === model.windowS)}>${s < 1 ? `${s * 1000} ms` : `${short(s)} s`}</option>`)}
      </select></label>
    <label class="tick"><input type="checkbox" id="trigger" .checked=${model.isTriggered} @change=${intents.trigger}> ${words.trigger}</label>
    ${arrivalsNote(model)}
    ${model.lastRun ? html`<span class="hint">${words.compare}</span>` : ''}`
}
