/** The panel of stimuli: a form for each shape, or a file of currents. */
import { html, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import type { Field } from '../../../fields/field-types-and-checks.ts'
import { lockNote } from '../lesson/lock-note.ts'
import { isLocked } from '../lesson/locks.ts'
import { inputText, refusalView } from '../shared/form-helpers.ts'
import { WORDS } from '../shared/neuron-page-words.ts'
import { formatTyped, formatUnit } from '../shared/number-format.ts'
import { keysFor } from '../shared/parse-number.ts'
import { fieldHelp } from '../shared/spoken-names.ts'
import type { NeuronActions } from './actions.ts'
import { labelOf, readFields } from './data/read-stimulus-form.ts'
import type { NeuronPageModel } from './model.ts'
import { keepsOnScope } from './stimulus-actions.ts'

/** The fields of each shape, in the order of the form. */
const FIELDS_OF_SHAPE: Readonly<Record<string, readonly string[]>> = {
  step: ['iNa', 'ms'],
  pulse: ['iNa', 'ms'],
  train: ['iNa', 'periodMs', 'widthMs', 'ms'],
  ramp: ['offsetNa', 'iNa', 'ms'],
  sine: ['iNa', 'offsetNa', 'periodMs', 'ms'],
  noise: ['iNa', 'offsetNa', 'ms'],
}

/** Not a shape of the neuron's own: its steps are sent as samples. */
const OWN_STEPS = 'steps'
const SOME_STEPS = `0 0\n100 ${formatTyped(1.55)}\n400 0\n500 0`

export function stimulusView(model: NeuronPageModel, actions: NeuronActions): TemplateResult {
  const fields = model.hello?.verbs.stim ?? {}
  const shape = String(model.stimulusForm.get('shape'))
  const shapeField = fields.shape
  const shapes = shapeField?.type === 'choice' ? shapeField.choices : []
  const { running } = model.lesson
  return html`${lockNote(running, ['stim'])}<fieldset class="plain" ?disabled=${isLocked(running, 'stim')}>
    <label class="line">${WORDS.stimulus.shape}
      <select id="shape" @change=${(event: Event) => actions.stimulus.set('shape', inputText(event))}>
        ${shapes.flatMap(name => (name === 'samples' ? [OWN_STEPS, name] : [name])).map(name => html`<option value=${name} .selected=${live(name === shape)}>${WORDS.stimulus.shapes[name] ?? name}</option>`)}
      </select>
    </label>
    ${formOf(shape, fields, model, actions)}</fieldset>`
}

function formOf(
  shape: string,
  fields: Readonly<Record<string, Field>>,
  model: NeuronPageModel,
  actions: NeuronActions,
): TemplateResult {
  if (shape === OWN_STEPS) return stepsForm(model, actions)
  return shape === 'samples' ? fileForm(model, actions) : shapeForm(shape, fields, model, actions)
}

function stepsForm(model: NeuronPageModel, actions: NeuronActions): TemplateResult {
  const start = () => {
    const { value } = document.getElementById('stim-steps') as HTMLTextAreaElement
    actions.stimulus.set('steps', value)
    void actions.stimulus.startSteps(value, isReplacing(model, true))
  }
  return html`
    <label class="line">${WORDS.stimulus.steps}
      <textarea id="stim-steps" rows="5" spellcheck="false" .value=${live(String(model.stimulusForm.get('steps') ?? SOME_STEPS))}
        @input=${(event: Event) => actions.stimulus.set('steps', inputText(event))}></textarea></label>
    ${startAndStopView(start, true, model, actions)}`
}

function shapeForm(
  shape: string,
  fields: Readonly<Record<string, Field>>,
  model: NeuronPageModel,
  actions: NeuronActions,
): TemplateResult {
  const names = FIELDS_OF_SHAPE[shape] ?? Object.keys(fields).filter(name => fields[name]?.type === 'number')
  // The fields are read at the click: on a touch screen they may have changed since the page was rendered.
  const start = () => {
    const typed = names.map(name => [name, fieldInput(name)?.value ?? fieldText(name, fields, model)] as const)
    for (const [name, text] of typed) actions.stimulus.set(name, text)
    const read = readFields(typed, shape, fields)
    if (typeof read === 'string') actions.stimulus.refuse(read)
    else void actions.stimulus.start({ shape, ...read, replace: isReplacing(model, false) })
  }
  return html`
    <div class="pair">${names.map(name => fieldRow(name, shape, fields[name], model, actions))}</div>
    ${startAndStopView(start, false, model, actions)}`
}

function fieldInput(name: string): HTMLInputElement | null {
  return document.getElementById(`stim-${name}`) as HTMLInputElement | null
}

/** Does the stimulus take the place of the knob? @param usually unless the user chose otherwise */
function isReplacing({ stimulusForm }: NeuronPageModel, usually: boolean): boolean {
  return fieldInput('replace')?.checked ?? Boolean(stimulusForm.get('replace') ?? usually)
}

/** @param start undefined while there is nothing to start. @param replaces in place of the knob, unless the user chose otherwise */
function startAndStopView(
  start: (() => void) | undefined,
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
    <label class="tick"><input type="checkbox" id="stim-keep" .checked=${keepsOnScope(model)}
      @change=${(event: Event) => actions.stimulus.set('keep', (event.target as HTMLInputElement).checked)}>
      ${WORDS.stimulus.keep}</label>
    <div class="buttons">
      <button id="stimulate" class="main" ?disabled=${!start} @click=${start}>${WORDS.stimulus.start}</button>
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
  return html`<label class="line" title=${fieldHelp('stimulus', name, field.help)}>${labelOf(name, shape)}
    <span class="amount"><input type="text" autocomplete="off" inputmode=${keysFor(field.min)} id=${`stim-${name}`}
      .value=${fieldText(name, { [name]: field }, model)}
      @input=${(event: Event) => actions.stimulus.set(name, inputText(event))}>
    <span class="unit">${formatUnit(field.unit)}</span></span></label>`
}

/** As it was typed, or else the default. */
function fieldText(name: string, fields: Readonly<Record<string, Field>>, { stimulusForm }: NeuronPageModel): string {
  const field = fields[name]
  return String(stimulusForm.get(name) ?? formatTyped(field?.type === 'number' ? field.default : 0))
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
    ${startAndStopView(payload && (() => actions.stimulus.start({ ...payload, replace: isReplacing(model, true) })), true, model, actions)}`
}
