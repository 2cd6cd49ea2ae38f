/** The parameters as text: for the comments of a CSV file, and for the title of a picture. Pure. */
import type { NumberField } from '../../../../fields/field-types-and-checks.ts'
import { NEURON_FIELDS } from '../../../../neuron/params.ts'
import type { WebParams } from '../../../data-sources.ts'
import { WORDS } from '../../shared/neuron-page-words.ts'
import { formatPlain, formatUnit } from '../../shared/number-format.ts'

const UNITS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(NEURON_FIELDS).map(([name, field]) => [name, 'unit' in field ? field.unit : '']),
  ),
  minNa: 'nA',
  maxNa: 'nA',
}

/** A line for each, like `tauMs 100 ms`. */
export function paramLines(params: WebParams): string[] {
  return Object.entries(params).map(([name, value]) => `${name} ${value} ${UNITS[name] ?? ''}`.trim())
}

/** Those that the f-I curve depends on, in one line, by their symbols. */
export function paramsText(params: WebParams): string {
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
