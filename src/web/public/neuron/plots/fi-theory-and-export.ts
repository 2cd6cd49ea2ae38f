/** The theoretical f-I curve, the error of a measured rate, and both as CSV and SVG. Pure. */
import type { NeuronParams } from '../../../../neuron/params.ts'
import { rateWithNoiseHz } from '../../../../neuron/siegert.ts'
import { rheobaseNa } from '../../../../neuron/theory.ts'
import type { FiMeasurement, SteadyRate } from '../data/fi-measurement.ts'

export interface TheoryCurve {
  readonly iNa: readonly number[]
  readonly rateHz: readonly number[]
  readonly rangeNa: readonly [number, number]
  readonly topHz: number
  readonly rheobaseNa: number
}

const POINTS = 160
/** The curve rises vertically at the rheobase: points this close above it, as a share of the range, show where. */
const CLOSE = 1e-4

export function theoryCurve(neuron: NeuronParams, minNa: number, maxNa: number): TheoryCurve {
  const rheobase = rheobaseNa(neuron)
  const even = Array.from({ length: POINTS }, (_, k) => minNa + ((maxNa - minNa) * k) / (POINTS - 1))
  const isInside = rheobase > minNa && rheobase < maxNa
  const close = isInside ? [0, 1, 5, 25, 100].map(k => rheobase + k * CLOSE * (maxNa - minNa)) : []
  const iNa = [...even, ...close].sort((a, b) => a - b)
  const rateHz = iNa.map(current => rateWithNoiseHz(neuron, current))
  return { iNa, rateHz, rangeNa: [minNa, maxNa], topHz: Math.max(1, ...rateHz), rheobaseNa: rheobase }
}

/** Difference of a measured rate from theory, per cent; undefined if the theoretical rate is 0. */
export function errorPercent(neuron: NeuronParams, { iNa, rateHz }: SteadyRate): number | undefined {
  const theoryHz = rateWithNoiseHz(neuron, iNa)
  return theoryHz > 0 ? 100 * (rateHz / theoryHz - 1) : undefined
}

/** Measured rates beside theoretical ones. */
export function fiCsv(neuron: NeuronParams, { points, steady }: Pick<FiMeasurement, 'points' | 'steady'>): string {
  const row = (kind: string, iNa: number, rateHz: number) => {
    return [kind, iNa.toFixed(5), rateHz.toFixed(4), rateWithNoiseHz(neuron, iNa).toFixed(4)].join(',')
  }
  return [
    'kind,i_na,rate_hz,theory_hz',
    ...points.map(({ iNa, rateHz }) => row('interval', iNa, rateHz)),
    ...(steady ? [row('steady', steady.iNa, steady.rateHz)] : []),
    '',
  ].join('\n')
}

/** The chart as a drawing of 640 by 480, black on white. */
export function fiSvg(
  curve: TheoryCurve,
  { points, steady }: Pick<FiMeasurement, 'points' | 'steady'>,
  title: string,
): string {
  const [low, high] = curve.rangeNa
  const topHz = Math.max(curve.topHz, ...points.map(point => point.rateHz)) * 1.08
  const x = (iNa: number) => (70 + (540 * (iNa - low)) / (high - low)).toFixed(1)
  const y = (hz: number) => (420 - (370 * hz) / topHz).toFixed(1)
  const line = curve.iNa.map((iNa, k) => `${x(iNa)},${y(curve.rateHz[k]!)}`).join(' ')
  const dots = points.map(point => `<circle cx="${x(point.iNa)}" cy="${y(point.rateHz)}" r="2" opacity="0.4"/>`)
  const ticks = [0, 1, 2, 3, 4].map(k => tick(x, y, low + ((high - low) * k) / 4, (topHz * k) / 4))
  const rheobaseX = x(curve.rheobaseNa)
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 480" font-family="sans-serif" font-size="14">',
    `<rect width="640" height="480" fill="#fff"/><text x="70" y="28" font-weight="bold">${escaped(title)}</text>`,
    `<path d="M70 50V420H610" fill="none" stroke="#000"/>${ticks.join('')}`,
    `<text x="340" y="466" text-anchor="middle">I (nA)</text>`,
    `<text x="20" y="235" text-anchor="middle" transform="rotate(-90 20 235)">f (Hz)</text>`,
    `<path d="M${rheobaseX} 50V420" stroke="#e69f00" stroke-dasharray="6 5"/>`,
    `<polyline points="${line}" fill="none" stroke="#000" stroke-width="2"/><g fill="#d55e00">${dots.join('')}`,
    steady ? `<circle cx="${x(steady.iNa)}" cy="${y(steady.rateHz)}" r="6"/>` : '',
    '</g></svg>',
  ].join('\n')
}

function tick(x: (iNa: number) => string, y: (hz: number) => string, iNa: number, hz: number): string {
  const number = (value: number) => String(Number(value.toPrecision(3)))
  return `<text x="${x(iNa)}" y="442" text-anchor="middle">${number(iNa)}</text><text x="62" y="${y(hz)}" text-anchor="end" dy="5">${number(hz)}</text>`
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, one => `&#${one.charCodeAt(0)};`)
}
