/** The neuron's parameters: preset, speed, and a slider for each. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import type { ChoiceField, Fields, NumberField } from '../../../fields/field-types-and-checks.ts'
import { canAdapt } from '../../../neuron/adaptation.ts'
import { NEURON_FIELDS, type NeuronParams } from '../../../neuron/params.ts'
import { PRESETS } from '../../../neuron/presets.ts'
import type { WebParams } from '../../data-sources.ts'
import type { Term } from '../glossary/explain-terms.ts'
import { termView } from '../glossary/term-view.ts'
import { lockNote } from '../lesson/lock-note.ts'
import { isLocked } from '../lesson/locks.ts'
import { capacitanceParts } from '../shared/capacitance.ts'
import { inputText, refusalView } from '../shared/form-helpers.ts'
import { WORDS } from '../shared/neuron-page-words.ts'
import { formatShort, formatTyped, formatUnit } from '../shared/number-format.ts'
import { keysFor } from '../shared/parse-number.ts'
import { PRESET_WORDS, paramHelp, paramLabel } from '../shared/spoken-names.ts'
import type { NeuronActions } from './actions.ts'
import { matchingPreset, originalValue } from './data/matching-preset.ts'
import { HIDDEN_WORDS } from './hidden-words.ts'
import { heldOf, type NeuronPageModel, shownParams } from './model.ts'
import { positionOf, spanOf, valueAt } from './slider-range.ts'

const FIELDS: Fields = NEURON_FIELDS
const FIRST = [
  'tauMs',
  'resistanceMohm',
  'capacitanceNf',
  'thresholdMv',
  'resetMv',
  'restMv',
  'refractoryMs',
  'noiseMv',
]
const TERMS: Readonly<Record<string, Term>> = {
  tauMs: 'tau',
  resistanceMohm: 'resistance',
  capacitanceNf: 'capacitance',
  thresholdMv: 'threshold',
  resetMv: 'reset',
  restMv: 'rest',
  refractoryMs: 'refractory',
  noiseMv: 'noise',
}
const ADAPTATION = [
  ...['slowJumpNa', 'slowTauMs', 'slowKeep', 'fastJumpNa', 'fastTauMs', 'fastKeep'],
  ...['thresholdJumpMv', 'thresholdTauMs', 'thresholdCoupling', 'thresholdFloorMv'],
]
const MORE = Object.keys(FIELDS).filter(name => ![...FIRST, ...ADAPTATION].includes(name))
const SPEEDS = [1, 0.5, 0.1, 0.01]

export function neuronView(model: NeuronPageModel, actions: NeuronActions): TemplateResult {
  const params = shownParams(model)
  const { running } = model.lesson
  if (model.params && !params) return hiddenView(model, actions)
  if (!params) return html``
  const row = (name: string) => {
    const field = FIELDS[name]
    if (field?.type === 'choice') return choiceRow(name, field, params, actions)
    if (field?.type !== 'number') return nothing
    const line = numberRow(name, field, model, actions)
    return name === 'capacitanceNf' ? html`${line} ${holdChoice(model, actions)}` : line
  }
  return html`
    ${lockNote(running, ['params', 'preset', 'speed'])}
    <div class="pair">${presetChoice(model, params, actions)} ${speedChoice(model, actions)}</div>
    <fieldset class="plain" ?disabled=${isLocked(running, 'params')}>${FIRST.map(row)}</fieldset>
    <details ?open=${canAdapt(params)}>
      <summary>${WORDS.neuron.adaptation}</summary>
      <fieldset class="plain" ?disabled=${isLocked(running, 'params')}>${ADAPTATION.map(row)}</fieldset>
    </details>
    <details>
      <summary>${WORDS.neuron.more}</summary>
      <fieldset class="plain" ?disabled=${isLocked(running, 'params')}>${MORE.map(row)}</fieldset>
    </details>`
}

/** While a lesson hides the parameters. */
function hiddenView(model: NeuronPageModel, actions: NeuronActions): TemplateResult {
  return html`<div class="pair">${speedChoice(model, actions)}</div>
    <p class="hint" id="params-hidden">${HIDDEN_WORDS.params}</p>`
}

function presetChoice(model: NeuronPageModel, params: WebParams, actions: NeuronActions): TemplateResult {
  const holds = matchingPreset(params, model.preset)
  return html`<label class="line">${WORDS.neuron.preset}
    <select id="preset" ?disabled=${isLocked(model.lesson.running, 'preset')} @change=${(event: Event) => actions.preset(inputText(event))}>
      <option value="" disabled .selected=${live(holds === undefined)}>${WORDS.neuron.own}</option>
      ${Object.values(PRESETS).map(
        ({ name }) =>
          html`<option value=${name} title=${PRESET_WORDS[name].description} .selected=${live(name === holds)}>${PRESET_WORDS[name].title}</option>`,
      )}
    </select></label>`
}

