/** Where the neurons stand in the graph, and how the synapses run between them. Pure: the same class, the same picture. */
import type { Edge } from './synapse-edges.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Node extends Point {
  readonly id: string
  readonly label: Label
}

export interface Label extends Point {
  readonly text: string
  readonly anchor: 'start' | 'middle' | 'end'
  /** Degrees about its own place. */
  readonly turn: number
}

export interface Layout {
  readonly nodes: readonly Node[]
  readonly nodeRadius: number
  readonly fontPx: number
}

export interface Wire {
  readonly edge: Edge
  /** Path of the line, and of what stands at its end: an arrow head or a bar. */
  readonly line: string
  readonly head: string
  readonly width: number
}

/** From so many on, names are turned outwards: side by side they would run into each other. */
const MOST_LEVEL = 10
const LETTER_WIDTH = 0.6
const LONGEST_NAME = 12
/** Between a neuron and its turned name. */
const TURNED_GAP_PX = 5
/** A lone neuron stands so little away from the middle, as a share of the circle: a synapse on itself points away from there. */
const ALONE = 0.1
/** The least by which the bends of two synapses between the same neurons differ: the lines run half as far apart. */
const APART_PX = 16
const THINNEST_PX = 2
const THICKEST_PX = 6

/** In a circle, by name, clockwise from the top; an ellipse where the names stand level, above or below. */
export function layoutOf(ids: readonly string[], width: number, height: number): Layout {
  const side = Math.min(width, height)
  const isTurned = ids.length > MOST_LEVEL
  const fontPx = Math.round(Math.min(26, Math.max(12, side / (isTurned ? 28 : 20))))
  const names = ids.map(shortened)
  const longest = Math.max(0, ...names.map(name => name.length)) * LETTER_WIDTH * fontPx
  const largest = side / (isTurned ? 24 : 15)
  const turnedRoom = largest + TURNED_GAP_PX + longest
  const across = Math.max(30, width / 2 - (isTurned ? turnedRoom : Math.max(largest, longest / 2)) - 4)
  const along = Math.max(30, height / 2 - (isTurned ? turnedRoom : largest + 1.4 * fontPx) - 4)
  const round = Math.min(across, along)
  const [radiusX, radiusY] = isTurned ? [round, round] : [across, along]
  const nodeRadius = Math.max(5, Math.min(largest, (0.34 * 2 * Math.PI * Math.min(radiusX, radiusY)) / ids.length))
  const spread = ids.length === 1 ? ALONE : 1
  const nodes = ids.map((id, k): Node => {
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

function turnedLabel({ x, y }: Point, angle: number, away: number, text: string): Label {
  const isLeft = Math.cos(angle) < -1e-9
  const turn = (angle * 180) / Math.PI + (isLeft ? 180 : 0)
  return { text, x: x + away * Math.cos(angle), y: y + away * Math.sin(angle), anchor: isLeft ? 'end' : 'start', turn }
}

/** Away from the middle, where the synapses run. */
function levelLabel({ x, y }: Point, angle: number, away: number, text: string): Label {
  return { text, x, y: y + (Math.sin(angle) < -1e-9 ? -away : away), anchor: 'middle', turn: 0 }
}

function shortened(id: string): string {
  return id.length > LONGEST_NAME ? `${id.slice(0, LONGEST_NAME - 1)}…` : id
}

/** The synapses between neurons that are in the picture; the strongest of each kind is the thickest. */
export function wiresOf(edges: readonly Edge[], { nodes, nodeRadius }: Layout, centre: Point): readonly Wire[] {
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
    const width = THINNEST_PX + (THICKEST_PX - THINNEST_PX) * share
    const bent = from === to ? loop(from, nodeRadius, centre, nth) : curve(from, to, nodeRadius, centre, nth)
    return [{ edge, width, line: bent.line, head: headOf(edge, bent, Math.min(4 + 0.9 * width, 2 + nodeRadius)) }]
  })
}

interface Bent {
  readonly line: string
  readonly end: Point
  /** The way that it comes, a unit vector. */
  readonly way: Point
}

/**
 * Bent towards the middle, and to the left of its way, so that there and back are two lines.
 * @param nth of several from the one to the other: each is bent more than the one before
 */
function curve(from: Point, to: Point, nodeRadius: number, centre: Point, nth: number): Bent {
  const along = unit(from, to)
  const [midX, midY] = [(from.x + to.x) / 2, (from.y + to.y) / 2]
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  const aside = Math.max(nodeRadius, 0.08 * length) + nth * Math.max(1.6 * nodeRadius, APART_PX, 0.16 * length)
  const control = {
    x: midX + (centre.x - midX) * 0.3 + along.y * aside,
    y: midY + (centre.y - midY) * 0.3 - along.x * aside,
  }
  const start = onwards(from, unit(from, control), nodeRadius + 2)
  const way = unit(control, to)
  const end = onwards(to, way, -(nodeRadius + 4))
  return { line: `M${at(start)}Q${at(control)} ${at(onwards(end, way, -6))}`, end, way }
}

/** A neuron that excites itself: out towards the middle, and back. */
function loop(node: Point, nodeRadius: number, centre: Point, nth: number): Bent {
  const inwards = unit(node, centre)
  const aside = { x: -inwards.y, y: inwards.x }
  const reach = 3.2 * nodeRadius + nth * Math.max(nodeRadius, APART_PX)
  const half = reach / 2
  const side = (sign: number, far: number): Point => ({
    x: node.x + inwards.x * far + sign * aside.x * half,
    y: node.y + inwards.y * far + sign * aside.y * half,
  })
  const [out, back] = [side(1, reach), side(-1, reach)]
  const way = unit(back, node)
  const end = onwards(node, way, -(nodeRadius + 4))
  const start = onwards(node, unit(node, out), nodeRadius + 2)
  return { line: `M${at(start)}C${at(out)} ${at(back)} ${at(onwards(end, way, -6))}`, end, way }
}

function headOf({ effect }: Edge, { end, way }: Bent, half: number): string {
  const across = { x: -way.y, y: way.x }
  const corner = (back: number, sign: number): Point => onwards(onwards(end, way, -back), across, sign * half)
  if (effect === 'excites') return `M${at(end)}L${at(corner(2 * half, 1))}L${at(corner(2 * half, -1))}Z`
  return `M${at(corner(0, 1.2))}L${at(corner(0, -1.2))}L${at(corner(6, -1.2))}L${at(corner(6, 1.2))}Z`
}

function unit(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1
  return { x: (to.x - from.x) / length, y: (to.y - from.y) / length }
}

function onwards({ x, y }: Point, way: Point, by: number): Point {
  return { x: x + way.x * by, y: y + way.y * by }
}

function at({ x, y }: Point): string {
  return `${x.toFixed(1)},${y.toFixed(1)}`
}
