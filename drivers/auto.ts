/** The driver `auto`: tries in a fixed order, says what it chose and why the others did not serve. */
import { ads1015 } from './adc/ads1015.ts'
import { ads1115 } from './adc/ads1115.ts'
import { ads7830 } from './adc/ads7830.ts'
import { grove } from './adc/grove.ts'
import { i2cFields } from './adc/i2c-adc.ts'
import { iio } from './adc/iio.ts'
import { mcp3221 } from './adc/mcp3221.ts'
import { pcf8591 } from './adc/pcf8591.ts'
import { readBoard } from './board.ts'
import { i2cBy } from './bus/transport.ts'
import {
  type Adc,
  type AdcDriver,
  type Context,
  DriverError,
  type DriverFault,
  type Fields,
  type Options,
  type Output,
  type OutputDriver,
} from './contract.ts'
import { scanBus } from './detect.ts'
import { cdev } from './gpio/cdev.ts'
import { lineFields } from './gpio/line.ts'
import { sysfs } from './gpio/sysfs-line.ts'
import { knob } from './mock/knob.ts'
import { led } from './mock/led.ts'

/** The same for every part, so that it is told once. */
const SIMULATED =
  'No hardware was found, and this is no Raspberry Pi: knob and outputs with the driver auto are simulated.'

const CHIPS: readonly AdcDriver[] = [ads1115, ads1015, pcf8591, ads7830, mcp3221, grove]
const UNKNOWN_CHIP = 'unknown'

/** Where ADS1115 and ADS1015 can be. */
const ADS_ADDRESSES = [0x48, 0x49, 0x4a, 0x4b]

export const ADC_CHOICE: Choice<Adc> = {
  candidates: [
    withDefaults(iio),
    { name: 'ads1115', open: openRecognised },
    { name: 'the configured chip', open: openConfigured },
  ],
  mock: withDefaults(knob),
  raspberryPi: () => readBoard().raspberryPi,
}

const OUTPUT_CHOICE: Choice<Output> = {
  candidates: [withDefaults(cdev), withDefaults(sysfs)],
  // A line that somebody holds is held by whatever way; sysfs might even take it away from him.
  decisive: 'busy',
  mock: withDefaults(led),
  raspberryPi: () => readBoard().raspberryPi,
}

/** An ADC of the kernel, else an ADS1x15 by its registers, else the chip that is named; off a Pi the simulated knob. */
export const autoAdc = {
  name: 'auto',
  kind: 'adc',
  help: 'looks for the ADC: one that a kernel driver owns, an ADS1115 or ADS1015 on I2C, the chip that is named',
  thread: 'neuron',
  fields: {
    ...i2cFields({ min: 0, max: 0x77, default: 0 }, 8),
    address: {
      type: 'number',
      unit: '',
      min: 0,
      max: 0x77,
      integer: true,
      default: 0,
      help: "I2C address of the chip; 0 looks for an ADS1x15 at all of its addresses, and takes another chip's usual one",
    },
    chip: {
      type: 'choice',
      choices: [UNKNOWN_CHIP, ...CHIPS.map(driver => driver.name)],
      default: UNKNOWN_CHIP,
      help: 'the chip on the I2C bus, for those that cannot be told apart by asking them',
    },
  },
  open(options: Options, context: Context, choice = ADC_CHOICE): Adc {
    return firstThatServes('ADC', options, context, choice)
  },
} as const satisfies AdcDriver

/** The character device, else the old interface where the kernel has it; off a Pi the simulated LED. */
export const autoOutput = {
  name: 'auto',
  kind: 'output',
  help: 'drives a GPIO line: by cdev, else (an older kernel, no koffi) by sysfs',
  thread: 'neuron',
  fields: lineFields,
  open(options: Options, context: Context, choice = OUTPUT_CHOICE): Output {
    return firstThatServes('output', options, context, choice)
  },
} as const satisfies OutputDriver

