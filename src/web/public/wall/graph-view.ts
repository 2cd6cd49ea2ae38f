/** The neurons in a circle, and the synapses between them. The table below says the same to those who do not see it. */
import { html, nothing, svg, type TemplateResult } from 'lit-html'
import type { WallPeer } from '../../data-sources.ts'
import type { WallActions } from './actions.ts'
import { type Layout, layoutOf, type Node, type Wire, wiresOf } from './graph-layout.ts'
import { rowsOf, type WallModel } from './model.ts'
import { edgesOf, nameOf, weightText } from './synapse-edges.ts'
import { WALL_WORDS } from './words.ts'

const words = WALL_WORDS.graph

export interface Size {
  readonly width: number
  readonly height: number
}

export function graphView(model: WallModel, intents: WallActions, { width, height }: Size): TemplateResult {
  const peers = rowsOf(model)
  const edges = edgesOf(peers)
  const ids = [...new Set([...peers.map(({ id }) => id), ...edges.map(({ from }) => from)])]
  const layout = layoutOf(ids.sort(byName), width, height)
  const wires = wiresOf(edges, layout, { x: width / 2, y: height / 2 })
  const order = new Map(peers.map(({ id }, k) => [id, k]))
  return html`<svg id="graph" role="img" aria-label=${words.summary(peers.length, edges.length)} viewBox=${`0 0 ${width} ${height}`}>
    ${layout.nodes.map(node => nameView(node, layout.fontPx, peers[order.get(node.id) ?? -1]))}
    ${wires.map(wire => wireView(wire, model, intents))}
    ${layout.nodes.map(node => nodeView(node, layout, peers[order.get(node.id) ?? -1], order.get(node.id), model, intents))}
  </svg>`
}

export function graphLegend(mayWire: boolean): TemplateResult {
  const { legend, hint } = words
  const sample = (effect: 'excites' | 'inhibits') =>
    html`<span class=${effect}><span aria-hidden="true">${WALL_WORDS.synapses.arrow[effect]}</span> ${legend[effect]}</span>`
  return html`<p class="legend">${sample('excites')} ${sample('inhibits')} ${mayWire ? html`<span class="hint">${hint}</span>` : nothing}</p>`
}

function wireView({ edge, line, head, width }: Wire, model: WallModel, intents: WallActions): TemplateResult {
  const { changes } = model.draft
  const isChosen = changes?.to === edge.to && changes.at === edge.at
  return svg`<g class=${`wire ${edge.effect} ${isChosen ? 'chosen' : ''}`} @click=${() => intents.change(edge)}>
    <title>${`${nameOf(edge)}: ${weightText(edge)}`}</title>
    <path class="reach" d=${line}></path>
    <path class="line" d=${line} stroke-width=${width.toFixed(1)}></path>
    <path class="head" d=${head}></path>
  </g>`
}

function nodeView(
  { id, x, y }: Node,
  { nodeRadius }: Layout,
  peer: WallPeer | undefined,
  row: number | undefined,
  model: WallModel,
  intents: WallActions,
): TemplateResult {
  const looks = `node ${peer?.life ?? 'gone'} row-${(row ?? 0) % 4} ${model.picked === id ? 'picked' : ''}`
  return svg`<g class=${looks} @click=${() => intents.pick(id)}>
    <title>${id}</title>
    <circle cx=${x.toFixed(1)} cy=${y.toFixed(1)} r=${nodeRadius.toFixed(1)} data-index=${peer?.index ?? nothing}></circle>
  </g>`
}

function nameView({ label }: Node, fontPx: number, peer: WallPeer | undefined): TemplateResult {
  const { x, y, anchor, turn, text } = label
  const [atX, atY] = [x.toFixed(1), y.toFixed(1)]
  return svg`<text class=${peer?.life ?? 'gone'} x=${atX} y=${atY} text-anchor=${anchor} dominant-baseline="central" font-size=${fontPx}
    transform=${turn === 0 ? nothing : `rotate(${turn.toFixed(1)} ${atX} ${atY})`}>${text}</text>`
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
