/** What `auto` chooses from, and how a choice is described. */
import {
  type Adc,
  type Context,
  DriverError,
  type DriverFault,
  type Fields,
  type Options,
  type Output,
} from './contract.ts'

/** One way to get the part. */
export interface Candidate<Part> {
  readonly name: string
  /** @throws DriverError when it does not serve. */
  open(options: Options, context: Context): Part
}

/** All that is tried, for tests to change. */
export interface Choice<Part> {
  /** In order. */
  readonly candidates: readonly Candidate<Part>[]
  /** A candidate that fails so decides for all that come after it. */
  readonly decisive?: DriverFault
  /** Taken only where there is no Raspberry Pi. */
  readonly mock: Candidate<Part>
  readonly raspberryPi: () => boolean
}

/** A candidate that did not serve. */
export interface Refusal {
  readonly name: string
  readonly error: DriverError
}

/** The part, and why those before it did not serve. */
export function described<Part extends Adc | Output>(part: Part, refusals: readonly Refusal[]): Part {
  const others = refusals.map(({ name, error }) => `; not ${name}: ${firstClause(error.message)}`)
  return { ...part, description: `${part.description} (chosen by auto${others.join('')})` }
}

/** A driver that takes from the options of auto what it knows, and its own defaults for the rest. */
export function withDefaults<Part>(driver: {
  readonly name: string
  readonly fields: Fields
  open(options: Options, context: Context): Part
}): Candidate<Part> {
  return {
    name: driver.name,
    open: (options, context) => driver.open(fitted(driver.name, driver.fields, options), context),
  }
}

/** @throws DriverError 'misused' for a number that this driver does not allow. */
export function fitted(name: string, fields: Fields, options: Options): Options {
  const values = Object.entries(fields).map(([key, field]) => {
    const value = options[key] ?? field.default
    if (field.type === 'number' && ((value as number) < field.min || (value as number) > field.max))
      throw new DriverError('misused', `${key} is ${value}, must be ${field.min} to ${field.max} for ${name}.`)
    return [key, value]
  })
  return Object.fromEntries(values)
}

/** Enough of a message for a description. */
function firstClause(message: string): string {
  return message.split(/[.;](?:\s|$)/, 1)[0]!
}
