/** The parameters as text: for the comments of a CSV file, and for the title of a picture. Pure. */
import type { NumberField } from '../../../../fields/field-types-and-checks.ts'
import type { ToldParams } from '../../../../loop/control/live-params.ts'
import { NEURON_FIELDS } from '../../../../neuron/params.ts'
import { WORDS } from '../../shared/neuron-page-words.ts'
import { formatPlain, formatUnit } from '../../shared/number-format.ts'

const UNITS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(NEURON_FIELDS).map(([name, field]) => [name, 'unit' in field ? field.unit : '']),
  ),
  minNa: 'nA',
  maxNa: 'nA',
}

/** A line for each that is not hidden, like `tauMs 100 ms`. */
export function paramLines(params: ToldParams): string[] {
  const told = Object.entries(params).filter(([, value]) => value !== null)
  return told.map(([name, value]) => `${name} ${value} ${UNITS[name] ?? ''}`.trim())
}

/** Those that the f-I curve depends on, in one line, by their symbols; empty if they are hidden. */
export function paramsText(params: ToldParams): string {
  if (params.model === null) return ''
  const { model, refractoryMs, noiseMv } = params
  const named = (['restMv', 'thresholdMv', 'resetMv', 'resistanceMohm', 'tauMs'] as const).map(name => {
    const { symbol, unit }: Pick<NumberField, 'symbol' | 'unit'> = NEURON_FIELDS[name]
    return `${symbol} ${formatPlain(params[name])} ${formatUnit(unit)}`
  })
  const more = [
    refractoryMs > 0 ? `t_ref ${formatPlain(refractoryMs)} ms` : [],
    noiseMv > 0 ? WORDS.files.noise(formatPlain(noiseMv)) : [],
  ].flat()
  return [...(model === 'pif' ? [WORDS.files.noLeak] : []), ...named, ...more].join(', ')
}
