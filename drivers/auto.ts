/** The driver `auto`: tries in a fixed order, says what it chose and why the others did not serve. */

import { i2cFields, i2cLinesOf } from './adc/i2c-adc.ts'
import { addressesOf, type ChipDriver, chipDrivers, type I2cFinding, scanBus, settingFor } from './adc/i2c-scan.ts'
import { readBoard } from './board.ts'
import { hex, meantInHex } from './bus/i2c-interface.ts'
import { openI2cBy } from './bus/i2c-transport.ts'
import { KOFFI } from './bus/libc.ts'
import {
  type Adc,
  type AdcDriver,
  type Context,
  type Driver,
  DriverError,
  type DriverFault,
  type Options,
  type Output,
  type OutputDriver,
} from './contract.ts'
import { lineFields, linesOf } from './gpio/line-options.ts'

/** The same for every part, so that it is logged once. */
const SIMULATED =
  'No hardware was found, and this is no Raspberry Pi: knob and outputs with the driver auto are simulated.'

const UNKNOWN_CHIP = 'unknown'

/**
 * The driver `auto` of ADCs: one that the kernel has, else a chip that shows what it is, else the chip that is named; off
 * a Pi the simulated knob.
 */
export function createAutoAdc(drivers: readonly AdcDriver[]) {
  const chips = chipDrivers(drivers)
  const labels = chips.filter(({ chip }) => chip.signatures !== undefined).map(({ chip }) => chip.label)
  const candidates = adcCandidates(drivers)
  const fields = i2cFields({ addresses: [0, ...addressesOf(chips)] }, 0, 8)
  return {
    name: 'auto',
    kind: 'adc',
    help: `looks for the ADC: one that a kernel driver owns, an ${labels.join(' or ')} on I2C, the chip that is named`,
    thread: 'neuron',
    simulated: 'off-pi',
    requires: { i2c: true },
    linesOf: i2cLinesOf,
    fields: {
      ...fields,
      address: {
        ...fields.address,
        help: "I2C address of the chip; 0 looks for one that shows what it is, and takes another chip's usual one",
      },
      chip: {
        type: 'choice',
        choices: [UNKNOWN_CHIP, ...chips.map(driver => driver.name)],
        default: UNKNOWN_CHIP,
        help: 'the chip on the I2C bus, for those that cannot be told apart by asking them',
      },
    },
    open(options: Options, context: Context, tried: Candidates<Adc> = candidates): Adc {
      return openFirst('ADC', options, context, tried)
    },
  } as const satisfies AdcDriver
}

/** The driver `auto` of outputs: the character device, else the old interface where the kernel has it; off a Pi the simulated LED. */
export function createAutoOutput(drivers: readonly OutputDriver[]) {
  // A line that another program holds is held for sysfs too, which might even take it away.
  const candidates: Candidates<Output> = { ...driverCandidates(drivers), decisive: 'busy' }
  return {
    name: 'auto',
    kind: 'output',
    help: 'drives a GPIO line: by cdev, else (an older kernel, no koffi) by sysfs',
    thread: 'neuron',
    simulated: 'off-pi',
    requires: { gpio: true, preferredModule: KOFFI },
    fields: lineFields,
    linesOf,
    open(options: Options, context: Context, tried: Candidates<Output> = candidates): Output {
      return openFirst('output', options, context, tried)
    },
  } as const satisfies OutputDriver
}

/** One way to get the part. */
export interface Candidate<Part> {
  readonly name: string
  /** @throws DriverError when it does not serve. */
  open(options: Options, context: Context): Part
}

/** All that is tried; tests give others. */
export interface Candidates<Part> {
  readonly inOrder: readonly Candidate<Part>[]
  /** A candidate that fails with this fault decides for all after it. */
  readonly decisive?: DriverFault
  /** The candidate whose failure is reported first, where all are absent; the first unless given. */
  readonly usual?: string
  /** Taken only where there is no Raspberry Pi. */
  readonly mock: Candidate<Part>
  readonly raspberryPi: () => boolean
}

/** The ADCs that `auto` tries, of these drivers. */
export function adcCandidates(drivers: readonly AdcDriver[]): Candidates<Adc> {
  const chips = chipDrivers(drivers)
  const usual = recognisable(chips)[0]?.name ?? 'a chip on I2C'
  const { inOrder, ...others } = driverCandidates(drivers)
  return {
    inOrder: [
      ...inOrder,
      { name: usual, open: (options, context) => openRecognised(chips, options, context) },
      { name: 'the configured chip', open: (options, context) => openConfigured(chips, options, context) },
    ],
    usual,
    // Each further try would block as long.
    decisive: 'stuck',
    ...others,
  }
}

/** The drivers that ask for it, in their order. */
function driverCandidates<Part extends Adc | Output>(
  drivers: readonly (Driver & Candidate<Part>)[],
): Pick<Candidates<Part>, 'inOrder' | 'mock' | 'raspberryPi'> {
  return {
    inOrder: drivers.filter(driver => driver.triedByAuto).map(withDefaults),
    mock: withDefaults(drivers.find(driver => driver.simulated === 'always')!),
    raspberryPi: () => readBoard().raspberryPi,
  }
}

/** @throws DriverError with every reason, when none serves and this is a Raspberry Pi. */
function openFirst<Part extends Adc | Output>(
  what: string,
  options: Options,
  context: Context,
  { inOrder, decisive, usual, mock, raspberryPi }: Candidates<Part>,
): Part {
  const refusals: Refusal[] = []
  for (const { name, open } of inOrder) {
    try {
      return withReasons(open(options, context), refusals)
    } catch (error) {
      if (!(error instanceof DriverError)) throw error
      refusals.push({ name, error })
      if (error.fault === decisive) break
    }
  }
  if (raspberryPi()) throw noneServes(what, refusals, usual)
  context.warn(SIMULATED)
  return withReasons(mock.open(options, context), refusals)
}

