/** The graph: neurons in a circle, and the synapses between them. For screen readers the table of synapses replaces it. */
import { html, nothing, svg, type TemplateResult } from 'lit-html'
import type { Peer } from '../../../mqtt/types.ts'
import type { WallActions } from './actions.ts'
import { type EdgeLine, edgeLines, type GraphLayout, type GraphNode, layOutGraph } from './graph-layout.ts'
import { shownPeers, type WallModel } from './model.ts'
import { edgeName, synapseEdges, weightText } from './synapse-edges-and-draft.ts'
import { WALL_WORDS } from './words.ts'

const words = WALL_WORDS.graph

export interface Size {
  readonly width: number
  readonly height: number
}

export function graphView(model: WallModel, actions: WallActions, { width, height }: Size): TemplateResult {
  const peers = shownPeers(model)
  const edges = synapseEdges(peers)
  const ids = [...new Set([...peers.map(({ id }) => id), ...edges.map(({ from }) => from)])]
  const layout = layOutGraph(ids.sort(byName), width, height)
  const wires = edgeLines(edges, layout, { x: width / 2, y: height / 2 })
  const order = new Map(peers.map(({ id }, k) => [id, k]))
  return html`<svg id="graph" role="img" aria-label=${words.summary(peers.length, edges.length)} viewBox=${`0 0 ${width} ${height}`}>
    ${layout.nodes.map(node => nameView(node, layout.fontPx, peers[order.get(node.id) ?? -1]))}
    ${wires.map(wire => edgeView(wire, model, actions))}
    ${layout.nodes.map(node => nodeView(node, layout, peers[order.get(node.id) ?? -1], order.get(node.id), model, actions))}
  </svg>`
}

export function graphLegend(mayWire: boolean): TemplateResult {
  const { legend, hint } = words
  const sample = (effect: 'excites' | 'inhibits') =>
    html`<span class=${effect}><span aria-hidden="true">${WALL_WORDS.synapses.arrow[effect]}</span> ${legend[effect]}</span>`
  return html`<p class="legend">${sample('excites')} ${sample('inhibits')} ${mayWire ? html`<span class="hint">${hint}</span>` : nothing}</p>`
}

function edgeView({ edge, line, head, width }: EdgeLine, model: WallModel, actions: WallActions): TemplateResult {
  const { changes } = model.draft
  const isEdited = changes?.to === edge.to && changes.position === edge.position
  return svg`<g class=${`wire ${edge.effect} ${isEdited ? 'chosen' : ''}`} @click=${() => actions.editSynapse(edge)}>
    <title>${`${edgeName(edge)}: ${weightText(edge)}`}</title>
    <path class="reach" d=${line}></path>
    <path class="line" d=${line} stroke-width=${width.toFixed(1)}></path>
    <path class="head" d=${head}></path>
  </g>`
}

function nodeView(
  { id, x, y }: GraphNode,
  { nodeRadius }: GraphLayout,
  peer: Peer | undefined,
  row: number | undefined,
  model: WallModel,
  actions: WallActions,
): TemplateResult {
  const classes = `node ${peer?.life ?? 'gone'} row-${(row ?? 0) % 4} ${model.pickedSource === id ? 'picked' : ''}`
  return svg`<g class=${classes} @click=${() => actions.pickNeuron(id)}>
    <title>${id}</title>
    <circle cx=${x.toFixed(1)} cy=${y.toFixed(1)} r=${nodeRadius.toFixed(1)} data-index=${peer?.index ?? nothing}></circle>
  </g>`
}

function nameView({ label }: GraphNode, fontPx: number, peer: Peer | undefined): TemplateResult {
  const { x, y, anchor, turn, text } = label
  const [atX, atY] = [x.toFixed(1), y.toFixed(1)]
  return svg`<text class=${peer?.life ?? 'gone'} x=${atX} y=${atY} text-anchor=${anchor} dominant-baseline="central" font-size=${fontPx}
    transform=${turn === 0 ? nothing : `rotate(${turn.toFixed(1)} ${atX} ${atY})`}>${text}</text>`
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
