/** The scope as a drawing for print: V with its spikes, and the current below it. Pure. */
import { WORDS } from '../../shared/neuron-page-words.ts'
import { formatShort } from '../../shared/number-format.ts'
import type { ScopeContent } from '../data/scope-content.ts'
import { currentRange, gapsIn, spikeSpan, timeLabel, timeUnit, voltageRange } from './scope-axes.ts'
import { escaped, pictureHead, ticksBetween } from './svg-picture.ts'

const LEFT = 66
const RIGHT = 620
const VOLTAGE = { top: 62, bottom: 308 } as const
const CURRENT = { top: 326, bottom: 426 } as const

/** @param name of the neuron */
export function scopeSvg(content: ScopeContent, name: string): string {
  const { window, trace, spikes, params, levels } = content
  const [atS, vMv, iNa] = trace
  const { fromS, toS } = window
  const x = (time: number) => (LEFT + ((RIGHT - LEFT) * (time - fromS)) / (toS - fromS)).toFixed(1)
  const [lowMv, highMv] = voltageRange(levels, vMv)
  const mv = scale([lowMv, highMv], VOLTAGE)
  const na = scale(currentRange(params.minNa, params.maxNa, iNa), CURRENT)
  const [spikeMv, topMv] = spikeSpan(levels, vMv)
  const spikeLines = spikes
    .filter(spike => spike.atS >= fromS && spike.atS <= toS)
    .map(spike => `M${x(spike.atS)} ${mv(spikeMv)}V${mv(topMv)}`)
  const levelsMv = levels ? [levels.thresholdMv, levels.restMv, levels.resetMv] : []
  const lines = levelsMv.map(level => `M${LEFT} ${mv(level)}H${RIGHT}`)
  const { factor } = timeUnit((toS - fromS) * params.speed)
  const perS = params.speed * factor
  const xTicks = ticksBetween((fromS - window.zeroS) * perS, (toS - window.zeroS) * perS).map(time => {
    const at = x(window.zeroS + time / perS)
    return `<path d="M${at} ${CURRENT.bottom}v5"/>${number(at, CURRENT.bottom + 20, 'middle', formatShort(time))}`
  })
  return [
    ...pictureHead(WORDS.scope.pictureTitle(name), params),
    `<clipPath id="area"><path d="M${LEFT} 50H${RIGHT}V${CURRENT.bottom + 1}H${LEFT}z"/></clipPath>`,
    '<g stroke="#000" fill="none">',
    ...[VOLTAGE, CURRENT].map(({ top, bottom }) => `<path d="M${LEFT} ${top}V${bottom}H${RIGHT}"/>`),
    ...ticksBetween(lowMv, highMv).map(value => yTick(mv(value), value)),
    ...ticksBetween(...currentRange(params.minNa, params.maxNa, iNa), 3).map(value => yTick(na(value), value)),
    ...xTicks,
    `<path d="${lines.join('')}" stroke="#666" stroke-dasharray="6 5"/>`,
    '<g clip-path="url(#area)" stroke-width="1.5">',
    `<path d="${linePath(atS, vMv, x, mv)}" stroke="#0072b2"/><path d="${spikeLines.join('')}" stroke="#d55e00"/>`,
    `<path d="${linePath(atS, iNa, x, na)}" stroke="#007a58"/></g></g>`,
    number(String((LEFT + RIGHT) / 2), 468, 'middle', timeLabel(window, params.speed)),
    ...[[WORDS.scope.voltage, VOLTAGE] as const, [WORDS.scope.current, CURRENT] as const].map(
      ([label, { top, bottom }]) =>
        `<text transform="translate(20 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(label)}</text>`,
    ),
    '</svg>',
  ].join('\n')
}

function scale(
  [low, high]: readonly [number, number],
  { top, bottom }: { readonly top: number; readonly bottom: number },
): (value: number) => string {
  return value => (bottom - ((bottom - top) * (value - low)) / (high - low)).toFixed(1)
}

function yTick(y: string, value: number): string {
  return `<path d="M${LEFT} ${y}h-5"/>${number(String(LEFT - 9), Number(y) + 5, 'end', formatShort(value))}`
}

function number(x: string, y: number, anchor: 'middle' | 'end', text: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" stroke="none" fill="#000">${escaped(text)}</text>`
}

/** A line that is broken where there is no data. */
function linePath(
  atS: Float64Array,
  values: Float64Array,
  x: (atS: number) => string,
  y: (value: number) => string,
): string {
  const afterGap = new Set(gapsIn(atS).map(([, toS]) => toS))
  return Array.from(atS, (time, k) => `${k === 0 || afterGap.has(time) ? 'M' : 'L'}${x(time)} ${y(values[k]!)}`).join(
    '',
  )
}
