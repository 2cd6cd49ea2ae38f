/** The layout of the graph: places of the neurons and their names, and the lines of the synapses between them. Pure. */
import type { SynapseEdge } from './synapse-edges-and-draft.ts'

interface GraphPoint {
  readonly x: number
  readonly y: number
}

export interface GraphNode extends GraphPoint {
  readonly id: string
  readonly label: NodeLabel
}

interface NodeLabel extends GraphPoint {
  readonly text: string
  readonly anchor: 'start' | 'middle' | 'end'
  /** Degrees of rotation about its place. */
  readonly turn: number
}

export interface GraphLayout {
  readonly nodes: readonly GraphNode[]
  readonly nodeRadius: number
  readonly fontPx: number
}

export interface EdgeLine {
  readonly edge: SynapseEdge
  /** SVG paths of the line, and of the arrow head or bar at its end. */
  readonly line: string
  readonly head: string
  readonly width: number
}

/** With more neurons than this, names are turned outwards: level ones would overlap. */
const MAX_LEVEL_NAMES = 10
const LETTER_WIDTH = 0.6
const MAX_NAME_LENGTH = 12
/** Distance between a neuron and its turned name. */
const TURNED_GAP_PX = 5
/** Distance of a single neuron from the centre, as a share of the radius: its autapse points away from the centre. */
const SINGLE_NODE_SHARE = 0.1
/** The least difference in bend of two synapses between the same neurons: the lines are half as far apart. */
const MIN_BEND_STEP_PX = 16
const MIN_WIDTH_PX = 2
const MAX_WIDTH_PX = 6

/** A circle in the order of `ids`, clockwise from the top; an ellipse if the names are level, above or below. */
export function layOutGraph(ids: readonly string[], width: number, height: number): GraphLayout {
  const side = Math.min(width, height)
  const isTurned = ids.length > MAX_LEVEL_NAMES
  const fontPx = Math.round(Math.min(26, Math.max(12, side / (isTurned ? 28 : 20))))
  const names = ids.map(shortName)
  const longest = Math.max(0, ...names.map(name => name.length)) * LETTER_WIDTH * fontPx
  const largest = side / (isTurned ? 24 : 15)
  const turnedRoom = largest + TURNED_GAP_PX + longest
  const across = Math.max(30, width / 2 - (isTurned ? turnedRoom : Math.max(largest, longest / 2)) - 4)
  const along = Math.max(30, height / 2 - (isTurned ? turnedRoom : largest + 1.4 * fontPx) - 4)
  const round = Math.min(across, along)
  const [radiusX, radiusY] = isTurned ? [round, round] : [across, along]
  const nodeRadius = Math.max(5, Math.min(largest, (0.34 * 2 * Math.PI * Math.min(radiusX, radiusY)) / ids.length))
  const spread = ids.length === 1 ? SINGLE_NODE_SHARE : 1
  const nodes = ids.map((id, k): GraphNode => {
    const angle = (2 * Math.PI * k) / ids.length - Math.PI / 2
    const place = {
      x: width / 2 + spread * radiusX * Math.cos(angle),
      y: height / 2 + spread * radiusY * Math.sin(angle),
    }
    const text = names[k] as string
    const label = isTurned
      ? turnedLabel(place, angle, nodeRadius + TURNED_GAP_PX, text)
      : levelLabel(place, angle, nodeRadius + 0.75 * fontPx, text)
    return { id, ...place, label }
  })
  return { nodes, nodeRadius, fontPx }
}

function turnedLabel({ x, y }: GraphPoint, angle: number, away: number, text: string): NodeLabel {
  const isLeft = Math.cos(angle) < -1e-9
  const turn = (angle * 180) / Math.PI + (isLeft ? 180 : 0)
  return { text, x: x + away * Math.cos(angle), y: y + away * Math.sin(angle), anchor: isLeft ? 'end' : 'start', turn }
}

/** On the outer side: the synapses are inside. */
function levelLabel({ x, y }: GraphPoint, angle: number, away: number, text: string): NodeLabel {
  return { text, x, y: y + (Math.sin(angle) < -1e-9 ? -away : away), anchor: 'middle', turn: 0 }
}

function shortName(id: string): string {
  return id.length > MAX_NAME_LENGTH ? `${id.slice(0, MAX_NAME_LENGTH - 1)}…` : id
}

