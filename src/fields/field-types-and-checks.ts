/** A setting as data: the one declaration that validation, help texts, forms and documents are made from. */
export type Field = NumberField | ChoiceField | TextField | FlagField | NumbersField

interface Description {
  readonly help: string
  /** A short name for a form, like `Time constant`. */
  readonly label?: string
  /** As in a formula: τ, or V_th with its index after the underscore. */
  readonly symbol?: string
  /** What textbooks and other programs call it, in small letters alone: `taum` stands for tau_m, TauM and tau-m. */
  readonly aliases?: readonly string[]
}

export interface NumberField extends Description {
  readonly type: 'number'
  /** Unit as it is shown: mV, nA, ms, Hz; '' for a plain number. */
  readonly unit: string
  readonly min: number
  readonly max: number
  /** The lower bound itself is not allowed. */
  readonly aboveMin?: boolean
  readonly integer?: boolean
  /** Addresses: only these are allowed, and they are shown in hexadecimal. */
  readonly addresses?: readonly number[]
  readonly default: number
  /** The part of the range that is good to explore with a slider; all of it unless given. */
  readonly slider?: readonly [from: number, to: number] | 'none'
}

export interface ChoiceField extends Description {
  readonly type: 'choice'
  readonly choices: readonly string[]
  readonly default: string
}

interface TextField extends Description {
  readonly type: 'text'
  readonly default: string
}

export interface FlagField extends Description {
  readonly type: 'flag'
  readonly default: boolean
}

/** A list of numbers, each from min to max. */
interface NumbersField extends Description {
  readonly type: 'numbers'
  readonly unit: string
  readonly min: number
  readonly max: number
  /** The longest list. */
  readonly most: number
  /** Pairs of numbers, like [[0,1.5],[1,3]]. */
  readonly pairs?: boolean
  readonly default: readonly number[]
}

export type Fields = Readonly<Record<string, Field>>

/** An object with a value for each field. */
export type ValuesOf<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends { type: 'number' }
    ? number
    : F[K] extends { type: 'choice'; choices: readonly (infer C)[] }
      ? C
      : F[K] extends { type: 'text' }
        ? string
        : F[K] extends { type: 'numbers'; pairs: true }
          ? readonly (readonly [number, number])[]
          : F[K] extends { type: 'numbers' }
            ? readonly number[]
            : boolean
}

/** One thing that is wrong: where, and what is allowed instead. */
export interface Complaint {
  /** Name of the setting, '' for the whole. */
  readonly path: string
  readonly message: string
}

/** What is wrong with one member of an object. */
export interface FieldComplaint extends Complaint {
  /** There is no such field. */
  readonly isUnknown: boolean
  /** Lowest and highest allowed number, where the field has such a range. */
  readonly range?: readonly [number, number]
}

/**
 * Checks each member of an object against its field. A member that is undefined counts as left out.
 * @param unknown words for a name without a field, like `is not a parameter; known are`; the known names follow
 * @returns every complaint, in the order of the object
 */
export function checkFields(fields: Fields, values: object, unknown: string): FieldComplaint[] {
  return Object.entries(values).flatMap(([path, value]): FieldComplaint[] => {
    if (value === undefined) return []
    if (!Object.hasOwn(fields, path)) {
      const called = fieldCalled(fields, path)
      const advice = called === undefined ? '' : `; ${path} is called ${called} here`
      return [{ path, message: `${unknown} ${Object.keys(fields).join(', ') || 'none'}${advice}`, isUnknown: true }]
    }
    const field = fields[path] as Field
    const message = checkValue(field, value)
    return message === null ? [] : [{ path, message, isUnknown: false, ...rangeOf(field) }]
  })
}

/** Complaints as a part of a refusal: its message names every field, its path and range are those of the first. */
export function refusalFields(complaints: readonly [FieldComplaint, ...FieldComplaint[]]) {
  const [{ path, range }] = complaints
  return { message: allMessages(complaints), path, ...(range && { range }) }
}

/** Every complaint with its field, as one sentence. */
export function allMessages(complaints: readonly Complaint[]): string {
  return complaints.map(({ path, message }) => `${path} ${message}`).join('; ')
}

/** The field that textbooks and other programs call so; undefined if there is none. */
export function fieldCalled(fields: Fields, word: string): string | undefined {
  const letters = word.toLowerCase().replace(/[^a-z]/g, '')
  return Object.keys(fields).find(name => {
    return name.toLowerCase() === letters || fields[name]?.aliases?.includes(letters)
  })
}

