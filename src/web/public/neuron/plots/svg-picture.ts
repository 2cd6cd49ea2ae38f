/** What drawings of all plots have in common: size, title, numbers on the axes. Pure. */
import type { ToldParams } from '../../../../loop/control/live-params.ts'
import { paramsText } from '../data/params-text.ts'
import { roundStep } from './scope-axes.ts'

/** CSS pixels; as a PNG it has four times as many to each side, 300 dots per inch on 21 cm. */
export const PICTURE_SIZE = { width: 640, height: 480, scale: 4 } as const

/** The opening tag, a white background, the title and the parameters. */
export function pictureHead(title: string, params: ToldParams): string[] {
  const { width, height } = PICTURE_SIZE
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="14">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="66" y="26" font-weight="bold" font-size="16">${escaped(title)}</text>`,
    `<text x="66" y="46" font-size="12">${withIndices(escaped(paramsText(params)))}</text>`,
  ]
}

/** V_th with its index below the line. */
function withIndices(markup: string): string {
  return markup.replace(/_(\w+) /g, '<tspan dy="3" font-size="9">$1</tspan><tspan dy="-3"> </tspan>')
}

/** About so many round numbers. */
export function ticksBetween(from: number, to: number, count = 6): number[] {
  const step = roundStep((to - from) / count)
  const first = Math.ceil(from / step - 1e-9)
  const most = Math.floor(to / step + 1e-9) - first + 1
  return Array.from({ length: most }, (_, k) => Number(((first + k) * step).toPrecision(9)))
}

export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, one => `&#${one.charCodeAt(0)};`)
}
