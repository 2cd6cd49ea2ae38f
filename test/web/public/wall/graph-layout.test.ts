import { describe, expect, it } from 'vitest'
import { edgeLines, type GraphLayout, layOutGraph } from '../../../../src/web/public/wall/graph-layout.ts'
import { fakeEdge } from './fake-synapses.ts'

type Place = readonly [x: number, y: number]

function pointsOf(path: string): readonly Place[] {
  return [...path.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)])
}

/** Halfway along a Bézier curve, by de Casteljau's construction. */
function halfway(points: readonly Place[]): Place {
  const between = points.slice(1).map(([x, y], k): Place => [(x + points[k]![0]) / 2, (y + points[k]![1]) / 2])
  return between.length === 0 ? points[0]! : halfway(between)
}

describe('the graph', () => {
  const names = (count: number) => Array.from({ length: count }, (_, k) => (count > 10 ? `pi-${k}` : `somebody-${k}`))
  const closest = ({ nodes }: GraphLayout) =>
    Math.min(...nodes.flatMap((a, i) => nodes.slice(i + 1).map(b => Math.hypot(a.x - b.x, a.y - b.y))))

  it.each([
    [1, 400, 400],
    [2, 420, 300],
    [8, 390, 312],
    [10, 420, 330],
    [11, 420, 330],
    [30, 420, 330],
    [60, 640, 500],
  ])('of %d neurons in %d x %d px: apart from each other, and all with their names inside', (count, width, height) => {
    const layout = layOutGraph(names(count), width, height)
    expect(layout.nodes).toHaveLength(count)
    if (count > 1) expect(closest(layout)).toBeGreaterThan(2 * layout.nodeRadius)
    for (const { x, y, label } of layout.nodes) {
      const long = label.text.length * 0.6 * layout.fontPx
      const along = (label.turn * Math.PI) / 180
      const reach = { start: [0, long], middle: [-long / 2, long / 2], end: [-long, 0] }[label.anchor]
      const xs = [x, ...reach.map(one => label.x + one * Math.cos(along))]
      const ys = [y, ...reach.map(one => label.y + one * Math.sin(along))]
      for (const one of xs) expect(one).toSatisfy((at: number) => at >= -1 && at <= width + 1)
      for (const one of ys) expect(one).toSatisfy((at: number) => at >= -1 && at <= height + 1)
    }
  })

  it('is the same for the same class, and shortens what no graph can hold', () => {
    expect(layOutGraph(names(8), 400, 300)).toEqual(layOutGraph(names(8), 400, 300))
    expect(layOutGraph(['x'.repeat(32)], 400, 300).nodes[0]?.label.text).toBe(`${'x'.repeat(11)}…`)
    expect(layOutGraph([], 400, 300).nodes).toEqual([])
    expect(layOutGraph(['a'], 400, 300).nodes[0]?.x).toBeCloseTo(200, 9)
    expect(Math.abs(layOutGraph(['a'], 400, 300).nodes[0]!.y - 150)).toBeLessThan(20)
  })

  it('draws there and back as two lines, the strongest of each kind the thickest, and no line to a stranger', () => {
    const layout = layOutGraph(['a', 'b', 'c'], 400, 400)
    const edges = [
      fakeEdge('a', 'b', { weight: 20 }),
      fakeEdge('b', 'a', { weight: 10 }),
      fakeEdge('c', 'a', { kind: 'na', weight: 0.1 }),
      fakeEdge('c', 'c', { weight: 0 }),
      fakeEdge('z', 'a'),
    ]
    const wires = edgeLines(edges, layout, { x: 200, y: 200 })
    expect(wires.map(({ width }) => width)).toEqual([6, 4, 6, 2])
    expect(new Set(wires.map(({ line }) => line)).size).toBe(4)
    for (const { line, head } of wires) expect(line + head).not.toMatch(/NaN|Infinity/)
  })

  it.each([
    2, 5, 10, 30,
  ])('of %d neurons draws apart all the synapses between the same two, and on the same one', count => {
    const [from, to] = names(count) as [string, string]
    const pairs = [
      [from, to],
      [from, to],
      [from, to],
      [to, from],
      [to, from],
      [from, from],
      [from, from],
    ] as const
    const layout = layOutGraph(names(count), 420, 330)
    const wires = edgeLines(
      pairs.map(([from, to]) => fakeEdge(from, to)),
      layout,
      { x: 210, y: 165 },
    )
    const middles = wires.map(({ line }) => halfway(pointsOf(line)))
    const closest = Math.min(
      ...middles.flatMap(([x, y], k) => middles.slice(k + 1).map(other => Math.hypot(x - other[0], y - other[1]))),
    )
    expect(closest).toBeGreaterThan(6)
  })
})
