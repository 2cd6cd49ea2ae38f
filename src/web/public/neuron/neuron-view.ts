/** The neuron's parameters: preset, speed, and a slider for each. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import { type ChoiceField, type Fields, labelOf, type NumberField } from '../../../fields/field-types-and-checks.ts'
import { NEURON_FIELDS } from '../../../neuron/params.ts'
import { PRESETS } from '../../../neuron/presets.ts'
import type { WebParams } from '../../data-sources.ts'
import { inputText, refusalView } from '../shared/form-helpers.ts'
import { WORDS } from '../shared/neuron-page-words.ts'
import { formatShort, formatUnit } from '../shared/number-format.ts'
import { keysFor } from '../shared/parse-number.ts'
import type { NeuronActions } from './actions.ts'
import { matchingPreset } from './data/matching-preset.ts'
import type { NeuronPageModel } from './model.ts'
import { positionOf, spanOf, valueAt } from './slider-range.ts'

const FIELDS: Fields = NEURON_FIELDS
const FIRST = ['tauMs', 'resistanceMohm', 'thresholdMv', 'resetMv', 'restMv', 'refractoryMs', 'noiseMv']
const MORE = Object.keys(FIELDS).filter(name => !FIRST.includes(name))
const SPEEDS = [1, 0.5, 0.1, 0.01]

export function neuronView(model: NeuronPageModel, actions: NeuronActions): TemplateResult {
  const { params } = model
  if (!params) return html``
  const row = (name: string) => {
    const field = FIELDS[name]
    if (field?.type === 'choice') return choiceRow(name, field, params, actions)
    return field?.type === 'number' ? numberRow(name, field, model, actions) : nothing
  }
  return html`
    <div class="pair">${presetChoice(model, params, actions)} ${speedChoice(model, actions)}</div>
    ${FIRST.map(row)}
    <details>
      <summary>${WORDS.neuron.more}</summary>
      ${MORE.map(row)}
    </details>`
}

function presetChoice(model: NeuronPageModel, params: WebParams, actions: NeuronActions): TemplateResult {
  const holds = matchingPreset(params, model.preset)
  return html`<label class="line">${WORDS.neuron.preset}
    <select id="preset" @change=${(event: Event) => actions.preset(inputText(event))}>
      <option value="" disabled .selected=${live(holds === undefined)}>${WORDS.neuron.own}</option>
      ${Object.values(PRESETS).map(
        ({ name, description }) =>
          html`<option value=${name} title=${description} .selected=${live(name === holds)}>${name}</option>`,
      )}
    </select></label>`
}

function speedChoice({ params }: NeuronPageModel, actions: NeuronActions): TemplateResult {
  const speed = params?.speed ?? 1
  const choices = SPEEDS.includes(speed) ? SPEEDS : [speed, ...SPEEDS]
  return html`<label class="line">${WORDS.neuron.speed}
    <select id="speed" @change=${(event: Event) => actions.command('speed', { speed: Number(inputText(event)) })}>
      ${choices.map(one => {
        return html`<option value=${one} .selected=${live(one === speed)}>${WORDS.neuron.speeds[one] ?? `× ${one}`}</option>`
      })}
    </select></label>`
}

function choiceRow(name: string, field: ChoiceField, params: WebParams, actions: NeuronActions): TemplateResult {
  return html`<label class="line">${labelOf(name, field)}
    <select @change=${(event: Event) => actions.patch(name, inputText(event))}>
      ${field.choices.map(
        choice =>
          html`<option value=${choice} ?selected=${params[name as 'model'] === choice}>${WORDS.neuron.choices[choice] ?? choice}</option>`,
      )}
    </select>
  </label>`
}

/** Name, number with its unit, slider, and the way back to the default. */
function numberRow(name: string, field: NumberField, model: NeuronPageModel, actions: NeuronActions): TemplateResult {
  const value = model.drafts.get(name) ?? (model.params?.[name as 'tauMs'] as number)
  const span = spanOf(field, value)
  const words = labelOf(name, field)
  const label = words.replace('_', ' ')
  const unit = formatUnit(field.unit)
  const complaint = model.refusals.get(name)
  const slide = (event: Event) => actions.patch(name, valueAt(Number(inputText(event)) / 1000, span))
  return html`<div class="param" title=${field.help}>
    <label for=${`${name}-number`}>${withIndex(words)}</label>
    <span class=${unit === '' ? 'amount bare' : 'amount'}>
      <input id=${`${name}-number`} type="text" autocomplete="off" inputmode=${keysFor(field.min)} .value=${String(Number.isInteger(value) ? value : Number(value.toPrecision(6)))}
        aria-invalid=${complaint ? 'true' : 'false'} aria-describedby=${`${name}-refusal`}
        @change=${(event: Event) => actions.enter(name, field, inputText(event))}>
      ${unit === '' ? nothing : html`<span class="unit">${unit}</span>`}
    </span>
    <button class="quiet" ?disabled=${value === field.default} title=${WORDS.neuron.byDefault(`${formatShort(field.default)} ${unit}`)}
      aria-label=${`${label}: ${WORDS.neuron.toDefault} (${formatShort(field.default)} ${unit})`}
      @click=${() => actions.patch(name, null)}>↺</button>
    ${
      field.slider === 'none'
        ? nothing
        : html`<input type="range" min="0" max="1000" step="1" aria-label=${label} data-name=${name}
            .value=${live(String(Math.round(positionOf(value, span) * 1000)))} aria-valuetext=${`${formatShort(value)} ${unit}`}
            @input=${slide}>`
    }
    <span id=${`${name}-refusal`}>${refusalView(complaint)}</span>
  </div>`
}

/** `V_th` with its index below the line. */
function withIndex(words: string): TemplateResult {
  const [symbol, index] = words.split('_')
  return html`${symbol}${index === undefined ? nothing : html`<sub>${index}</sub>`}`
}
