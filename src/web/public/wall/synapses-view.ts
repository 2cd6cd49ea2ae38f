/** The table of synapses, and the form that adds and changes them. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import type { Fields } from '../../../fields/field-types-and-checks.ts'
import { termView, withTerms } from '../glossary/term-view.ts'
import { inputText, refusalView } from '../shared/form-helpers.ts'
import { formatShort, formatUnit } from '../shared/number-format.ts'
import { fieldHelp } from '../shared/spoken-names.ts'
import type { WallActions } from './actions.ts'
import { mayControl, shownPeers, type WallModel } from './model.ts'
import {
  edgeName,
  edgeNameForScreenReader,
  type SynapseDraft,
  type SynapseEdge,
  synapseEdges,
  weightText,
} from './synapse-edges-and-draft.ts'
import { WALL_WORDS } from './words.ts'

const words = WALL_WORDS.synapses
const TERMS = [
  ['which', 'synapse'],
  ['weight', 'jump'],
  ['tau', 'tau'],
  ['delay', 'delay'],
] as const

export function synapsesView(model: WallModel, actions: WallActions): TemplateResult {
  const peers = shownPeers(model)
  const edges = synapseEdges(peers)
  const unknown = peers.filter(({ synapses, life }) => synapses === null && life === 'alive').map(({ id }) => id)
  const { columns } = words
  return html`
    <fieldset class="plain" ?disabled=${!mayControl(model)}>${formView(model, actions)}</fieldset>
    ${
      edges.length === 0
        ? html`<p class="hint">${words.none}</p>`
        : html`<table class="synapses" aria-label=${words.title}>
            <thead><tr>${TERMS.map(([column, term]) => html`<th scope="col">${termView(term, columns[column])}</th>`)}
              <th scope="col" aria-label=${columns.edit}></th></tr></thead>
            <tbody>${edges.map(edge => edgeRow(edge, model, actions))}</tbody></table>`
    }
    ${unknown.length > 0 ? html`<p class="hint">${words.unknown(unknown.join(', '))}</p>` : nothing}`
}

function edgeRow(edge: SynapseEdge, model: WallModel, actions: WallActions): TemplateResult {
  const isWatcher = !mayControl(model)
  const { tauMs, delayMs, effect } = edge
  return html`<tr class=${effect}>
    <th scope="row" aria-label=${edgeNameForScreenReader(edge)}>${edgeName(edge)}</th>
    <td>${weightText(edge)}</td>
    <td>${tauMs === null ? '–' : `${formatShort(tauMs)} ms`}</td>
    <td>${formatShort(delayMs)} ms</td>
    <td><button data-control ?disabled=${isWatcher} title=${words.change} aria-label=${words.changeOf(edgeNameForScreenReader(edge))} @click=${() => actions.editSynapse(edge)}>✎</button>
      <button data-control ?disabled=${isWatcher} title=${words.remove} aria-label=${words.removeOf(edgeNameForScreenReader(edge))} @click=${() => actions.removeSynapse(edge)}>✕</button></td>
  </tr>`
}

function formView(model: WallModel, actions: WallActions): TemplateResult {
  const { draft, hello } = model
  const form = WALL_WORDS.form
  const ids = shownPeers(model).map(({ id }) => id)
  const isNew = draft.changes === undefined
  const fields = hello?.synapseFields ?? {}
  const submit = (event: Event) => {
    event.preventDefault()
    void actions.saveSynapse()
  }
  return html`<form id="synapse-form" aria-labelledby="form-title" @submit=${submit}>
    <h2 id="form-title">${draft.changes ? form.change(edgeName(draft.changes)) : withTerms(form.add)}</h2>
    <div class="fields">
      ${choice('from', form.from, ids, draft, actions, !isNew)}
      ${choice('effect', form.effect, form.effects, draft, actions)}
      ${choice('to', form.to, ids, draft, actions, !isNew)}
      ${choice('kind', form.kind, form.kinds, draft, actions)}
      ${amount('weight', form.weight, fields, draft, actions)}
      ${draft.kind === 'na' ? amount('tauMs', form.tau, fields, draft, actions) : nothing}
      ${amount('delayMs', form.delay, fields, draft, actions)}
    </div>
    ${refusalView(model.refusal)}
    <div class="buttons">
      <button class="main" id="save-synapse">${isNew ? form.submitAdd : form.submitChange}</button>
      ${isNew ? nothing : html`<button type="button" id="cancel-synapse" @click=${actions.cancelEdit}>${form.cancel}</button>`}
    </div>
  </form>`
}

type Choices = readonly string[] | Readonly<Record<string, string>>

function choice(
  name: 'from' | 'to' | 'effect' | 'kind',
  label: string,
  choices: Choices,
  draft: SynapseDraft,
  actions: WallActions,
  isFixed = false,
): TemplateResult {
  const options = Array.isArray(choices) ? choices.map(one => [one, one]) : Object.entries(choices)
  const isGiven = options.some(([value]) => value === draft[name])
  const all = isGiven ? options : [[draft[name], draft[name] || '…'], ...options]
  return html`<label class="line">${label}
    <select id=${`synapse-${name}`} required ?disabled=${isFixed} @change=${(event: Event) => actions.updateDraft({ [name]: inputText(event) })}>
      ${all.map(([value, text]) => html`<option value=${value} .selected=${live(value === draft[name])}>${text}</option>`)}
    </select></label>`
}

function amount(
  name: 'weight' | 'tauMs' | 'delayMs',
  label: string,
  fields: Fields,
  draft: SynapseDraft,
  actions: WallActions,
): TemplateResult {
  const key = name === 'weight' ? (draft.kind === 'mv' ? 'weightMv' : 'weightNa') : name
  const field = fields[key]
  const unit = field?.type === 'number' ? formatUnit(field.unit) : ''
  const help = fieldHelp('synapse', key, field?.help ?? '')
  return html`<label class="line" title=${[help, ...(name === 'weight' && draft.kind === 'mv' ? [WALL_WORDS.form.hint] : [])].join('. ')}>${label}
    <span class="amount"><input id=${`synapse-${name}`} type="text" autocomplete="off" inputmode="decimal" .value=${draft[name]}
      @input=${(event: Event) => actions.updateDraft({ [name]: inputText(event) })}><span class="unit">${unit}</span></span></label>`
}