/** A candidate that did not serve. */
interface Refusal {
  readonly name: string
  readonly error: DriverError
}

function noneServes(what: string, refusals: readonly Refusal[], usual: string | undefined): DriverError {
  const reasons = refusals.map(({ name, error }) => `\n  ${name}: ${error.message}`).join('')
  // What is there but fails, else a setting that is wrong, else the chip that most people have.
  const { error } =
    refusals.find(each => each.error.fault !== 'absent' && each.error.fault !== 'misused') ??
    refusals.find(each => each.error.fault === 'misused') ??
    refusals.find(each => each.name === usual) ??
    refusals[0]!
  const next = 'Fix one of these, or choose the driver mock to go on without hardware.'
  return new DriverError(error.fault, `auto found no ${what}:${reasons}\n${next}`, { cause: error })
}

/** The part, and why those before it did not serve. */
function withReasons<Part extends Adc | Output>(part: Part, refusals: readonly Refusal[]): Part {
  const others = refusals.map(({ name, error }) => `; not ${name}: ${firstClause(error.message)}`)
  return { ...part, description: `${part.description} (chosen by auto${others.join('')})` }
}

/**
 * A chip that shows what it is, of those that are looked for first, or else of the others. Those that read alike are served
 * by the first of them.
 * @throws DriverError where there is none ('absent'), or where it must be said which one is meant ('misused').
 */
export function openRecognised(
  chips: readonly ChipDriver[],
  options: Options,
  context: Context,
  openBus = openI2cBy(options.transport as string),
): Adc {
  const { bus, address } = options as { bus: number; address: number }
  const wanted = recognisable(chips)
  const labels = wanted.map(({ chip }) => chip.label).join(' or ')
  const asked = address === 0 ? addressesOf(wanted) : [address]
  const usual = scanBus(chips, bus, openBus, asked)
  const others = addressesOf(chips).filter(each => !asked.includes(each))
  // A chip at another address than the one that is set is named, but not used.
  const elsewhere = usual.length === 0 ? scanBus(chips, bus, openBus, others) : []
  const found = address === 0 ? [...usual, ...elsewhere] : usual
  const recognised = found.flatMap(finding => {
    const driver = finding.certain ? chips.find(({ name }) => name === finding.drivers[0]) : undefined
    return driver === undefined ? [] : [{ driver, address: finding.address }]
  })
  const there = found.map(finding => finding.words).join('; ')
  const [first, second] = recognised
  if (second !== undefined)
    throw new DriverError('misused', `More than one ADC shows itself on /dev/i2c-${bus} (${there}). Set the address.`)
  if (first !== undefined) {
    const place = { ...options, address: first.address }
    return first.driver.open(completeOptions(first.driver, place), context, openBus)
  }
  if (found.length === 0 && address !== 0) throw nothingAt({ bus, address }, elsewhere, chips)
  const fault = usual.every(({ certain }) => certain) ? 'absent' : 'misused'
  const settings = found.flatMap(finding => settingFor(finding) ?? [])
  const next = settings.length === 0 ? '' : ` Set ${settings.join(', or ')}.`
  throw new DriverError(fault, `No ${labels} shows itself on /dev/i2c-${bus} (there is ${there || 'nothing'}).${next}`)
}

/** The one that is meant may be at another address, or the address is hexadecimal and was written without 0x. */
function nothingAt(
  { bus, address }: { readonly bus: number; readonly address: number },
  elsewhere: readonly I2cFinding[],
  chips: readonly ChipDriver[],
): DriverError {
  const what = `Nothing answers at ${hex(address)}${meantInHex(address, addressesOf(chips))} on /dev/i2c-${bus}`
  const there = elsewhere.map(({ words }) => words).join('; ')
  const settings = elsewhere.flatMap(finding => settingFor(finding) ?? [])
  if (settings.length > 0)
    return new DriverError('absent', `${what}, but elsewhere: ${there}. Set ${settings.join(', or ')}.`)
  return new DriverError('absent', `${what}, nor at the other addresses of the ADCs that are known. Check the wires.`)
}

function recognisable(chips: readonly ChipDriver[]): ChipDriver[] {
  return chips.filter(({ chip }) => chip.openedByAuto)
}

function openConfigured(chips: readonly ChipDriver[], options: Options, context: Context): Adc {
  const driver = chips.find(({ name }) => name === options.chip)
  if (driver === undefined)
    throw new DriverError('absent', `No chip is named. Set chip to one of ${chips.map(({ name }) => name).join(', ')}.`)
  const { address, ...rest } = options
  return withDefaults(driver).open(address === 0 ? rest : options, context)
}

/** A driver that takes from the options of auto what it knows, and its own defaults for the rest. */
function withDefaults<Part>(driver: DriverWithFields & Candidate<Part>): Candidate<Part> {
  return {
    name: driver.name,
    open: (options, context) => driver.open(completeOptions(driver, options), context),
  }
}

type DriverWithFields = Pick<AdcDriver, 'name' | 'fields'>

/** @throws DriverError 'misused' for a number that this driver does not allow. */
export function completeOptions({ name, fields }: DriverWithFields, options: Options): Options {
  const values = Object.entries(fields).map(([key, field]) => {
    const value = options[key] ?? field.default
    if (field.type === 'number' && field.addresses?.includes(value as number) === false)
      throw new DriverError(
        'misused',
        `${key} is ${hex(value as number)}, must be ${field.addresses.map(each => hex(each)).join(', ')} for ${name}.`,
      )
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
