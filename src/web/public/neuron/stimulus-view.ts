/** The panel of stimuli: a form for each shape, or a file of currents. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import { allowedNumbers, type Field } from '../../../fields/field-types-and-checks.ts'
import { inputText, refusalView } from '../shared/form-helpers.ts'
import { WORDS } from '../shared/neuron-page-words.ts'
import { formatUnit } from '../shared/number-format.ts'
import type { NeuronActions } from './actions.ts'
import type { NeuronPageModel } from './model.ts'

/** The fields of each shape, in the order of the form. */
const FIELDS_OF_SHAPE: Readonly<Record<string, readonly string[]>> = {
  step: ['iNa', 'ms'],
  pulse: ['iNa', 'ms'],
  train: ['iNa', 'periodMs', 'widthMs', 'ms'],
  ramp: ['offsetNa', 'iNa', 'ms'],
  sine: ['iNa', 'offsetNa', 'periodMs', 'ms'],
  noise: ['iNa', 'offsetNa', 'ms'],
}

export function stimulusView(model: NeuronPageModel, actions: NeuronActions): TemplateResult {
  const fields = model.hello?.verbs.stim ?? {}
  const shape = String(model.stimulusForm.get('shape'))
  const shapeField = fields.shape
  const shapes = shapeField?.type === 'choice' ? shapeField.choices : []
  return html`
    <label class="line">${WORDS.stimulus.shape}
      <select id="shape" @change=${(event: Event) => actions.stimulus.set('shape', inputText(event))}>
        ${shapes.map(name => html`<option value=${name} .selected=${live(name === shape)}>${WORDS.stimulus.shapes[name] ?? name}</option>`)}
      </select>
    </label>
    ${shape === 'samples' ? fileForm(model, actions) : shapeForm(shape, fields, model, actions)}`
}

function shapeForm(
  shape: string,
  fields: Readonly<Record<string, Field>>,
  model: NeuronPageModel,
  actions: NeuronActions,
): TemplateResult {
  const names = FIELDS_OF_SHAPE[shape] ?? Object.keys(fields).filter(name => fields[name]?.type === 'number')
  const chosen = names.map(name => [name, fieldValue(name, fields, model)] as const)
  const [empty] = chosen.find(([, value]) => value === '') ?? []
  return html`
    <div class="pair">${names.map(name => fieldRow(name, shape, fields[name], model, actions))}</div>
    ${empty === undefined ? nothing : refusalView(neededText(empty, shape, fields[empty]))}
    ${startAndStopView(empty === undefined ? { shape, ...Object.fromEntries(chosen) } : undefined, false, model, actions)}`
}

/** @param replaces in place of the knob, unless the user chose otherwise */
function startAndStopView(
  payload: Readonly<Record<string, unknown>> | undefined,
  replaces: boolean,
  model: NeuronPageModel,
  actions: NeuronActions,
): TemplateResult {
  const replace = model.stimulusForm.get('replace') ?? replaces
  return html`
    ${refusalView(model.refusals.get('stim'))}
    <label class="tick"><input type="checkbox" id="stim-replace" .checked=${replace}
      @change=${(event: Event) => actions.stimulus.set('replace', (event.target as HTMLInputElement).checked)}>
      ${WORDS.stimulus.replace}</label>
    <div class="buttons">
      <button id="stimulate" class="main" ?disabled=${!payload} @click=${() => actions.stimulus.start({ ...payload, replace })}>${WORDS.stimulus.start}</button>
      <button id="stop-stimulus" ?disabled=${!model.state?.stimulated} @click=${() => actions.stimulus.stop()}>${WORDS.stimulus.stop}</button>
    </div>
    <p class="hint">${WORDS.stimulus.compare}</p>`
}

function fieldRow(
  name: string,
  shape: string,
  field: Field | undefined,
  model: NeuronPageModel,
  actions: NeuronActions,
): TemplateResult {
  if (field?.type !== 'number') return html``
  return html`<label class="line" title=${field.help}>${labelOf(name, shape)}
    <span class="amount"><input type="number" step="any" inputmode="decimal" id=${`stim-${name}`}
      .value=${String(fieldValue(name, { [name]: field }, model))}
      @change=${(event: Event) => actions.stimulus.set(name, inputText(event) && Number(inputText(event)))}>
    <span class="unit">${formatUnit(field.unit)}</span></span></label>`
}

function labelOf(name: string, shape: string): string {
  const words = WORDS.stimulus.names[name] ?? name
  return typeof words === 'string' ? words : (words[shape] ?? words.other ?? name)
}

function neededText(name: string, shape: string, field: Field | undefined): string {
  return WORDS.neuron.emptyField(labelOf(name, shape), field?.type === 'number' ? allowedNumbers(field) : '')
}

/** '' if the user emptied the field. */
function fieldValue(
  name: string,
  fields: Readonly<Record<string, Field>>,
  { stimulusForm }: NeuronPageModel,
): number | string | boolean {
  const field = fields[name]
  return stimulusForm.get(name) ?? (field?.type === 'number' ? field.default : 0)
}

function fileForm(model: NeuronPageModel, actions: NeuronActions): TemplateResult {
  const { stimulusFile } = model
  const read = async (event: Event) => {
    const chosen = (event.target as HTMLInputElement).files?.[0]
    if (chosen) actions.stimulus.openFile(chosen.name, await chosen.text())
  }
  const payload = stimulusFile && {
    shape: 'samples',
    tMs: stimulusFile.tMs,
    valuesNa: stimulusFile.valuesNa,
    ms: stimulusFile.ms,
  }
  return html`
    <label class="line">${WORDS.stimulus.file}<input id="stim-file" type="file" accept=".csv,.txt,text/csv" @change=${read}></label>
    <p class="hint" id="file-said" role="status">${stimulusFile?.message ?? WORDS.stimulus.fileNote}</p>
    ${startAndStopView(payload, true, model, actions)}`
}
