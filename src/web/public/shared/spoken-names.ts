/** What people call the parameters and parts that the program names by keys, and what it says, in the page's language. Pure. */
import type { Field, NumberField } from '../../../fields/field-types-and-checks.ts'
import { NEURON_FIELDS, type NeuronParams } from '../../../neuron/params.ts'
import type { PresetName } from '../../../neuron/presets.ts'
import { COMMON_WORDS } from './common-words.ts'
import {
  FIELDS as ENGLISH,
  NEURONS as ENGLISH_NEURONS,
  type FieldWords,
  type PresetWords,
  type Sentence,
} from './english-words.ts'
import {
  FIELDS as GERMAN,
  HELPS as GERMAN_HELPS,
  NEURONS as GERMAN_NEURONS,
  SENTENCES as GERMAN_SENTENCES,
} from './german-words.ts'
import { inLanguage } from './language.ts'
import { formatTyped, formatUnit } from './number-format.ts'

const FIELDS = inLanguage<Readonly<Record<keyof NeuronParams, FieldWords>>>({ en: ENGLISH, de: GERMAN })
/** Helps of other fields, by what they belong to and their name; the English ones come with the fields. */
const HELPS = inLanguage<Readonly<Record<string, string>>>({ en: {}, de: GERMAN_HELPS })
const SENTENCES = inLanguage<readonly Sentence[]>({ en: [], de: GERMAN_SENTENCES })

/** The ready-made neurons: what people call each, and what it is. */
export const PRESET_WORDS = inLanguage<Readonly<Record<PresetName, PresetWords>>>({
  en: ENGLISH_NEURONS,
  de: GERMAN_NEURONS,
})

const NAMES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(NEURON_FIELDS).map(name => [name, paramLabel(name as keyof NeuronParams)])),
  ...COMMON_WORDS.names,
}

/** Its name with its symbol, like `Threshold V_th`. */
export function paramLabel(name: keyof NeuronParams): string {
  const { symbol }: Field = NEURON_FIELDS[name]
  return symbol === undefined ? FIELDS[name].label : `${FIELDS[name].label} ${symbol}`
}

export function paramHelp(name: keyof NeuronParams): string {
  return inWords(FIELDS[name].help)
}

/** @param help as the program says it, in English */
export function fieldHelp(of: 'stimulus' | 'synapse', name: string, help: string): string {
  return HELPS[`${of}.${name}`] ?? help
}

/** `a number above 0 to 10000 ms` */
export function allowedNumbers({ integer = false, aboveMin = false, min, max, unit }: NumberField): string {
  return COMMON_WORDS.allowed(integer, aboveMin, formatTyped(min), formatTyped(max), formatUnit(unit))
}

/**
 * A sentence of the program's in the page's language, where it is known there, and with the names that the page shows: at
 * its start any known key, elsewhere keys like `thresholdMv`, which are no words of a language.
 * @param further keys of what the sentence is about, which come first
 */
export function inWords(sentence: string, further: Readonly<Record<string, string>> = {}): string {
  const nameOf = (key: string) => (Object.hasOwn(further, key) ? further[key] : NAMES[key]) ?? key
  return translated(sentence)
    .replace(/^[a-z]\w*/i, nameOf)
    .replace(/\b[a-z]+[A-Z]\w*/g, nameOf)
    .replaceAll('MOhm', 'MΩ')
}

function translated(sentence: string): string {
  const there = SENTENCES.reduce((text, [said, words]) => text.replace(said, words), sentence)
  // An address of a computer has points too.
  const isNumeric = there !== sentence && !/\d\.\d+\.\d/.test(there)
  return isNumeric ? there.replace(/\d+\.\d+/g, number => formatTyped(Number(number))) : there
}

/** An input or output by the name that its owner gave it: `led` is the LED, `status-led` the status LED. */
export function partName(name: string): string {
  return name.replace(/[-_]+/g, ' ').replace(/\b(led|dac|adc|pwm)(?=\d*\b)/gi, word => word.toUpperCase())
}

/** `LED`, `LED and buzzer`, `LED, buzzer and bar`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} ${COMMON_WORDS.and} ${names.at(-1)}`
}
