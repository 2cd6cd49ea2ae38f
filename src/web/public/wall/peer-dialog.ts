/** One neuron close up: what it is, and its own buttons. */
import { html, nothing, type TemplateResult } from 'lit-html'
import type { WallPeer } from '../../data-sources.ts'
import { fixed } from '../shared/number-format.ts'
import type { WallActions } from './actions.ts'
import type { WallModel } from './model.ts'
import { WALL_WORDS } from './words.ts'

const words = WALL_WORDS.peer

export function peerDialog(model: WallModel, intents: WallActions): TemplateResult {
  const peer = model.peers.find(({ id }) => id === model.shown)
  return html`<dialog id="peer" aria-labelledby="peer-title" @close=${() => intents.show(undefined)}>
    <h2 id="peer-title">${model.shown ?? ''}</h2>
    ${peer ? peerView(peer, model, intents) : model.shown === undefined ? nothing : noticeView(model)}
    <form method="dialog"><button>${words.close}</button></form>
  </dialog>`
}

function peerView(peer: WallPeer, model: WallModel, intents: WallActions): TemplateResult {
  const { id, life, quietS, running, muted, rateHz, iNa, board, mocked } = peer
  const url = dashboardOf(peer, model.hello?.id)
  const rows = [
    [words.life, quietS === null ? WALL_WORDS.life[life] : words.quiet(String(quietS))],
    [words.rate, WALL_WORDS.rate(fixed(rateHz, 1))],
    [words.current, `${fixed(iNa, 2)} nA`],
    [words.board, [board ?? '–', ...(mocked ? [words.simulated] : [])].join(', ')],
  ]
  const button = (verb: string, text: string, payload: object = {}) =>
    html`<button data-control ?disabled=${life === 'gone'} @click=${() => intents.command(id, verb, text, payload)}>${text}</button>`
  return html`<table>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</table>
    <div class="buttons">
      ${button('identify', WALL_WORDS.blink)}
      ${button('run', running === false ? words.run : words.pause, { on: running === false })}
      ${button('mute', muted ? words.unmute : words.mute, { on: !muted })}
      ${button('reset', words.reset)}
      ${life === 'alive' ? nothing : html`<button id="forget" data-control @click=${() => intents.forget(id)}>${words.forget}</button>`}
    </div>
    ${noticeView(model)}
    ${url === undefined ? nothing : html`<p><a href=${url}>${words.open}</a></p>`}`
}

export function noticeView({ notice }: WallModel): TemplateResult | typeof nothing {
  return notice
    ? html`<p class=${notice.isBad ? 'notice refusal' : 'notice'} role="status">${notice.text}</p>`
    : nothing
}

/** An address that only the neuron's own machine understands leads nowhere from here. */
function dashboardOf({ id, url }: WallPeer, own: string | undefined): string | undefined {
  if (id === own) return '/'
  const isAbroad = url !== null && !/^https?:\/\/(localhost|127\.|\[::1\])/.test(url)
  return isAbroad ? url : undefined
}
