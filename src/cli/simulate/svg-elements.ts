/** Elements of an SVG: text, lines, dots, axes. Pure. */
import { type PlotPoint, pixelOf, type Scale, tickTexts } from './scales-and-captions.ts'

/** The page, in the units of all sizes below. Letters are large for it: legible from the last row, and on a telephone. */
const PAGE = { width: 800, height: 600 } as const

/** Colours that colour-blind people tell apart (Okabe and Ito 2008), each dark enough on white. */
export const COLOURS = {
  text: '#222222',
  faint: '#dddddd',
  line: '#777777',
  blue: '#0072b2',
  red: '#d55e00',
  green: '#007a5a',
} as const

export const FONT_SIZES = { title: 27, axis: 22, tick: 20, note: 18 } as const

interface TextStyle {
  readonly size: number
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly bold?: boolean
  /** Degrees, about the text's own position. */
  readonly turned?: number
  /** Smaller letters rather than a line wider than this. */
  readonly fitPx?: number
}

/** A whole document, with a white background of its own. */
export function svgDocument(title: string, description: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${PAGE.width} ${PAGE.height}" role="img" font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(description)}</desc>`,
    `<rect width="${PAGE.width}" height="${PAGE.height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n')
}

/** The title of a picture and the lines below it. */
export function titleLines(title: string, captions: readonly string[]): string[] {
  const fitPx = PAGE.width - 32
  return [
    text(16, 36, title, { size: FONT_SIZES.title, bold: true, fitPx }),
    ...captions.map((caption, k) => text(16, 63 + 25 * k, caption, { size: FONT_SIZES.note, fitPx })),
  ]
}

export function text(x: number, y: number, words: string, style: TextStyle): string {
  const { anchor = 'start', bold, turned, fitPx = Infinity } = style
  const size = Math.min(style.size, fitPx / (words.length * (bold ? BOLD_WIDTH : LETTER_WIDTH)))
  const attributes = [
    `x="${px(x)}" y="${px(y)}" font-size="${px(size)}" fill="${COLOURS.text}" text-anchor="${anchor}"`,
    ...(bold ? ['font-weight="bold"'] : []),
    ...(turned ? [`transform="rotate(${turned} ${px(x)} ${px(y)})"`] : []),
  ]
  return `<text ${attributes.join(' ')}>${escaped(words)}</text>`
}

/** A line through points; `look` holds more attributes, like a dash. */
export function polyline(points: readonly PlotPoint[], colour: string, widthPx: number, look = ''): string {
  const path = points.map(({ x, y }, k) => `${k === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`).join('')
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${px(widthPx)}" stroke-linejoin="round"${look}/>`
}

/** Many vertical strokes in one element; strokes at the same place are drawn once. */
export function strokes(xs: readonly number[], fromPx: number, toPx: number, colour: string, widthPx: number): string {
  const places = [...new Set(xs.map(x => px(x)))]
  const path = places.map(x => `M${x} ${px(fromPx)}V${px(toPx)}`).join('')
  return path === '' ? '' : `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${px(widthPx)}"/>`
}

/** A horizontal or vertical line across a plot. */
export function rule(from: PlotPoint, to: PlotPoint, colour: string, look = ''): string {
  return polyline([from, to], colour, 1.5, look)
}

/** A dot with a white edge, to be seen on a line. */
export function dot({ x, y }: PlotPoint, radiusPx: number, colour: string): string {
  return `<circle cx="${px(x)}" cy="${px(y)}" r="${px(radiusPx)}" fill="${colour}" stroke="#ffffff" stroke-width="1"/>`
}

/** The axis below plots: ticks with numbers, faint lines up through the plots, and the name. */
export function bottomAxis(
  x: Scale,
  ticks: readonly number[],
  topPx: number,
  bottomPx: number,
  name: string,
): string[] {
  const numbers = tickTexts(ticks)
  return [
    ...ticks.map(tick =>
      rule({ x: pixelOf(x, tick), y: topPx }, { x: pixelOf(x, tick), y: bottomPx + 6 }, COLOURS.faint),
    ),
    ...ticks.map((tick, k) =>
      text(pixelOf(x, tick), bottomPx + 28, numbers[k]!, { size: FONT_SIZES.tick, anchor: 'middle' }),
    ),
    text((x.fromPx + x.toPx) / 2, bottomPx + 58, name, { size: FONT_SIZES.axis, anchor: 'middle' }),
  ]
}

/** The axis left of a plot: ticks with numbers, faint lines through the plot, and the name, turned. */
export function leftAxis(y: Scale, ticks: readonly number[], rightPx: number, leftPx: number, name: string): string[] {
  const numbers = tickTexts(ticks)
  return [
    ...ticks.map(tick =>
      rule({ x: leftPx - 6, y: pixelOf(y, tick) }, { x: rightPx, y: pixelOf(y, tick) }, COLOURS.faint),
    ),
    ...ticks.map((tick, k) =>
      text(leftPx - 10, pixelOf(y, tick) + 7, numbers[k]!, { size: FONT_SIZES.tick, anchor: 'end', fitPx: 56 }),
    ),
    text(23, (y.fromPx + y.toPx) / 2, name, { size: FONT_SIZES.axis, anchor: 'middle', turned: -90 }),
  ]
}

/** A line around a plot. */
export function frame(x: Scale, y: Scale): string {
  const size = `width="${px(x.toPx - x.fromPx)}" height="${px(y.fromPx - y.toPx)}"`
  return `<rect x="${px(x.fromPx)}" y="${px(y.toPx)}" ${size} fill="none" stroke="${COLOURS.line}" stroke-width="1.5"/>`
}

/** Pixels with one decimal: finer than any screen, and short. */
function px(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** Mean width of a letter as a part of its height, in the widest of the fonts above. */
const LETTER_WIDTH = 0.57
const BOLD_WIDTH = 0.67

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
