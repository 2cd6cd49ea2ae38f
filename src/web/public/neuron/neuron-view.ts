/** The neuron's parameters: preset, speed, and a slider for each. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import { ref } from 'lit-html/directives/ref.js'
import { type ChoiceField, type Fields, labelOf, type NumberField } from '../../../fields/fields.ts'
import { NEURON_FIELDS } from '../../../neuron/params.ts'
import { PRESETS } from '../../../neuron/presets.ts'
import type { WebParams } from '../../sources.ts'
import { short, unitName } from '../shared/numbers.ts'
import { WORDS } from '../shared/words.ts'
import type { Actions } from './actions.ts'
import { presetOf } from './data/preset.ts'
import type { Model } from './model.ts'
import { positionOf, spanOf, valueAt } from './sliders.ts'

const FIELDS: Fields = NEURON_FIELDS
const FIRST = ['tauMs', 'resistanceMohm', 'thresholdMv', 'resetMv', 'restMv', 'refractoryMs', 'noiseMv']
const MORE = Object.keys(FIELDS).filter(name => !FIRST.includes(name))
const SPEEDS = [1, 0.5, 0.1, 0.01]

export function neuronView(model: Model, intents: Actions): TemplateResult {
  const { params } = model
  if (!params) return html``
  const row = (name: string) => {
    const field = FIELDS[name]
    if (field?.type === 'choice') return choiceRow(name, field, params, intents)
    return field?.type === 'number' ? numberRow(name, field, model, intents) : nothing
  }
  return html`
    <div class="pair">${presetChoice(model, params, intents)} ${speedChoice(model, intents)}</div>
    ${FIRST.map(row)}
    <details>
      <summary>${WORDS.neuron.more}</summary>
      ${MORE.map(row)}
    </details>`
}

function presetChoice(model: Model, params: WebParams, intents: Actions): TemplateResult {
  const holds = presetOf(params, model.preset)
  return html`<label class="line">${WORDS.neuron.preset}
    <select id="preset" @change=${(event: Event) => intents.preset(textOf(event))}>
      <option value="" disabled .selected=${live(holds === undefined)}>${WORDS.neuron.own}</option>
      ${Object.values(PRESETS).map(
        ({ name, description }) =>
          html`<option value=${name} title=${description} .selected=${live(name === holds)}>${name}</option>`,
      )}
    </select></label>`
}

function speedChoice({ params }: Model, intents: Actions): TemplateResult {
  const speed = params?.speed ?? 1
  const choices = SPEEDS.includes(speed) ? SPEEDS : [speed, ...SPEEDS]
  return html`<label class="line">${WORDS.neuron.speed}
    <select id="speed" @change=${(event: Event) => intents.command('speed', { speed: Number(textOf(event)) })}>
      ${choices.map(one => {
        return html`<option value=${one} .selected=${live(one === speed)}>${WORDS.neuron.speeds[one] ?? `× ${one}`}</option>`
      })}
    </select></label>`
}

function choiceRow(name: string, field: ChoiceField, params: WebParams, intents: Actions): TemplateResult {
  return html`<label class="line">${labelOf(name, field)}
    <select @change=${(event: Event) => intents.patch(name, textOf(event))}>
      ${field.choices.map(
        choice =>
          html`<option value=${choice} ?selected=${params[name as 'model'] === choice}>${WORDS.neuron.choices[choice] ?? choice}</option>`,
      )}
    </select>
  </label>`
}

/** Name, number with its unit, slider, and the way back to the default. */
function numberRow(name: string, field: NumberField, model: Model, intents: Actions): TemplateResult {
  const value = model.drafts.get(name) ?? (model.params?.[name as 'tauMs'] as number)
  const span = spanOf(field, value)
  const words = labelOf(name, field)
  const label = words.replace('_', ' ')
  const unit = unitName(field.unit)
  const complaint = model.refusals.get(name)
  const slide = (event: Event) => intents.patch(name, valueAt(Number(textOf(event)) / 1000, span))
  return html`<div class="param" title=${field.help}>
    <label for=${`${name}-number`}>${withIndex(words)}</label>
    <span class=${unit === '' ? 'amount bare' : 'amount'}>
      <input id=${`${name}-number`} type="number" step="any" inputmode="decimal" .value=${String(Number.isInteger(value) ? value : Number(value.toPrecision(6)))}
        aria-invalid=${complaint ? 'true' : 'false'} aria-describedby=${`${name}-refusal`}
        @change=${(event: Event) => intents.enter(name, field, textOf(event))}>
      ${unit === '' ? nothing : html`<span class="unit">${unit}</span>`}
    </span>
    <button class="quiet" ?disabled=${value === field.default} title=${WORDS.neuron.byDefault(`${short(field.default)} ${unit}`)}
      aria-label=${`${label}: ${WORDS.neuron.toDefault} (${short(field.default)} ${unit})`}
      @click=${() => intents.patch(name, null)}>↺</button>
    ${
      field.slider === 'none'
        ? nothing
        : html`<input type="range" min="0" max="1000" step="1" aria-label=${label} data-name=${name}
            .value=${live(String(Math.round(positionOf(value, span) * 1000)))} aria-valuetext=${`${short(value)} ${unit}`}
            @input=${slide}>`
    }
    <span id=${`${name}-refusal`}>${refusal(complaint)}</span>
  </div>`
}

/** `V_th` with its index below the line. */
function withIndex(words: string): TemplateResult {
  const [symbol, index] = words.split('_')
  return html`${symbol}${index === undefined ? nothing : html`<sub>${index}</sub>`}`
}

export function refusal(message: string | undefined): TemplateResult | typeof nothing {
  return message === undefined ? nothing : html`<span class="refusal" role="alert" ${ref(intoView)}>${message}</span>`
}

/** Once the element stands in the page: a panel may have to be scrolled to it. */
function intoView(element: Element | undefined): void {
  queueMicrotask(() => element?.scrollIntoView({ block: 'nearest' }))
}

export function textOf(event: Event): string {
  return (event.target as HTMLInputElement | HTMLSelectElement).value
}
