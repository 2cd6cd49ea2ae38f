import { describe, expect, it } from 'vitest'
import type { WallPeer, WallSynapse } from '../../../../src/web/data-sources.ts'
import { type Layout, layoutOf, wiresOf } from '../../../../src/web/public/wall/graph-layout.ts'
import { joinView } from '../../../../src/web/public/wall/join-hint-view.ts'
import { createWallModel, learn, rowsOf } from '../../../../src/web/public/wall/model.ts'
import { createSpikeRows } from '../../../../src/web/public/wall/spike-rows.ts'
import {
  draftOf,
  type Edge,
  edgesOf,
  newDraft,
  weightText,
  withDraft,
  without,
} from '../../../../src/web/public/wall/synapse-edges.ts'

const START_US = 1.8e15

function peer(id: string, change: Partial<WallPeer> = {}): WallPeer {
  return {
    ...{
      id,
      index: 0,
      life: 'alive',
      quietS: null,
      isVeiled: false,
      rateHz: 5,
      iNa: 1,
      running: true,
      muted: false,
      speed: 1,
    },
    ...{ synapses: [], rev: 1, board: null, mocked: null, url: null, ...change },
  }
}

function edge(from: string, to: string, change: Partial<Edge> = {}): Edge {
  return { from, to, at: 0, effect: 'excites', kind: 'mv', weight: 5, tauMs: null, delayMs: 0, ...change }
}

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
  const closest = ({ nodes }: Layout) =>
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
    const layout = layoutOf(names(count), width, height)
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
    expect(layoutOf(names(8), 400, 300)).toEqual(layoutOf(names(8), 400, 300))
    expect(layoutOf(['x'.repeat(32)], 400, 300).nodes[0]?.label.text).toBe(`${'x'.repeat(11)}…`)
    expect(layoutOf([], 400, 300).nodes).toEqual([])
    expect(layoutOf(['a'], 400, 300).nodes[0]?.x).toBeCloseTo(200, 9)
    expect(Math.abs(layoutOf(['a'], 400, 300).nodes[0]!.y - 150)).toBeLessThan(20)
  })

  it('draws there and back as two lines, the strongest of each kind the thickest, and no line to a stranger', () => {
    const layout = layoutOf(['a', 'b', 'c'], 400, 400)
    const edges = [
      edge('a', 'b', { weight: 20 }),
      edge('b', 'a', { weight: 10 }),
      edge('c', 'a', { kind: 'na', weight: 0.1 }),
      edge('c', 'c', { weight: 0 }),
      edge('z', 'a'),
    ]
    const wires = wiresOf(edges, layout, { x: 200, y: 200 })
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
    const layout = layoutOf(names(count), 420, 330)
    const wires = wiresOf(
      pairs.map(([from, to]) => edge(from, to)),
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

describe('synapses on the wall', () => {
  const SYNAPSES: readonly WallSynapse[] = [
    { from: 'pi-b', weightMv: 20, delayMs: 10 },
    { from: 'pi-c', weightNa: -0.5 },
  ]
  const [first, second] = edgesOf([peer('pi-a', { synapses: SYNAPSES })]) as [Edge, Edge]

  it('are edges with their effect, kind and weight', () => {
    expect(first).toEqual(edge('pi-b', 'pi-a', { weight: 20, delayMs: 10 }))
    expect(second).toEqual(edge('pi-c', 'pi-a', { at: 1, effect: 'inhibits', kind: 'na', weight: 0.5, tauMs: 5 }))
    expect([weightText(first), weightText(second)]).toEqual(['20 mV', '−0.5 nA'])
    expect(edgesOf([peer('pi-a', { synapses: null })])).toEqual([])
  })

  it('come out of the form as they went in', () => {
    expect(withDraft(SYNAPSES, draftOf(second))).toEqual([
      SYNAPSES[0],
      { from: 'pi-c', weightNa: -0.5, tauMs: 5, delayMs: 0 },
    ])
  })

  it('are added at the end, changed in place, and removed', () => {
    const added = withDraft(SYNAPSES, { ...newDraft(), from: 'pi-a', to: 'pi-a', weight: '-3', effect: 'inhibits' })
    expect(added.slice(0, 2)).toEqual(SYNAPSES)
    expect(added[2]).toEqual({ from: 'pi-a', weightMv: -3, delayMs: 0, autapse: true })
    expect(withDraft(SYNAPSES, { ...draftOf(first), weight: '7' })[0]).toEqual({ ...SYNAPSES[0], weightMv: 7 })
    expect(without(SYNAPSES, first)).toEqual([SYNAPSES[1]])
  })

  it('that were not typed in are left to the neuron to refuse', () => {
    expect(withDraft([], { ...newDraft(), weight: '', delayMs: ' ' })[0]).toMatchObject({
      weightMv: Number.NaN,
      delayMs: Number.NaN,
    })
  })
})

describe('the wall', () => {
  it('has a row for whoever was alive since it was opened', () => {
    const model = createWallModel()
    learn(model, true, [peer('pi-10'), peer('pi-9', { life: 'gone' }), peer('pi-2')])
    expect(rowsOf(model).map(({ id }) => id)).toEqual(['pi-2', 'pi-10'])
    learn(model, false, [peer('pi-2', { life: 'gone' }), peer('pi-9')])
    expect(rowsOf(model).map(({ id, life }) => `${id} ${life}`)).toEqual(['pi-2 gone', 'pi-9 alive', 'pi-10 alive'])
    learn(model, true, [peer('pi-9')])
    expect(rowsOf(model).map(({ id }) => id)).toEqual(['pi-9'])
  })

  it('remembers spikes by neuron, and not without end', () => {
    const rows = createSpikeRows()
    expect(rows.secondsOf(START_US)).toBe(0)
    for (let k = 0; k < 50_000; k++) rows.add([3, START_US + k * 1000])
    expect(rows.row(3).length).toBeLessThanOrEqual(8192)
    expect(rows.row(3).at(-1)).toBeCloseTo(49.999, 6)
    expect(rows.row(4)).toEqual([])
  })
})

it.each([
  ['mqtt://pi-a:***@broker.local', 'neurond --set id=pi-b --set mqtt.url=mqtt://broker.local'],
  ['mqtt://127.0.0.1:1883', 'neurond --set id=pi-b --set mqtt.url=mqtt://127.0.0.1:1883'],
])('to a lone neuron at %s others join by the address of the broker, without its user', (url, command) => {
  const model = createWallModel()
  model.broker = { state: 'online', url, reason: '', refused: [], overflow: 0 }
  expect(JSON.stringify(joinView(model))).toContain(JSON.stringify(command))
})
