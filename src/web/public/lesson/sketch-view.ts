/** A pad on which a curve is drawn, with pen, finger, mouse or keys; and the curve once it is handed in. */
import { html, nothing, svg, type TemplateResult } from 'lit-html'
import type { SketchAxis } from '../../../lessons/report.ts'
import { formatShort } from '../shared/number-format.ts'
import type { LessonActions } from './actions.ts'
import type { KeptSketch, LessonPanel } from './panel-state.ts'
import { at, type PadPlace, type Sketch, shareOf } from './sketch.ts'
import { LESSON_WORDS } from './words.ts'

const [WIDTH, HEIGHT] = [300, 170]
/** Room for the numbers of the axes, left and below. */
const [LEFT, BELOW] = [34, 34]
const KEY_STEP = 0.05

/** A point that was measured. */
export interface MeasuredPoint {
  readonly iNa: number
  readonly rateHz: number
}

export function sketchPad(
  panel: LessonPanel,
  axes: { readonly x: SketchAxis; readonly y: SketchAxis },
  actions: LessonActions,
): TemplateResult {
  const { sketch, pen } = panel
  const { x, y } = axes
  const height = heightAt(sketch, pen.x)
  const press = (event: PointerEvent) => {
    const place = placeOf(event)
    ;(event.currentTarget as Element).setPointerCapture(event.pointerId)
    actions.putPen(place)
    actions.draw(place, place)
  }
  const move = (event: PointerEvent) => {
    if (!(event.currentTarget as Element).hasPointerCapture(event.pointerId)) return
    const place = placeOf(event)
    actions.draw(panel.pen, place)
    actions.putPen(place)
  }
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key]
    if (!step) return
    event.preventDefault()
    event.stopPropagation()
    const [along, up] = step as [number, number]
    // As it is now: keys come faster than frames.
    const drawn = heightAt(panel.sketch, panel.pen.x)
    const from = { x: panel.pen.x, y: drawn ?? 0 }
    const to = { x: within(from.x + along * KEY_STEP), y: within(from.y + up * KEY_STEP) }
    // The line is drawn on at the height where the pen is.
    if (up !== 0) actions.draw(to, to)
    else if (drawn !== undefined) actions.draw(from, to)
    actions.putPen(to)
  }
  return html`<svg class="sketch" id="sketch" viewBox=${`0 0 ${LEFT + WIDTH + 8} ${HEIGHT + BELOW + 8}`} tabindex="0" role="slider"
      aria-orientation="vertical" aria-label=${LESSON_WORDS.sketchOf(y.unit, x.unit)} aria-valuemin=${y.from} aria-valuemax=${y.to}
      aria-valuenow=${at(y, height ?? 0)}
      aria-valuetext=${LESSON_WORDS.sketchAt(`${formatShort(at(y, height ?? 0))} ${y.unit}`, `${formatShort(at(x, pen.x))} ${x.unit}`)}
      @pointerdown=${press} @pointermove=${move} @keydown=${keys}>
      ${axesView(x, y)}${curveView(sketch, 'drawn')}
      <circle class="pen" cx=${LEFT + pen.x * WIDTH} cy=${8 + (1 - (height ?? 0)) * HEIGHT} r="5"></circle>
    </svg>
    <p class="hint">${LESSON_WORDS.sketchHelp}</p>`
}

/** The sketch that was handed in, with what has been measured since. */
export function sketchPicture({ sketch, x, y }: KeptSketch, points: readonly MeasuredPoint[]): TemplateResult {
  const inside = points.filter(({ iNa, rateHz }) =>
    [shareOf(x, iNa), shareOf(y, rateHz)].every(one => one >= 0 && one <= 1),
  )
  return html`<svg class="sketch done" viewBox=${`0 0 ${LEFT + WIDTH + 8} ${HEIGHT + BELOW + 8}`} role="img" aria-label=${LESSON_WORDS.yourSketch}>
    ${axesView(x, y)}${curveView(sketch, 'earlier')}
    ${inside.map(({ iNa, rateHz }) => svg`<circle class="point" cx=${(LEFT + shareOf(x, iNa) * WIDTH).toFixed(1)} cy=${(8 + (1 - shareOf(y, rateHz)) * HEIGHT).toFixed(1)} r="4"></circle>`)}
  </svg>`
}

function axesView(x: SketchAxis, y: SketchAxis): TemplateResult {
  const ticks = [0, 1 / 3, 2 / 3, 1]
  return svg`
    ${ticks.map(
      share => svg`<path class="grid" d=${`M${LEFT + share * WIDTH} 8V${8 + HEIGHT}M${LEFT} ${8 + share * HEIGHT}H${LEFT + WIDTH}`}></path>
      <text x=${LEFT + share * WIDTH} y=${HEIGHT + 22} text-anchor="middle">${formatShort(at(x, share))}</text>
      <text x=${LEFT - 5} y=${13 + (1 - share) * HEIGHT} text-anchor="end">${formatShort(at(y, share))}</text>`,
    )}
    <text x=${LEFT + WIDTH} y=${HEIGHT + 37} text-anchor="end">${x.unit}</text>
    <text x=${LEFT + 5} y="21">${y.unit}</text>`
}

function curveView(sketch: Sketch, kind: string): TemplateResult | typeof nothing {
  let path = ''
  let isOn = false
  sketch.forEach((height, column) => {
    const isDrawn = !Number.isNaN(height)
    if (isDrawn) {
      const to = `${(LEFT + (column / (sketch.length - 1)) * WIDTH).toFixed(1)} ${(8 + (1 - height) * HEIGHT).toFixed(1)}`
      // A single point is a line of no length, with round ends.
      path += isOn ? `L${to}` : `M${to}L${to}`
    }
    isOn = isDrawn
  })
  return path === '' ? nothing : svg`<path class=${`curve ${kind}`} d=${path}></path>`
}

/** Undefined where nothing is drawn. */
function heightAt(sketch: Sketch, x: number): number | undefined {
  const height = sketch[Math.round(x * (sketch.length - 1))]
  return height === undefined || Number.isNaN(height) ? undefined : height
}

function placeOf({ currentTarget, clientX, clientY }: PointerEvent): PadPlace {
  const pad = currentTarget as SVGSVGElement
  const place = new DOMPoint(clientX, clientY).matrixTransform(pad.getScreenCTM()!.inverse())
  return { x: within((place.x - LEFT) / WIDTH), y: within(1 - (place.y - 8) / HEIGHT) }
}

function within(value: number): number {
  return Math.min(1, Math.max(0, value))
}
