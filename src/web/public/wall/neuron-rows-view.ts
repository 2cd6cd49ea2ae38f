/** A row for every neuron: its name, its state, its rate, and a strip that its spikes are drawn into. */
import { html, nothing, type TemplateResult } from 'lit-html'
import type { Peer } from '../../../mqtt/types.ts'
import { formatFixed, formatShort } from '../shared/number-format.ts'
import type { WallActions } from './actions.ts'
import { joinHintView } from './join-hint-view.ts'
import { mayControl, shownPeers, type WallModel } from './model.ts'
import { WALL_WORDS } from './words.ts'

export function neuronRowsView(model: WallModel, actions: WallActions): TemplateResult {
  const rows = shownPeers(model)
  return html`<div class="rows" id="rows">
    <canvas id="spikes" aria-hidden="true"></canvas>
    <ol class="peers" aria-label=${WALL_WORDS.spikes}>
      ${rows.map((peer, k) => rowView(peer, k, model, actions))}
      ${rows.length > 0 ? axisView(model.windowS) : nothing}
    </ol>
    ${problems(model).map(text => html`<p class="trouble" role="status">${text}</p>`)}
    ${joinHintView(model)} ${inactiveView(model, actions)}
  </div>`
}

function rowView(peer: Peer, k: number, model: WallModel, actions: WallActions): TemplateResult {
  const { id, life, index } = peer
  return html`<li class=${`peer ${life} row-${k % 4}`} data-id=${id}>
    <span class="lamp-of" data-index=${index} aria-hidden="true"></span>
    <span class="who-of">
      <button class=${`name ${lengthClass(id)}`} title=${id} aria-label=${WALL_WORDS.details(id)} @click=${() => actions.showPeer(id)}>${id}</button>
      ${flagTexts(peer).map(flag => html`<span class="flag">${flag}</span>`)}
    </span>
    <span class="rate-of">${rateText(peer)}</span>
    <span class="strip" data-row=${index}></span>
    <button class="blink" data-control ?disabled=${life === 'gone' || !mayControl(model)} aria-label=${WALL_WORDS.blinkOf(id)}
      @click=${() => actions.command(id, 'identify', WALL_WORDS.blink)}>${WALL_WORDS.blink}</button>
  </li>`
}

/** Longer names have smaller letters, so that each is read to its end. */
function lengthClass(id: string): string {
  return id.length > 22 ? 'longest' : id.length > 13 ? 'long' : ''
}

function flagTexts({ life, running, muted, speed, source }: Peer): string[] {
  if (life !== 'alive') return [WALL_WORDS.life[life]]
  return [
    ...(running === false ? [WALL_WORDS.paused] : []),
    ...(muted === true ? [WALL_WORDS.muted] : []),
    ...(source !== null && source !== 'knob' ? [WALL_WORDS.source[source] ?? source] : []),
    ...(speed !== null && speed !== 1 ? [WALL_WORDS.speed(formatShort(speed))] : []),
  ]
}

function rateText({ rateHz, life, running }: Peer): string {
  if (life !== 'alive' || running === false) return '–'
  return WALL_WORDS.rate(formatFixed(rateHz, rateHz !== null && rateHz >= 99.95 ? 0 : 1))
}

function axisView(windowS: number): TemplateResult {
  return html`<li class="axis" aria-hidden="true"><span>${WALL_WORDS.ago(windowS)}</span><span>${WALL_WORDS.now}</span></li>`
}

/** Why the wall does not show everything. */
function problems({ broker, peers }: WallModel): string[] {
  const words = WALL_WORDS.broker
  if (!broker) return [words.idle]
  const { state, url, reason, refused, overflow } = broker
  if (state === 'off') return [words.off]
  if (state === 'offline') return [words.offline(url, reason)]
  if (state === 'connecting') return [words.connecting(url)]
  const veiled = peers.filter(peer => peer.isVeiled).map(({ id }) => id)
  return [
    ...(state === 'online' && peers.length === 0 ? [words.empty(url)] : []),
    ...(refused.length > 0 ? [words.refused(refused.join('; '))] : []),
    ...(veiled.length > 0 ? [words.veiled(veiled.join(', '))] : []),
    ...(overflow > 0 ? [words.overflow(overflow)] : []),
  ]
}

/** Neurons that the broker retains, but that were not alive since the page was opened. */
function inactiveView({ peers, seenAlive }: WallModel, actions: WallActions): TemplateResult[] {
  const unseen = peers.filter(({ id }) => !seenAlive.has(id))
  return (['gone', 'silent'] as const).flatMap(life => {
    const ids = unseen.filter(peer => peer.life === life).map(({ id }) => id)
    if (ids.length === 0) return []
    const name = (id: string) =>
      html` <button aria-label=${WALL_WORDS.details(id)} @click=${() => actions.showPeer(id)}>${id}</button>`
    return [html`<p class="hint asleep">${WALL_WORDS.inactive[life]}${ids.map(name)}</p>`]
  })
}
