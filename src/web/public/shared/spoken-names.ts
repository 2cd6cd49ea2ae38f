/** What people call the parameters and parts that the program names by keys. Pure. */
import { labelOf } from '../../../fields/field-types-and-checks.ts'
import { NEURON_FIELDS } from '../../../neuron/params.ts'

const NAMES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(NEURON_FIELDS).map(([name, field]) => [name, labelOf(name, field)])),
  minNa: 'Current at the low end of the knob',
  maxNa: 'Current at the high end of the knob',
  speed: 'Speed',
  level: 'Slider',
  valuesNa: 'The list of currents',
  tMs: 'The list of times',
}

/**
 * A sentence of the program's with the names that the page shows: at its start any known key, elsewhere keys like
 * `thresholdMv`, which are no words of a language.
 * @param further keys of what the sentence is about, which come first
 */
export function inWords(sentence: string, further: Readonly<Record<string, string>> = {}): string {
  const nameOf = (key: string) => (Object.hasOwn(further, key) ? further[key] : NAMES[key]) ?? key
  return sentence
    .replace(/^[a-z]\w*/i, nameOf)
    .replace(/\b[a-z]+[A-Z]\w*/g, nameOf)
    .replaceAll('MOhm', 'MΩ')
}

/** An input or output by the name that its owner gave it: `led` is the LED, `status-led` the status LED. */
export function partName(name: string): string {
  return name.replace(/[-_]+/g, ' ').replace(/\b(led|dac|adc|pwm)(?=\d*\b)/gi, word => word.toUpperCase())
}

/** `LED`, `LED and buzzer`, `LED, buzzer and bar`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