/** The synapses between neurons of the layout; the strongest of each kind is the thickest. */
export function edgeLines(
  edges: readonly SynapseEdge[],
  { nodes, nodeRadius }: GraphLayout,
  centre: GraphPoint,
): readonly EdgeLine[] {
  const places = new Map(nodes.map(node => [node.id, node]))
  const strongest = { mv: 0, na: 0 }
  for (const { kind, weight } of edges) strongest[kind] = Math.max(strongest[kind], weight)
  const drawn = new Map<string, number>()
  return edges.flatMap(edge => {
    const [from, to] = [places.get(edge.from), places.get(edge.to)]
    if (!from || !to) return []
    const pair = `${edge.from}/${edge.to}`
    const nth = drawn.get(pair) ?? 0
    drawn.set(pair, nth + 1)
    const share = strongest[edge.kind] > 0 ? edge.weight / strongest[edge.kind] : 0
    const width = MIN_WIDTH_PX + (MAX_WIDTH_PX - MIN_WIDTH_PX) * share
    const bent =
      from === to ? autapseLoop(from, nodeRadius, centre, nth) : curvedLine(from, to, nodeRadius, centre, nth)
    return [{ edge, width, line: bent.line, head: headOf(edge, bent, Math.min(4 + 0.9 * width, 2 + nodeRadius)) }]
  })
}

interface BentLine {
  readonly line: string
  readonly end: GraphPoint
  /** The direction of the line at its end, a unit vector. */
  readonly direction: GraphPoint
}

/**
 * Bent towards the centre, and to the left, so that the synapses of both directions are two lines.
 * @param nth of several between the same neurons: each is bent more than the one before
 */
function curvedLine(from: GraphPoint, to: GraphPoint, nodeRadius: number, centre: GraphPoint, nth: number): BentLine {
  const along = unit(from, to)
  const [midX, midY] = [(from.x + to.x) / 2, (from.y + to.y) / 2]
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  const aside = Math.max(nodeRadius, 0.08 * length) + nth * Math.max(1.6 * nodeRadius, MIN_BEND_STEP_PX, 0.16 * length)
  const control = {
    x: midX + (centre.x - midX) * 0.3 + along.y * aside,
    y: midY + (centre.y - midY) * 0.3 - along.x * aside,
  }
  const start = moved(from, unit(from, control), nodeRadius + 2)
  const direction = unit(control, to)
  const end = moved(to, direction, -(nodeRadius + 4))
  return { line: `M${at(start)}Q${at(control)} ${at(moved(end, direction, -6))}`, end, direction }
}

/** A synapse of a neuron onto itself: towards the centre and back. */
function autapseLoop(node: GraphPoint, nodeRadius: number, centre: GraphPoint, nth: number): BentLine {
  const inwards = unit(node, centre)
  const aside = { x: -inwards.y, y: inwards.x }
  const reach = 3.2 * nodeRadius + nth * Math.max(nodeRadius, MIN_BEND_STEP_PX)
  const half = reach / 2
  const side = (sign: number, far: number): GraphPoint => ({
    x: node.x + inwards.x * far + sign * aside.x * half,
    y: node.y + inwards.y * far + sign * aside.y * half,
  })
  const [out, back] = [side(1, reach), side(-1, reach)]
  const direction = unit(back, node)
  const end = moved(node, direction, -(nodeRadius + 4))
  const start = moved(node, unit(node, out), nodeRadius + 2)
  return { line: `M${at(start)}C${at(out)} ${at(back)} ${at(moved(end, direction, -6))}`, end, direction }
}

function headOf({ effect }: SynapseEdge, { end, direction }: BentLine, half: number): string {
  const across = { x: -direction.y, y: direction.x }
  const corner = (back: number, sign: number): GraphPoint => moved(moved(end, direction, -back), across, sign * half)
  if (effect === 'excites') return `M${at(end)}L${at(corner(2 * half, 1))}L${at(corner(2 * half, -1))}Z`
  return `M${at(corner(0, 1.2))}L${at(corner(0, -1.2))}L${at(corner(6, -1.2))}L${at(corner(6, 1.2))}Z`
}

function unit(from: GraphPoint, to: GraphPoint): GraphPoint {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1
  return { x: (to.x - from.x) / length, y: (to.y - from.y) / length }
}

function moved({ x, y }: GraphPoint, direction: GraphPoint, by: number): GraphPoint {
  return { x: x + direction.x * by, y: y + direction.y * by }
}

function at({ x, y }: GraphPoint): string {
  return `${x.toFixed(1)},${y.toFixed(1)}`
}