function firstThatServes<Part extends Adc | Output>(
  what: string,
  options: Options,
  context: Context,
  choice: Choice<Part>,
): Part {
  const refusals: Refusal[] = []
  for (const { name, open } of choice.candidates) {
    try {
      return described(open(options, context), refusals)
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

function noneServes(what: string, refusals: readonly Refusal[]): DriverError {
  const reasons = refusals.map(({ name, error }) => `\n  ${name}: ${error.message}`).join('')
  // What is there but fails, else a setting that is wrong, else the chip that most people have.
  const { error } =
    refusals.find(each => each.error.fault !== 'absent' && each.error.fault !== 'misused') ??
    refusals.find(each => each.error.fault === 'misused') ??
    refusals.find(each => each.name === ads1115.name) ??
    refusals[0]!
  const next = 'Fix one of these, or choose the driver mock to go on without hardware.'
  return new DriverError(error.fault, `auto found no ${what}:${reasons}\n${next}`, { cause: error })
}

/**
 * An ADS1x15 that shows its power-on registers. Both chips read alike, so ads1115 serves.
 * @throws DriverError where there is none ('absent'), or where it must be said which one is meant ('misused').
 */
export function openRecognised(options: Options, context: Context, openBus = i2cBy(options.transport as string)): Adc {
  const { bus, address } = options as { bus: number; address: number }
  const found = scanBus(bus, openBus, address === 0 ? ADS_ADDRESSES : [address])
  const recognised = found.filter(finding => finding.drivers.includes(ads1115.name))
  const there = found.map(finding => finding.words).join('; ') || 'nothing'
  const fault = found.every(({ certain }) => certain) ? 'absent' : 'misused'
  if (recognised.length === 0)
    throw new DriverError(fault, `No ADS1115 or ADS1015 shows itself on /dev/i2c-${bus} (there is ${there}).`)
  if (recognised.length > 1)
    throw new DriverError('misused', `More than one ADS1x15 is on /dev/i2c-${bus} (${there}). Set the address.`)
  const place = { ...ranged(options), address: recognised[0]!.address }
  return ads1115.open(fitted(ads1115.name, ads1115.fields, place), context, openBus)
}

function openConfigured(options: Options, context: Context): Adc {
  const driver = CHIPS.find(each => each.name === options.chip)
  if (driver === undefined)
    throw new DriverError('absent', `No chip is named. Set chip to one of ${CHIPS.map(each => each.name).join(', ')}.`)
  const settings = ranged(options)
  const { address, ...rest } = settings
  return withDefaults(driver).open(address === 0 ? rest : settings, context)
}

/** An ADS1x15 is to measure as far as the supply of the knob goes: `auto` has no setting for its range. */
function ranged(options: Options): Options {
  return { ...options, rangeVolts: Math.max(Number(options.supplyVolts), ads1115.fields.rangeVolts.default) }
}

/** One way to get the part. */
export interface Candidate<Part> {
  readonly name: string
  /** @throws DriverError when it does not serve. */
  open(options: Options, context: Context): Part
}

/** All that is tried, for tests to change. */
interface Choice<Part> {
  /** In order. */
  readonly candidates: readonly Candidate<Part>[]
  /** A candidate that fails so decides for all that come after it. */
  readonly decisive?: DriverFault
  /** Taken only where there is no Raspberry Pi. */
  readonly mock: Candidate<Part>
  readonly raspberryPi: () => boolean
}

/** A candidate that did not serve. */
interface Refusal {
  readonly name: string
  readonly error: DriverError
}

/** The part, and why those before it did not serve. */
function described<Part extends Adc | Output>(part: Part, refusals: readonly Refusal[]): Part {
  const others = refusals.map(({ name, error }) => `; not ${name}: ${firstClause(error.message)}`)
  return { ...part, description: `${part.description} (chosen by auto${others.join('')})` }
}

/** A driver that takes from the options of auto what it knows, and its own defaults for the rest. */
function withDefaults<Part>(driver: {
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
