/** The dialog about one neuron: its state and its buttons. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import type { Peer } from '../../../mqtt/types.ts'
import { PRESETS } from '../../../neuron/presets.ts'
import { cellView } from '../cell/cell-view.ts'
import { termView } from '../glossary/term-view.ts'
import { COMMON_WORDS } from '../shared/common-words.ts'
import { inputText } from '../shared/form-helpers.ts'
import { formatFixed, formatPlain } from '../shared/number-format.ts'
import { PRESET_WORDS } from '../shared/spoken-names.ts'
import type { WallActions } from './actions.ts'
import { mayControl, type WallModel } from './model.ts'
import { peerCellAt } from './peer-cell.ts'
import { WALL_WORDS } from './words.ts'

const words = WALL_WORDS.peer

export function peerDialog(model: WallModel, actions: WallActions): TemplateResult {
  const peer = model.peers.find(({ id }) => id === model.dialogPeer)
  return html`<dialog id="peer" aria-labelledby="peer-title" @close=${() => actions.showPeer(undefined)}>
    <h2 id="peer-title">${model.dialogPeer ?? ''}</h2>
    ${peer ? peerView(peer, model, actions) : model.dialogPeer === undefined ? nothing : noticeView(model)}
    <form method="dialog"><button>${COMMON_WORDS.close}</button></form>
  </dialog>`
}

function peerView(peer: Peer, model: WallModel, actions: WallActions): TemplateResult {
  const { id, life, quietS, running, muted, rateHz, iNa, board, mocked, source } = peer
  const url = dashboardOf(peer, model.hello?.id)
  const rows = [
    [words.life, quietS === null ? WALL_WORDS.life[life] : words.quiet(formatPlain(quietS))],
    [termView('rate', words.rate), WALL_WORDS.rate(formatFixed(rateHz, 1))],
    [termView('current', words.current), `${formatFixed(iNa, 2)} nA`],
    [words.source, source === null ? '–' : words.sources[source]],
    [words.board, [board ?? '–', ...(mocked ? [words.simulated] : [])].join(', ')],
  ]
  const button = (verb: string, text: string, payload: object = {}) =>
    html`<button data-control ?disabled=${life === 'gone' || !mayControl(model)} @click=${() => actions.command(id, verb, text, payload)}>${text}</button>`
  return html`${cellOf(peer, model)}<table>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</table>
    <div class="buttons">
      ${button('identify', WALL_WORDS.blink)}
      ${button('run', running === false ? words.run : words.pause, { on: running === false })}
      ${button('mute', muted ? words.unmute : words.mute, { on: !muted })}
      ${button('reset', words.reset)}
      ${life === 'alive' ? nothing : html`<button id="forget" data-control ?disabled=${!mayControl(model)} @click=${() => actions.forget(id)}>${words.forget}</button>`}
    </div>
    <div class="buttons">${presetChoice('preset-one', model, actions)} ${button('preset', words.preset, { name: model.preset })}</div>
    ${noticeView(model)}
    ${url === undefined ? nothing : html`<p><a href=${url}>${words.open}</a></p>`}`
}

/** The presets, for one neuron or all. */
export function presetChoice(id: string, model: WallModel, actions: WallActions): TemplateResult {
  return html`<label>${WALL_WORDS.preset}
    <select id=${id} ?disabled=${!mayControl(model)} @change=${(event: Event) => actions.choosePreset(inputText(event))}>
      ${Object.values(PRESETS).map(
        ({ name }) =>
          html`<option value=${name} title=${PRESET_WORDS[name].description} .selected=${live(name === model.preset)}>${PRESET_WORDS[name].title}</option>`,
      )}
    </select></label>`
}

function cellOf(peer: Peer, model: WallModel): TemplateResult | typeof nothing {
  const { neuron, iNa, rateHz, running, life } = peer
  const cell =
    model.showsCell && life === 'alive' ? peerCellAt(peer, model.peers, model.spikes, model.headS) : undefined
  if (!cell || !neuron) return nothing
  const { vMv, frame, excited, inhibited } = cell
  const isRunning = running !== false
  const now = { vMv, iNa: iNa ?? Number.NaN, isRunning, isRefractory: frame.isRefractory }
  return html`${cellView({ params: neuron, ...now, rateHz: isRunning ? (rateHz ?? 0) : 0, excited, inhibited })}
    <p class="hint">${words.computed}</p>`
}

export function noticeView({ notice }: WallModel): TemplateResult | typeof nothing {
  return notice
    ? html`<p class=${notice.isBad ? 'notice refusal' : 'notice'} role="status">${notice.text}</p>`
    : nothing
}

/** None if the address is valid only on the neuron's own machine. */
function dashboardOf({ id, url }: Peer, ownId: string | undefined): string | undefined {
  if (id === ownId) return '/'
  const isReachable = url !== null && !/^https?:\/\/(localhost|127\.|\[::1\])/.test(url)
  return isReachable ? url : undefined
}
