/** The large figures, the scope's frame and its controls. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import { termView } from '../glossary/term-view.ts'
import { WORDS } from '../shared/neuron-page-words.ts'
import { formatFixed, formatGrouped, formatShort } from '../shared/number-format.ts'
import type { NeuronActions } from './actions.ts'
import { placesFor } from './data/cursor-readings.ts'
import { countSpikes } from './data/spike-count.ts'
import { WINDOWS_S } from './data/time-window.ts'
import type { NeuronPageModel } from './model.ts'
import { senderName } from './plots/scope.ts'

/** So many senders are named; the scope shows all. */
const MAX_SENDERS = 3

export function readoutsView({ state }: NeuronPageModel): TemplateResult {
  const words = WORDS.readouts
  const rate = state?.rateHz
  const figures = [
    ['current', 'current', words.current, formatFixed(state?.iNa, 3), 'nA'],
    ['rate', 'rate', words.rate, formatFixed(rate, rate !== undefined && rate >= 100 ? 0 : 1), 'Hz'],
    ['interval', 'interval', words.interval, formatFixed(state?.isiMs, (state?.isiMs ?? 0) >= 1000 ? 0 : 1), 'ms'],
    ['voltage', 'voltage', words.voltage, formatFixed(state?.vMv, 1), 'mV'],
    ['count', 'spike', words.count, state ? formatGrouped(state.count) : '–', ''],
  ] as const
  return html`<dl class="readouts">${figures.map(
    ([id, term, name, value, unit]) =>
      html`<div class=${`readout ${id}`}><dt>${termView(term, name)}</dt><dd><output id=${`readout-${id}`}>${value}</output> <span class="unit">${unit}</span></dd></div>`,
  )}</dl>`
}

/** The scope is drawn into these boxes. They must not depend on the model, or rendering would replace them. */
export function scopeFrame(): TemplateResult {
  return html`<div class="scope">
    <div role="img" id="scope" class="traces" title=${WORDS.scope.zoom}><div id="scope-voltage"></div><div id="scope-current"></div></div>
    <div id="scope-cursors" class="cursors"></div>
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

export function scopeTools(model: NeuronPageModel, actions: NeuronActions, savePicture: () => void): TemplateResult {
  const words = WORDS.scope
  const isHeld = model.frozen !== null || model.isSweeping
  return html`
    <button id="freeze" aria-pressed=${isHeld ? 'true' : 'false'} @click=${actions.toggleFreeze}>${isHeld ? words.unfreeze : words.freeze}</button>
    <label>${words.window}
      <select id="window" @change=${(event: Event) => actions.setWindow(Number((event.target as HTMLSelectElement).value))}>
        ${WINDOWS_S.map(s => html`<option value=${s} .selected=${live(s === model.windowS)}>${s < 1 ? `${s * 1000} ms` : `${formatShort(s)} s`}</option>`)}
      </select></label>
    <label class="tick"><input type="checkbox" id="trigger" .checked=${model.isTriggered} @change=${actions.toggleTrigger}> ${words.trigger}</label>
    <button id="cursors" aria-pressed=${model.cursors ? 'true' : 'false'} @click=${actions.toggleCursors}>${WORDS.cursors.toggle}</button>
    <button id="scope-png" title=${words.picture} @click=${savePicture}>${WORDS.plots.buttons.png}</button>
    ${arrivalsNote(model)}
    ${model.previousRun ? html`<span class="hint">${words.compare}</span>` : ''}`
}

/** The spikes of the stimulus that the scope shows as a single sweep: their number, rate and times. */
export function sweepView({
  scopeWindow,
  stimulusRun: run,
  frozen,
  traceBuffer,
  state,
}: NeuronPageModel): TemplateResult | typeof nothing {
  if (scopeWindow?.mode !== 'sweep' || !run) return nothing
  const { startS, lengthS } = run
  const speed = state?.speed ?? 1
  const span = { fromS: startS, toS: startS + lengthS, zeroS: startS, speed }
  const { timesMs, rateHz } = countSpikes(frozen?.spikes ?? traceBuffer.spikes(), span)
  const lengthMs = lengthS * speed * 1000
  const times = timesMs.map(ms => formatFixed(ms, placesFor(lengthMs)))
  return html`<p class="said sweep" id="sweep-said" tabindex="0" aria-label=${WORDS.scope.sweep}>
    <strong>${WORDS.scope.sweepCount(timesMs.length, formatShort(lengthMs), formatFixed(rateHz, 2))}</strong>
    ${times.length > 0 ? WORDS.scope.sweepTimes(times.join(', ')) : nothing}</p>`
}
