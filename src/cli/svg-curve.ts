import { rateWithNoiseHz } from '../neuron/siegert.ts'
import { neuronCaption, timingCaption } from './caption.ts'
import type { Curve } from './simulate/curve.ts'
import { domainOf, type Point, pixelOf, type Scale, shortNumber, ticksIn } from './simulate/plot.ts'
import {
  bottomAxis,
  dot,
  frame,
  INK,
  LETTERS,
  leftAxis,
  picture,
  polyline,
  rule,
  text,
  titleLines,
} from './simulate/svg.ts'

const LEFT = 108
const RIGHT = 776
const TOP = 140
const BOTTOM = 524
const LEGEND_Y = 120
const THEORY_POINTS = 400
const RHEOBASE_DASH = ' stroke-dasharray="8 5"'

/** An f-I curve as a picture: the theory as a line, what was counted as points, the rheobase as a dashed line. */
export function curvePicture(name: string, curve: Curve): string {
  const { neuron, plan, rheobaseNa, points } = curve
  const title = `f-I curve: ${name}`
  const windowMs = shortNumber(plan.window.toMs - plan.window.fromMs, 7)
  const captions = [neuronCaption(neuron), `spikes counted over ${windowMs} ms · ${timingCaption(plan)}`]
  const [fromNa, toNa] = domainOf(
    points.map(({ currentNa }) => currentNa),
    0.03,
  )
  const theory = theoryPoints(curve, fromNa, toNa)
  const [, highHz] = domainOf([0, ...points.map(({ rateHz }) => rateHz), ...theory.map(({ y }) => y)], 0.06)
  const x: Scale = { from: fromNa, to: toNa, fromPx: LEFT, toPx: RIGHT }
  const y: Scale = { from: 0, to: highHz, fromPx: BOTTOM, toPx: TOP }
  const placeOf = (currentNa: number, rateHz: number) => ({ x: pixelOf(x, currentNa), y: pixelOf(y, rateHz) })
  const rheobase = rheobaseNa > fromNa && rheobaseNa < toNa ? [pixelOf(x, rheobaseNa)] : []
  const radiusPx = Math.min(7, Math.max(2, (0.4 * (RIGHT - LEFT)) / points.length))
  return picture(title, captions.join('; '), [
    ...titleLines(title, captions),
    ...legend(rheobaseNa),
    ...bottomAxis(x, ticksIn(fromNa, toNa, 6), TOP, BOTTOM, 'input current I (nA)'),
    ...leftAxis(y, ticksIn(0, highHz, 6), RIGHT, LEFT, 'firing rate f (Hz)'),
    ...rheobase.map(place => rule({ x: place, y: TOP }, { x: place, y: BOTTOM }, INK.line, RHEOBASE_DASH)),
    frame(x, y),
    polyline(
      theory.map(point => placeOf(point.x, point.y)),
      INK.blue,
      3,
    ),
    ...points.map(({ currentNa, rateHz }) => dot(placeOf(currentNa, rateHz), radiusPx, INK.red)),
  ])
}

/** The theory's rate at currents that crowd together just above the rheobase, where the curve starts upright. */
function theoryPoints({ neuron, rheobaseNa }: Curve, fromNa: number, toNa: number): Point[] {
  const steepNa = Math.min(toNa, Math.max(fromNa, rheobaseNa))
  const evenly = Array.from({ length: THEORY_POINTS + 1 }, (_, k) => k / THEORY_POINTS)
  const currents = [
    ...evenly.map(u => fromNa + u * (steepNa - fromNa)),
    ...evenly.map(u => steepNa + u ** 4 * (toNa - steepNa)),
  ]
  return currents.map(currentNa => ({ x: currentNa, y: rateWithNoiseHz(neuron, currentNa) }))
}

function legend(rheobaseNa: number): string[] {
  const y = LEGEND_Y
  const sample = (x: number): readonly [Point, Point] => [
    { x, y: y - 6 },
    { x: x + 44, y: y - 6 },
  ]
  return [
    polyline(sample(LEFT), INK.blue, 3),
    text(LEFT + 54, y, 'theory', { size: LETTERS.note }),
    dot({ x: 272, y: y - 6 }, 7, INK.red),
    text(288, y, 'counted', { size: LETTERS.note }),
    rule(...sample(430), INK.line, RHEOBASE_DASH),
    text(484, y, `rheobase ${shortNumber(rheobaseNa)} nA`, { size: LETTERS.note }),
  ]
}