/** The range of a field as a part of a refusal; empty if it has none. */
export function rangeOf(field: Field | undefined): { readonly range?: readonly [number, number] } {
  return field !== undefined && 'min' in field ? { range: [field.min, field.max] } : {}
}

/** What is wrong with a value, in words that follow the setting's name; null if nothing is. */
export function checkValue(field: Field, value: unknown): string | null {
  switch (field.type) {
    case 'number':
      return checkNumber(field, value)
    case 'choice':
      return field.choices.includes(value as string)
        ? null
        : `is ${quote(value)}, must be one of ${field.choices.join(', ')}`
    case 'text':
      return typeof value === 'string' ? null : `is ${quote(value)}, must be a text`
    case 'flag':
      return typeof value === 'boolean' ? null : `is ${quote(value)}, must be true or false`
    case 'numbers':
      return checkNumbers(field, value)
  }
}

/** A value as a complaint quotes it: NaN and strings stay recognisable, long ones are cut. */
export function quote(value: unknown): string {
  if (typeof value === 'number') return String(value)
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** The same numbers in ranges, in hexadecimal: `0x04, 0x08, 0x48 to 0x4f`. */
export function addressList(addresses: readonly number[]): string {
  const isFirst = (address: number) => !addresses.includes(address - 1)
  const lastFrom = (address: number): number => (addresses.includes(address + 1) ? lastFrom(address + 1) : address)
  const runs = addresses.filter(isFirst).map(first => [first, lastFrom(first)] as const)
  return runs.map(([first, last]) => (first === last ? inHex(first) : `${inHex(first)} to ${inHex(last)}`)).join(', ')
}

function inHex(address: number): string {
  return address === 0 ? '0' : `0x${address.toString(16).padStart(2, '0')}`
}

function checkAddress(addresses: readonly number[], value: unknown): string | null {
  if (addresses.includes(value as number)) return null
  const isWhole = typeof value === 'number' && Number.isInteger(value) && value >= 0
  const written = isWhole ? `${value} (${inHex(value)})` : quote(value)
  // A decimal number is taken as it is written, though 48 was most likely read off a list in hexadecimal.
  const meant = Number.parseInt(String(value), 16)
  const guess = addresses.includes(meant) ? `: did you mean ${inHex(meant)}?` : ''
  return `is ${written}, must be ${addressList(addresses)}${guess}`
}

function checkNumber(field: NumberField, value: unknown): string | null {
  if (field.addresses) return checkAddress(field.addresses, value)
  const isInside =
    typeof value === 'number' &&
    value <= field.max &&
    (field.aboveMin ? value > field.min : value >= field.min) &&
    (!field.integer || Number.isInteger(value))
  return isInside ? null : `is ${quote(value)}, must be ${allowedNumbers(field)}`
}

function checkNumbers(field: NumbersField, value: unknown): string | null {
  const [what, like] = field.pairs ? ['pairs of numbers', '[[0,1.5],[1,3]]'] : ['numbers', '[0,1.5,3]']
  if (!Array.isArray(value)) return `is ${quote(value)}, must be a list of ${what}, like ${like}`
  if (value.length > field.most) return `has ${value.length} ${what}, must have ${field.most} at the most`
  if (field.pairs) {
    const odd = value.findIndex(one => !Array.isArray(one) || one.length !== 2)
    if (odd >= 0) return `has ${quote(value[odd])} at index ${odd}, must have a pair of numbers there`
    return checkNumbers({ ...field, pairs: false, most: 2 * field.most }, value.flat())
  }
  const at = value.findIndex(one => !(typeof one === 'number' && one >= field.min && one <= field.max))
  return at < 0 ? null : `has ${quote(value[at])} at index ${at}, must have ${allowedNumbers(field)} there`
}

/** `a number above 0 to 10000 ms` */
export function allowedNumbers(field: NumberField | NumbersField): string {
  const isNumber = field.type === 'number'
  const kind = isNumber && field.integer ? 'a whole number' : 'a number'
  const from = isNumber && field.aboveMin ? `above ${field.min}` : `from ${field.min}`
  const unit = field.unit === '' ? '' : ` ${field.unit}`
  return `${kind} ${from} to ${field.max}${unit}`
}

/** What a form calls the setting: its label with its symbol, or else its name. */
export function labelOf(name: string, { label, symbol }: Field): string {
  return label === undefined ? name : symbol === undefined ? label : `${label} ${symbol}`
}

/** The value of each field where nothing is given. */
export function defaultsOf<F extends Fields>(fields: F): ValuesOf<F> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.default])) as ValuesOf<F>
}
