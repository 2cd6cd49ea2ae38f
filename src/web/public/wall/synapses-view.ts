/** The synapses as a table, and the form that makes and changes them. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import type { Field } from '../../../fields/fields.ts'
import { refusal, textOf } from '../neuron/neuron-view.ts'
import { short, unitName } from '../shared/number-format.ts'
import type { WallActions } from './actions.ts'
import { rowsOf, type WallModel } from './model.ts'
import { type Draft, type Edge, edgesOf, nameOf, spokenName, weightText } from './synapse-edges.ts'
import { WALL_WORDS } from './words.ts'

const words = WALL_WORDS.synapses

export function synapsesView(model: WallModel, intents: WallActions): TemplateResult {
  const peers = rowsOf(model)
  const edges = edgesOf(peers)
  const unknown = peers.filter(({ synapses, life }) => synapses === null && life === 'alive').map(({ id }) => id)
  const { columns } = words
  return html`
    <fieldset class="plain" ?disabled=${model.hello?.mayControl === false}>${formView(model, intents)}</fieldset>
    ${
      edges.length === 0
        ? html`<p class="hint">${words.none}</p>`
        : html`<table class="synapses" aria-label=${words.title}>
            <thead><tr>${[columns.which, columns.weight, columns.tau, columns.delay].map(name => html`<th scope="col">${name}</th>`)}
              <th scope="col" aria-label=${columns.edit}></th></tr></thead>
            <tbody>${edges.map(edge => edgeRow(edge, intents))}</tbody></table>`
    }
    ${unknown.length > 0 ? html`<p class="hint">${words.unknown(unknown.join(', '))}</p>` : nothing}`
}

function edgeRow(edge: Edge, intents: WallActions): TemplateResult {
  const { tauMs, delayMs, effect } = edge
  return html`<tr class=${effect}>
    <th scope="row" aria-label=${spokenName(edge)}>${nameOf(edge)}</th>
    <td>${weightText(edge)}</td>
    <td>${tauMs === null ? '–' : `${short(tauMs)} ms`}</td>
    <td>${short(delayMs)} ms</td>
    <td><button data-control title=${words.change} aria-label=${words.changeOf(spokenName(edge))} @click=${() => intents.change(edge)}>✎</button>
      <button data-control title=${words.remove} aria-label=${words.removeOf(spokenName(edge))} @click=${() => intents.remove(edge)}>✕</button></td>
  </tr>`
}

function formView(model: WallModel, intents: WallActions): TemplateResult {
  const { draft, hello } = model
  const form = WALL_WORDS.form
  const ids = rowsOf(model).map(({ id }) => id)
  const isNew = draft.changes === undefined
  const field = (name: string) => hello?.synapseFields[name]
  const submit = (event: Event) => {
    event.preventDefault()
    void intents.save()
  }
  return html`<form id="synapse-form" aria-labelledby="form-title" @submit=${submit}>
    <h2 id="form-title">${draft.changes ? form.change(nameOf(draft.changes)) : form.add}</h2>
    <div class="fields">
      ${choice('from', form.from, ids, draft, intents, !isNew)}
      ${choice('effect', form.effect, form.effects, draft, intents)}
      ${choice('to', form.to, ids, draft, intents, !isNew)}
      ${choice('kind', form.kind, form.kinds, draft, intents)}
      ${amount('weight', form.weight, field(draft.kind === 'mv' ? 'weightMv' : 'weightNa'), draft, intents)}
      ${draft.kind === 'na' ? amount('tauMs', form.tau, field('tauMs'), draft, intents) : nothing}
      ${amount('delayMs', form.delay, field('delayMs'), draft, intents)}
    </div>
    ${refusal(model.refusal)}
    <div class="buttons">
      <button class="main" id="save-synapse">${isNew ? form.submitAdd : form.submitChange}</button>
      ${isNew ? nothing : html`<button type="button" id="cancel-synapse" @click=${intents.cancel}>${form.cancel}</button>`}
    </div>
  </form>`
}

type Choices = readonly string[] | Readonly<Record<string, string>>

function choice(
  name: 'from' | 'to' | 'effect' | 'kind',
  label: string,
  choices: Choices,
  draft: Draft,
  intents: WallActions,
  isFixed = false,
): TemplateResult {
  const options = Array.isArray(choices) ? choices.map(one => [one, one]) : Object.entries(choices)
  const isGiven = options.some(([value]) => value === draft[name])
  const all = isGiven ? options : [[draft[name], draft[name] || '…'], ...options]
  return html`<label class="line">${label}
    <select id=${`synapse-${name}`} required ?disabled=${isFixed} @change=${(event: Event) => intents.draft({ [name]: textOf(event) })}>
      ${all.map(([value, text]) => html`<option value=${value} .selected=${live(value === draft[name])}>${text}</option>`)}
    </select></label>`
}

function amount(
  name: 'weight' | 'tauMs' | 'delayMs',
  label: string,
  field: Field | undefined,
  draft: Draft,
  intents: WallActions,
): TemplateResult {
  const unit = field?.type === 'number' ? unitName(field.unit) : ''
  return html`<label class="line" title=${[field?.help ?? '', ...(name === 'weight' && draft.kind === 'mv' ? [WALL_WORDS.form.hint] : [])].join('. ')}>${label}
    <span class="amount"><input id=${`synapse-${name}`} type="number" step="any" inputmode="decimal" .value=${draft[name]}
      @input=${(event: Event) => intents.draft({ [name]: textOf(event) })}><span class="unit">${unit}</span></span></label>`
}
