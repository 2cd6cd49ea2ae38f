/** The panel of measurements: the f-I sweep. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import { lockNote } from '../lesson/lock-note.ts'
import { isLocked } from '../lesson/locks.ts'
import { inputText, refusalView } from '../shared/form-helpers.ts'
import { WORDS } from '../shared/neuron-page-words.ts'
import { formatFixed, formatTyped } from '../shared/number-format.ts'
import { keysFor } from '../shared/parse-number.ts'
import type { NeuronActions } from './actions.ts'
import { type FiSweepField, fiSweepFields, isPulsed } from './fi-sweep-actions.ts'
import type { NeuronPageModel } from './model.ts'

const words = WORDS.fiSweep

export function measureView(model: NeuronPageModel, actions: NeuronActions): TemplateResult {
  const { params, fiSweep } = model
  if (!params) return html``
  const fields = fiSweepFields(params, isPulsed(model))
  // The fields are read at the click: on a touch screen they may have changed since the page was rendered.
  const start = () => {
    const typed = fields.map(({ name }) => [name, fieldInput(name)?.value ?? ''] as const)
    for (const [name, text] of typed) model.fiSweepForm.set(name, text)
    actions.fiSweep.start(new Map(typed))
  }
  const lock = isPulsed(model) ? 'stim' : 'take'
  return html`
    ${lockNote(model.lesson.running, [lock])}
    <label class="line">${words.method}
      <select id="sweep-method" ?disabled=${fiSweep !== undefined}
        @change=${(event: Event) => actions.fiSweep.set('method', inputText(event))}>
        ${Object.entries(words.methods).map(
          ([method, name]) =>
            html`<option value=${method} .selected=${live((method === 'pulse') === isPulsed(model))}>${name}</option>`,
        )}
      </select></label>
    <div class="pair">${fields.map(field => fieldRow(field, model, actions))}</div>
    ${refusalView(model.refusals.get('fiSweep'))}
    <div class="buttons">
      <button id="start-sweep" class="main" ?disabled=${fiSweep !== undefined || isLocked(model.lesson.running, lock)} @click=${start}>${words.start}</button>
      <button id="cancel-sweep" ?disabled=${!fiSweep} @click=${actions.fiSweep.cancel}>${words.cancel}</button>
    </div>
    ${progressView(model)}
    <p class="hint">${isPulsed(model) ? words.pulseNote : words.holdNote}</p>`
}

export function progressView({ fiSweep }: NeuronPageModel): TemplateResult | typeof nothing {
  if (!fiSweep) return nothing
  const { index, currentsNa } = fiSweep
  const text = words.progress(index + 1, currentsNa.length, formatFixed(currentsNa[index], 3))
  return html`<p class="progress"><progress max=${currentsNa.length} value=${index} aria-label=${words.start}></progress>
    <span id="sweep-progress" role="status">${text}</span></p>`
}

function fieldInput(name: string): HTMLInputElement | null {
  return document.getElementById(`sweep-${name}`) as HTMLInputElement | null
}

function fieldRow(field: FiSweepField, model: NeuronPageModel, actions: NeuronActions): TemplateResult {
  const { name, unit, min, usual } = field
  return html`<label class="line">${words.names[name]}
    <span class="amount"><input type="text" autocomplete="off" inputmode=${keysFor(min)} id=${`sweep-${name}`}
      .value=${model.fiSweepForm.get(name) ?? formatTyped(usual)} ?disabled=${model.fiSweep !== undefined}
      @input=${(event: Event) => actions.fiSweep.set(name, inputText(event))}>
    <span class="unit">${unit}</span></span></label>`
}
