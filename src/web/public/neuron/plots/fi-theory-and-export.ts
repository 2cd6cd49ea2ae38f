/** The theoretical f-I curve, the error of a measured rate, and both as CSV and SVG. Pure. */

import type { ToldParams } from '../../../../loop/control/live-params.ts'
import type { NeuronParams } from '../../../../neuron/params.ts'
import { rateWithNoiseHz } from '../../../../neuron/siegert.ts'
import { rheobaseNa } from '../../../../neuron/theory.ts'
import { WORDS } from '../../shared/neuron-page-words.ts'
import { formatShort } from '../../shared/number-format.ts'
import { type CsvFormat, csvText } from '../data/csv-format.ts'
import type { FiMeasurement, FiPoint, SteadyRate } from '../data/fi-measurement.ts'
import { paramLines } from '../data/params-text.ts'
import { escaped, pictureHead, ticksBetween } from './svg-picture.ts'

export interface TheoryCurve {
  readonly iNa: readonly number[]
  readonly rateHz: readonly number[]
  readonly rangeNa: readonly [number, number]
  readonly topHz: number
  /** NaN while it is hidden. */
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

/** In place of the curve of a hidden neuron: the axes alone. */
export function hiddenCurve(minNa: number, maxNa: number): TheoryCurve {
  return { iNa: [minNa, maxNa], rateHz: [0, 0], rangeNa: [minNa, maxNa], topHz: HIDDEN_TOP_HZ, rheobaseNa: Number.NaN }
}

const HIDDEN_TOP_HZ = 10

/** Difference of a measured rate from theory, per cent; undefined if the theoretical rate is 0. */
export function errorPercent(neuron: NeuronParams, { iNa, rateHz }: SteadyRate): number | undefined {
  const theoryHz = rateWithNoiseHz(neuron, iNa)
  return theoryHz > 0 ? 100 * (rateHz / theoryHz - 1) : undefined
}

interface ExportOptions {
  /** Of the neuron. */
  readonly name: string
  readonly hidesTheory: boolean
}

type Points = Pick<FiMeasurement, 'points' | 'heldPoints' | 'steady'>

/** Measured rates beside theoretical ones, unless those are hidden. */
export function fiCsv(
  params: ToldParams,
  { points, heldPoints, steady }: Points,
  { name, format, hidesTheory }: ExportOptions & { readonly format: CsvFormat },
): string {
  const row = (kind: string, { iNa, rateHz, intervals = 1, uncertainty }: FiPoint & Partial<SteadyRate>) => {
    const measured = [kind, iNa.toFixed(5), rateHz.toFixed(4), intervals, uncertainty?.toFixed(5) ?? '']
    return hidesTheory || params.model === null ? measured : [...measured, rateWithNoiseHz(params, iNa).toFixed(4)]
  }
  const columns = ['kind', 'i_na', 'rate_hz', 'intervals', 'standard_error', ...(hidesTheory ? [] : ['theory_hz'])]
  const rows = [
    ...points.map(point => row('interval', point)),
    ...heldPoints.map(point => row('sweep', point)),
    ...(steady ? [row('steady', steady)] : []),
  ]
  return csvText({ comments: [WORDS.files.fi(name), ...paramLines(params)], columns, rows }, format)
}

/** Where the axes stand. */
const LEFT = 66
const RIGHT = 620
const TOP = 66
const BOTTOM = 426
const INK = '#000'
const POINT = '#d55e00'

/** The chart as a drawing, black on white, with its parameters. */
export function fiSvg(
  curve: TheoryCurve,
  { points, heldPoints, steady }: Points,
  { name, params, hidesTheory }: ExportOptions & { readonly params: ToldParams },
): string {
  const [low, high] = curve.rangeNa
  const isInside = ({ iNa }: FiPoint) => iNa >= low && iNa <= high
  const inside = points.filter(isInside)
  const held = heldPoints.filter(isInside)
  const measured = [...inside, ...held, ...(steady ? [steady] : [])].map(({ rateHz }) => rateHz)
  const topHz = measured.reduce((top, hz) => Math.max(top, hz), curve.topHz) * 1.08
  const x = (iNa: number) => (LEFT + ((RIGHT - LEFT) * (iNa - low)) / (high - low)).toFixed(1)
  const y = (hz: number) => (BOTTOM - ((BOTTOM - TOP) * hz) / topHz).toFixed(1)
  const line = curve.iNa.map((iNa, k) => `${x(iNa)},${y(curve.rateHz[k]!)}`).join(' ')
  const text = (at: string, content: string) => `<text ${at}>${escaped(content)}</text>`
  const xTicks = ticksBetween(low, high).map(
    iNa =>
      `<path d="M${x(iNa)} ${BOTTOM}v5"/>${text(`x="${x(iNa)}" y="${BOTTOM + 20}" text-anchor="middle"`, formatShort(iNa))}`,
  )
  const yTicks = ticksBetween(0, topHz).map(
    hz =>
      `<path d="M${LEFT} ${y(hz)}h-5"/>${text(`x="${LEFT - 9}" y="${y(hz)}" dy="5" text-anchor="end"`, formatShort(hz))}`,
  )
  const theory = hidesTheory
    ? []
    : [
        `<path d="M${x(curve.rheobaseNa)} ${TOP}V${BOTTOM}" stroke="#b87800" stroke-dasharray="6 5"/>`,
        `<polyline points="${line}" fill="none" stroke="${INK}" stroke-width="2"/>`,
      ]
  const legend = [
    ...(hidesTheory ? [] : [{ mark: `<path d="M${LEFT + 12} %h18" stroke-width="2"/>`, words: WORDS.plots.theory }]),
    { mark: `<circle cx="${LEFT + 21}" cy="%" r="4" fill="${POINT}" stroke="none"/>`, words: WORDS.plots.measured },
  ].map(({ mark, words }, k) => {
    const at = TOP + 14 + 20 * k
    return `${mark.replace('%', String(at))}${text(`x="${LEFT + 38}" y="${at + 5}"`, words)}`
  })
  const heldMarks = held.map(({ iNa, rateHz, uncertainty }) => {
    const [from, to] = [rateHz * (1 - 2 * uncertainty), rateHz * (1 + 2 * uncertainty)]
    return `<path d="M${x(iNa)} ${y(from)}V${y(to)}"/><circle cx="${x(iNa)}" cy="${y(rateHz)}" r="4" fill="#fff"/>`
  })
  return [
    ...pictureHead(WORDS.plots.title(name), params),
    `<g stroke="${INK}" fill="none"><path d="M${LEFT} ${TOP}V${BOTTOM}H${RIGHT}"/>`,
    `<g stroke="none" fill="${INK}">${text(`x="${(LEFT + RIGHT) / 2}" y="468" text-anchor="middle"`, WORDS.plots.current)}`,
    text(`transform="translate(20 ${(TOP + BOTTOM) / 2}) rotate(-90)" text-anchor="middle"`, WORDS.plots.rate),
    ...[...xTicks, ...yTicks, ...legend].map(part => part.replace(/<path /g, `<path stroke="${INK}" `)),
    '</g>',
    ...theory,
    `</g><g fill="${POINT}">${inside.map(point => `<circle cx="${x(point.iNa)}" cy="${y(point.rateHz)}" r="2" opacity="0.4"/>`).join('')}</g>`,
    `<g fill="${POINT}" stroke="${POINT}" stroke-width="2">${heldMarks.join('')}`,
    steady ? `<circle cx="${x(steady.iNa)}" cy="${y(steady.rateHz)}" r="5"/>` : '',
    '</g></svg>',
  ].join('\n')
}