function speedChoice({ params, lesson }: NeuronPageModel, actions: NeuronActions): TemplateResult {
  const speed = params?.speed ?? 1
  const choices = SPEEDS.includes(speed) ? SPEEDS : [speed, ...SPEEDS]
  return html`<label class="line">${WORDS.neuron.speed}
    <select id="speed" ?disabled=${isLocked(lesson.running, 'speed')} @change=${(event: Event) => actions.command('speed', { speed: Number(inputText(event)) })}>
      ${choices.map(one => {
        return html`<option value=${one} .selected=${live(one === speed)}>${WORDS.neuron.speeds[one] ?? `× ${formatShort(one)}`}</option>`
      })}
    </select></label>`
}

function choiceRow(name: string, field: ChoiceField, params: WebParams, actions: NeuronActions): TemplateResult {
  return html`<label class="line">${paramLabel(name as keyof NeuronParams)}
    <select @change=${(event: Event) => actions.patch(name, inputText(event))}>
      ${field.choices.map(
        choice =>
          html`<option value=${choice} ?selected=${params[name as 'model'] === choice}>${WORDS.neuron.choices[choice] ?? choice}</option>`,
      )}
    </select>
  </label>`
}

/** τ = R C: one of the other two follows R. */
function holdChoice(model: NeuronPageModel, actions: NeuronActions): TemplateResult {
  const { hold, holds, holdHelp } = WORDS.neuron
  const held = heldOf(model)
  const button = (what: 'tau' | 'c') =>
    html`<button id=${`hold-${what}`} aria-pressed=${what === held ? 'true' : 'false'} title=${holdHelp[what]} @click=${() => actions.hold(what)}>${holds[what]}</button>`
  return html`<div class="hold" role="group" aria-label=${hold}><span>${hold}</span>
    <span class="switch">${button('tau')}${button('c')}</span> <span class="hint">${holdHelp[held]}</span></div>`
}

/** Name, number with its unit, slider, and the way back to the preset. */
function numberRow(name: string, field: NumberField, model: NeuronPageModel, actions: NeuronActions): TemplateResult {
  const value = model.drafts.get(name) ?? (model.params?.[name as 'tauMs'] as number)
  const span = spanOf(field, value)
  const words = paramLabel(name as keyof NeuronParams)
  const label = words.replace('_', ' ')
  const { text, unit } = shownValue(name, value, field)
  const term = TERMS[name]
  const complaint = model.refusals.get(name)
  const slide = (event: Event) => actions.patch(name, valueAt(Number(inputText(event)) / 1000, span))
  return html`<div class="param" title=${paramHelp(name as keyof NeuronParams)}>
    <span class="name" id=${`${name}-name`}>${term ? termView(term, withIndex(words)) : withIndex(words)}</span>
    <span class=${unit === '' ? 'amount bare' : 'amount'}>
      <input id=${`${name}-number`} type="text" autocomplete="off" inputmode=${keysFor(field.min)} .value=${text}
        aria-invalid=${complaint ? 'true' : 'false'} aria-labelledby=${`${name}-name`} aria-describedby=${`${name}-refusal`}
        @change=${(event: Event) => actions.enter(name, field, inputText(event))}>
      ${unit === '' ? nothing : html`<span class="unit">${unit}</span>`}
    </span>
    ${name === 'seed' ? nothing : backButton(name as keyof NeuronParams, label, value, field, model, actions)}
    ${
      field.slider === 'none'
        ? nothing
        : html`<input type="range" min="0" max="1000" step="1" aria-label=${label} data-name=${name}
            .value=${live(String(Math.round(positionOf(value, span) * 1000)))} aria-valuetext=${`${text} ${unit}`}
            @input=${slide}>`
    }
    <span id=${`${name}-refusal`}>${refusalView(complaint)}</span>
  </div>`
}

function backButton(
  name: keyof NeuronParams,
  label: string,
  value: number,
  field: NumberField,
  { preset }: NeuronPageModel,
  actions: NeuronActions,
): TemplateResult {
  const original = originalValue(name, preset)
  const goal = Number(original.value)
  const shown = shownValue(name, goal, field)
  const help = WORDS.neuron.backTo(
    `${shown.text} ${shown.unit}`,
    original.of ? PRESET_WORDS[original.of].title : WORDS.neuron.builtIn,
  )
  // R and τ give C as a quotient.
  const isThere = Math.abs(value - goal) <= 1e-9 * Math.abs(goal)
  return html`<button class="quiet" data-back=${name} ?disabled=${isThere} title=${help} aria-label=${`${label}: ${help}`}
    @click=${() => actions.patch(name, goal)}>↺</button>`
}

function shownValue(
  name: string,
  value: number,
  { unit }: NumberField,
): { readonly text: string; readonly unit: string } {
  const shown = name === 'capacitanceNf' ? capacitanceParts(value) : { value, unit: formatUnit(unit) }
  const text = formatTyped(Number.isInteger(shown.value) ? shown.value : Number(shown.value.toPrecision(6)))
  return { text, unit: shown.unit }
}

/** `V_th` with its index below the line. */
function withIndex(words: string): TemplateResult {
  const [symbol, index] = words.split('_')
  return html`${symbol}${index === undefined ? nothing : html`<sub>${index}</sub>`}`
}
