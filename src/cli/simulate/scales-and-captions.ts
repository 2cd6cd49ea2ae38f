/** Scales, ticks, labels and captions of plots. Pure. */
import { hasFloor, type NeuronParams } from '../../neuron/params.ts'
import type { PresetRun } from '../../neuron/presets.ts'

/** A linear map from values to pixels. */
export interface Scale {
  readonly from: number
  readonly to: number
  readonly fromPx: number
  readonly toPx: number
}

export interface PlotPoint {
  readonly x: number
  readonly y: number
}

export function pixelOf({ from, to, fromPx, toPx }: Scale, value: number): number {
  return fromPx + ((value - from) / (to - from)) * (toPx - fromPx)
}

/** The next 1, 2 or 5 times a power of ten; of a number above 0. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const factor = [1, 2, 5].find(candidate => candidate * power >= value * (1 - 1e-9)) ?? 10
  return roundedOff(factor * power)
}

/** Round numbers within a domain, at most `most` + 1 of them: steps of 1, 2 or 5 times a power of ten. */
export function ticksIn(from: number, to: number, most: number): readonly number[] {
  const step = roundUp((to - from) / most)
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => roundedOff((first + k) * step))
}

/** The numbers at an axis: equally many decimals, a true minus sign, a space between thousands. */
export function tickTexts(ticks: readonly number[]): readonly string[] {
  const largest = Math.max(...ticks.map(Math.abs))
  const smallest = Math.min(...ticks.filter(tick => tick !== 0).map(Math.abs))
  if (largest >= 1e6 || smallest < 1e-4)
    return ticks.map(tick => withMinus(Number(tick.toPrecision(6)).toExponential()))
  const decimals = Math.max(...ticks.map(tick => decimalsOf(tick)))
  return ticks.map(tick => withThousands(withMinus(tick.toFixed(decimals))))
}

/** A number in a sentence, with a true minus. */
export function shortNumber(value: number, digits = 4): string {
  return withMinus(String(Number(value.toPrecision(digits))))
}

/** The domain of some values with a margin, which is a fraction of it; never empty. */
export function domainOf(values: readonly number[], margin: number): readonly [from: number, to: number] {
  const min = values.reduce((a, b) => Math.min(a, b), Infinity)
  const max = values.reduce((a, b) => Math.max(a, b), -Infinity)
  const spare = margin * (max - min) || Math.abs(max) / 10 || 1
  return [min - spare, max + spare]
}

/**
 * The fewest points that draw the same line: of all that fall into one column of pixels the first, the lowest, the
 * highest and the last. Points are in pixels, from left to right.
 */
export function decimate(points: readonly PlotPoint[], columnPx: number): readonly PlotPoint[] {
  const kept: PlotPoint[] = []
  let start = 0
  while (start < points.length) {
    const column = columnOf(points[start]!, columnPx)
    let end = start
    let low = start
    let high = start
    while (end < points.length && columnOf(points[end]!, columnPx) === column) {
      if (points[end]!.y < points[low]!.y) low = end
      if (points[end]!.y > points[high]!.y) high = end
      end++
    }
    const places = [...new Set([start, low, high, end - 1])].sort((a, b) => a - b)
    kept.push(...places.map(place => points[place]!))
    start = end
  }
  return kept
}

/** Heights of labels, at `wanted` or moved apart until each has `roomPx`; between `topPx` and `bottomPx`. */
export function spreadLabels(wanted: readonly number[], roomPx: number, topPx: number, bottomPx: number): number[] {
  const order = wanted.map((_, k) => k).sort((a, b) => wanted[a]! - wanted[b]!)
  const heights = [...wanted]
  let free = topPx
  for (const k of order) {
    heights[k] = Math.max(wanted[k]!, free)
    free = heights[k] + roomPx
  }
  let limit = bottomPx
  for (const k of order.reverse()) {
    heights[k] = Math.min(heights[k]!, limit)
    limit = heights[k] - roomPx
  }
  return heights
}

function columnOf({ x }: PlotPoint, columnPx: number): number {
  return Math.floor(x / columnPx)
}

// 3 x 0.1 is 0.30000000000000004; an axis says 0.3. Adding 0 makes -0 a plain 0.
function roundedOff(value: number): number {
  return Number(value.toPrecision(12)) + 0
}

function decimalsOf(value: number): number {
  return /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0
}

function withMinus(text: string): string {
  return text.replaceAll('-', '−')
}

// A thin space between the thousands, from five digits on.
function withThousands(text: string): string {
  return text.replace(/^−?\d{5,}/, digits => digits.replace(/\B(?=(\d{3})+$)/g, '\u2009'))
}

/** The neuron in one line: `τ 10 ms · R 10 MΩ · rest −70, threshold −55, reset −75 mV`. */
export function neuronCaption(neuron: NeuronParams): string {
  const { restMv, thresholdMv, resetMv, tauMs, resistanceMohm, capacitanceNf, refractoryMs, noiseMv, seed } = neuron
  const n = shortNumber
  const isPerfect = neuron.model === 'pif'
  return [
    isPerfect ? `no leak · C ${n(capacitanceNf)} nF` : `τ ${n(tauMs)} ms · R ${n(resistanceMohm)} MΩ`,
    thresholdMv < Infinity
      ? `${isPerfect ? '' : `rest ${n(restMv)}, `}threshold ${n(thresholdMv)}, reset ${n(resetMv)} mV`
      : `${isPerfect ? '' : `rest ${n(restMv)} mV, `}no threshold`,
    ...(refractoryMs > 0 ? [`refractory ${n(refractoryMs)} ms`] : []),
    ...spikeCurrentCaptions(neuron),
    ...thresholdCaptions(neuron),
    ...(noiseMv > 0 ? [`noise ${n(noiseMv)} mV, seed ${seed}`] : []),
  ].join(' · ')
}

function spikeCurrentCaptions(neuron: NeuronParams): string[] {
  const n = shortNumber
  return (['slow', 'fast'] as const).flatMap(kind => {
    const [jumpNa, tauMs, keep] = [neuron[`${kind}JumpNa`], neuron[`${kind}TauMs`], neuron[`${kind}Keep`]]
    if (jumpNa === 0) return []
    const kept = keep === 1 ? 'adds up' : keep === 0 ? 'starts anew' : `keeps ${n(keep)}`
    return [`each spike ${n(jumpNa)} nA, ${n(tauMs)} ms, ${kept}`]
  })
}

function thresholdCaptions(neuron: NeuronParams): string[] {
  const { thresholdJumpMv, thresholdCoupling, thresholdTauMs, thresholdFloorMv } = neuron
  const n = shortNumber
  const parts = [
    ...(thresholdJumpMv === 0 ? [] : [`jumps ${n(thresholdJumpMv)} mV`]),
    ...(thresholdCoupling === 0 ? [] : [`follows ${n(thresholdCoupling)} of V`]),
  ]
  if (parts.length === 0) return []
  const floor = hasFloor(neuron) ? `, floor ${n(thresholdFloorMv)} mV` : ''
  return [`threshold ${parts.join(', ')}, ${n(thresholdTauMs)} ms${floor}`]
}

/** How time passes: `exact spike times`, or `grid of 0.1 ms, euler, V ≥ threshold`. */
export function timingCaption({
  timing,
  dtMs,
  method,
  comparator,
}: Pick<PresetRun, 'timing' | 'dtMs' | 'method' | 'comparator'>): string {
  if (timing === 'event') return 'exact spike times'
  return `grid of ${shortNumber(dtMs)} ms, ${method}, V ${comparator === 'ge' ? '≥' : '>'} threshold`
}
