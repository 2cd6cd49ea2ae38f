/** Currents made by software: their form, and the file that a current comes from. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import { allowedNumbers, type Field } from '../../../fields/fields.ts'
import { unitName } from '../shared/number-format.ts'
import { WORDS } from '../shared/words.ts'
import type { Model } from './model.ts'
import { refusal, textOf } from './neuron-view.ts'
import type { Experiments } from './stimulus-actions.ts'

/** What each shape is made of, in the order of the form. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  step: ['iNa', 'ms'],
  pulse: ['iNa', 'ms'],
  train: ['iNa', 'periodMs', 'widthMs', 'ms'],
  ramp: ['offsetNa', 'iNa', 'ms'],
  sine: ['iNa', 'offsetNa', 'periodMs', 'ms'],
  noise: ['iNa', 'offsetNa', 'ms'],
}

export function stimulusView(model: Model, experiments: Experiments): TemplateResult {
  const fields = model.hello?.verbs.stim ?? {}
  const shape = String(model.stimulus.get('shape'))
  const shapeField = fields.shape
  const shapes = shapeField?.type === 'choice' ? shapeField.choices : []
  return html`
    <label class="line">${WORDS.stimulus.shape}
      <select id="shape" @change=${(event: Event) => experiments.choose('shape', textOf(event))}>
        ${shapes.map(name => html`<option value=${name} .selected=${live(name === shape)}>${WORDS.stimulus.shapes[name] ?? name}</option>`)}
      </select>
    </label>
    ${shape === 'samples' ? fileForm(model, experiments) : shapeForm(shape, fields, model, experiments)}`
}

function shapeForm(
  shape: string,
  fields: Readonly<Record<string, Field>>,
  model: Model,
  experiments: Experiments,
): TemplateResult {
  const parts = PARTS[shape] ?? Object.keys(fields).filter(name => fields[name]?.type === 'number')
  const chosen = parts.map(name => [name, valueFor(name, fields, model)] as const)
  const [empty] = chosen.find(([, value]) => value === '') ?? []
  return html`
    <div class="pair">${parts.map(name => partRow(name, shape, fields[name], model, experiments))}</div>
    ${empty === undefined ? nothing : refusal(neededSaid(empty, shape, fields[empty]))}
    ${startAndStop(empty === undefined ? { shape, ...Object.fromEntries(chosen) } : undefined, false, model, experiments)}`
}

/** @param replaces in place of the knob, unless the user has chosen */
function startAndStop(
  payload: Readonly<Record<string, unknown>> | undefined,
  replaces: boolean,
  model: Model,
  experiments: Experiments,
): TemplateResult {
  const replace = model.stimulus.get('replace') ?? replaces
  return html`
    ${refusal(model.refusals.get('stim'))}
    <label class="tick"><input type="checkbox" id="stim-replace" .checked=${replace}
      @change=${(event: Event) => experiments.choose('replace', (event.target as HTMLInputElement).checked)}>
      ${WORDS.stimulus.replace}</label>
    <div class="buttons">
      <button id="stimulate" class="main" ?disabled=${!payload} @click=${() => experiments.stimulate({ ...payload, replace })}>${WORDS.stimulus.start}</button>
      <button id="stop-stimulus" ?disabled=${!model.state?.stimulated} @click=${() => experiments.stop()}>${WORDS.stimulus.stop}</button>
    </div>
    <p class="hint">${WORDS.stimulus.compare}</p>`
}

function partRow(
  name: string,
  shape: string,
  field: Field | undefined,
  model: Model,
  experiments: Experiments,
): TemplateResult {
  if (field?.type !== 'number') return html``
  return html`<label class="line" title=${field.help}>${labelOf(name, shape)}
    <span class="amount"><input type="number" step="any" inputmode="decimal" id=${`stim-${name}`}
      .value=${String(valueFor(name, { [name]: field }, model))}
      @change=${(event: Event) => experiments.choose(name, textOf(event) && Number(textOf(event)))}>
    <span class="unit">${unitName(field.unit)}</span></span></label>`
}

function labelOf(name: string, shape: string): string {
  const words = WORDS.stimulus.names[name] ?? name
  return typeof words === 'string' ? words : (words[shape] ?? words.other ?? name)
}

function neededSaid(name: string, shape: string, field: Field | undefined): string {
  return WORDS.neuron.needed(labelOf(name, shape), field?.type === 'number' ? allowedNumbers(field) : '')
}

/** '' where the field was emptied. */
function valueFor(
  name: string,
  fields: Readonly<Record<string, Field>>,
  { stimulus }: Model,
): number | string | boolean {
  const field = fields[name]
  return stimulus.get(name) ?? (field?.type === 'number' ? field.default : 0)
}

function fileForm(model: Model, experiments: Experiments): TemplateResult {
  const { file } = model
  const read = async (event: Event) => {
    const chosen = (event.target as HTMLInputElement).files?.[0]
    if (chosen) experiments.chooseFile(chosen.name, await chosen.text())
  }
  const payload = file && { shape: 'samples', tMs: file.tMs, valuesNa: file.valuesNa, ms: file.ms }
  return html`
    <label class="line">${WORDS.stimulus.file}<input id="stim-file" type="file" accept=".csv,.txt,text/csv" @change=${read}></label>
    <p class="hint" id="file-said" role="status">${file?.said ?? WORDS.stimulus.fileNote}</p>
    ${startAndStop(payload, true, model, experiments)}`
}
