/** How `auto` chooses: candidates in a fixed order, and what is said of them. */
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

/** The same for every part, so that it is told once. */
const SIMULATED =
  'No hardware was found, and this is no Raspberry Pi: knob and outputs with the driver auto are simulated.'

/** The first candidate that serves, described with why those before it did not. @throws DriverError with every reason */
export function firstThatServes<Part extends Adc | Output>(
  what: string,
  options: Options,
  context: Context,
  choice: Choice<Part>,
): Part {
  const refusals: Refusal[] = []
  for (const { name, open } of choice.candidates) {
    try {
      const part = open(options, context)
      return described(part, refusals)
    } catch (error) {
      if (!(error instanceof DriverError)) throw error
      refusals.push({ name, error })
      if (error.fault === choice.decisive) break
    }
  }
  if (choice.raspberryPi()) throw noneServes(what, refusals)
  context.warn(SIMULATED)
  return described(choice.mock.open(options, context), refusals)
}

function described<Part extends Adc | Output>(part: Part, refusals: readonly Refusal[]): Part {
  const others = refusals.map(({ name, error }) => `; not ${name}: ${firstClause(error.message)}`)
  return { ...part, description: `${part.description} (chosen by auto${others.join('')})` }
}

interface Refusal {
  readonly name: string
  readonly error: DriverError
}

function noneServes(what: string, refusals: readonly Refusal[]): DriverError {
  const reasons = refusals.map(({ name, error }) => `\n  ${name}: ${error.message}`).join('')
  const telling = refusals.find(({ error }) => error.fault !== 'absent' && error.fault !== 'misused')
  const next = 'Mend one of these, or choose the driver mock to go on without hardware.'
  return new DriverError(telling?.error.fault ?? 'absent', `auto found no ${what}:${reasons}\n${next}`)
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
