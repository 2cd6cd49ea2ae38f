/** Axes to draw in, or with a curve and points in them: black on white, for print. */
import { nothing, svg, type TemplateResult } from 'lit-html'
import { ticksBetween } from '../neuron/plots/svg-picture.ts'
import { formatShort } from '../shared/number-format.ts'

export interface AxesPicture {
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly line?: readonly Point[] | undefined
  readonly points?: readonly Point[] | undefined
}

interface Axis {
  readonly from: number
  readonly to: number
  readonly label: string
}

type Point = readonly [x: number, y: number]

const WIDTH = 640
const HEIGHT = 320
const [LEFT, RIGHT, TOP, BOTTOM] = [64, 624, 12, 268]

export function axesPicture({ title, x, y, line, points }: AxesPicture): TemplateResult {
  const atX = (value: number) => LEFT + ((RIGHT - LEFT) * (value - x.from)) / (x.to - x.from)
  const atY = (value: number) => BOTTOM - ((BOTTOM - TOP) * (value - y.from)) / (y.to - y.from)
  const ticksX = ticksBetween(x.from, x.to)
  const ticksY = ticksBetween(y.from, y.to)
  const path = line?.map(([px, py]) => `${atX(px).toFixed(1)},${atY(py).toFixed(1)}`).join(' ')
  return svg`<svg class="sheet-picture" viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${title}>
    <g class="grid">${ticksX.map(tick => svg`<path d=${`M${atX(tick)} ${TOP}V${BOTTOM}`}></path>`)}${ticksY.map(tick => svg`<path d=${`M${LEFT} ${atY(tick)}H${RIGHT}`}></path>`)}</g>
    <path class="axes" d=${`M${LEFT} ${TOP}V${BOTTOM}H${RIGHT}`}></path>
    ${ticksX.map(tick => svg`<text x=${atX(tick)} y=${BOTTOM + 18} text-anchor="middle">${formatShort(tick)}</text>`)}
    ${ticksY.map(tick => svg`<text x=${LEFT - 8} y=${atY(tick) + 5} text-anchor="end">${formatShort(tick)}</text>`)}
    <text x=${(LEFT + RIGHT) / 2} y=${HEIGHT - 8} text-anchor="middle">${x.label}</text>
    <text transform=${`translate(16 ${(TOP + BOTTOM) / 2}) rotate(-90)`} text-anchor="middle">${y.label}</text>
    ${path === undefined ? nothing : svg`<polyline class="curve" points=${path}></polyline>`}
    ${points?.map(([px, py]) => svg`<circle class="point" cx=${atX(px)} cy=${atY(py)} r="5"></circle>`)}
  </svg>`
}
