import { hex, type I2cBus, type OpenI2c } from '../bus/i2c-interface.ts'
import {
  type Adc,
  type AdcDriver,
  type Context,
  DriverError,
  type I2cChip,
  type Options,
  type RegisterContents,
} from '../contract.ts'
import { iio } from './iio.ts'

/** What answers at an address. */
export interface I2cFinding {
  readonly address: number
  /** Names of the drivers that may serve it; more than one is ambiguous, unless they are alike. */
  readonly drivers: readonly string[]
  readonly certain: boolean
  /** `0x48: ADS1115 or ADS1015, which read alike` */
  readonly words: string
}

/** What a chip showed when it was asked. */
interface Evidence {
  readonly address: number
  /** A kernel driver holds the address. */
  readonly owned?: boolean
  /** Of the registers that some chip at this address has a signature in. */
  readonly registers: RegisterContents
}

/** The driver of a chip on an I2C bus. */
export interface ChipDriver extends AdcDriver {
  readonly chip: I2cChip
  /** @param openBus Another way to the bus than the transport of the options. */
  open(options: Options, context: Context, openBus?: OpenI2c): Adc
}

export function chipDrivers(drivers: readonly AdcDriver[]): ChipDriver[] {
  return drivers.filter((driver): driver is ChipDriver => driver.chip !== undefined)
}

/** All addresses that these chips can have, rising. */
export function addressesOf(drivers: readonly ChipDriver[]): number[] {
  return [...new Set(drivers.flatMap(({ chip }) => chip.addresses))].sort((a, b) => a - b)
}

/**
 * Which of these chips answer on a bus. It only reads and sets register pointers, which no known chip minds.
 * @throws DriverError when the bus itself fails: absent, not permitted, stuck, no transport.
 */
export function scanBus(
  drivers: readonly ChipDriver[],
  bus: number,
  openBus: OpenI2c,
  addresses: readonly number[] = addressesOf(drivers),
): I2cFinding[] {
  return addresses.flatMap(address => {
    const evidence = ask(bus, address, openBus, signatureRegisters(drivers, address))
    return evidence === undefined ? [] : [classify(drivers, evidence)]
  })
}

/** What answers at an address. Ambiguous is said to be; nothing is guessed. */
export function classify(drivers: readonly ChipDriver[], { address, owned, registers }: Evidence): I2cFinding {
  const found = (certain: boolean, names: string[], words: string): I2cFinding => ({
    address,
    drivers: names,
    certain,
    words: `${hex(address)}: ${words}`,
  })
  if (owned) return found(true, [iio.name], 'owned by a kernel driver')
  const here = drivers.filter(({ chip }) => chip.addresses.includes(address))
  const recognised = here.filter(({ chip }) => chip.signatures?.some(signature => shows(registers, signature)))
  if (recognised.length > 0) {
    const labels = recognised.map(({ chip }) => chip.label).join(' or ')
    return found(true, namesOf(recognised), recognised.length > 1 ? `${labels}, which read alike` : labels)
  }
  const names = namesOf(here.filter(({ chip }) => chip.signatures === undefined))
  if (names.length === 0) return found(false, [], 'an unknown chip')
  return found(false, names, `ambiguous, it may be ${names.join(', ')} or another chip: name it`)
}

function ask(bus: number, address: number, openBus: OpenI2c, numbers: readonly number[]): Evidence | undefined {
  let chip: I2cBus | undefined
  try {
    chip = openBus({ bus, address })
    chip.read(Buffer.alloc(1))
    return { address, registers: registersOf(chip, numbers) }
  } catch (cause) {
    if (!(cause instanceof DriverError)) throw cause
    if (cause.fault === 'silent') return undefined
    if (cause.fault === 'busy') return { address, owned: true, registers: {} }
    throw cause
  } finally {
    chip?.close()
  }
}

/** A chip that answers but takes no register number, like the MCP3221, is there all the same; a loose wire is asked twice. */
function registersOf(chip: I2cBus, numbers: readonly number[], isLast = false): RegisterContents {
  try {
    return Object.fromEntries(numbers.map(number => [number, register(chip, number)]))
  } catch (cause) {
    if (!(cause instanceof DriverError && cause.fault === 'silent')) throw cause
    return isLast ? {} : registersOf(chip, numbers, true)
  }
}

function register(chip: I2cBus, number: number): [number, number] {
  const word = Buffer.alloc(2)
  chip.writeRead(Buffer.of(number), word)
  return [word.readUInt8(0), word.readUInt8(1)]
}

/** Which registers tell the chips apart that may be at this address. */
function signatureRegisters(drivers: readonly ChipDriver[], address: number): number[] {
  const here = drivers.filter(({ chip }) => chip.addresses.includes(address))
  const signatures = here.flatMap(({ chip }) => chip.signatures ?? [])
  return [...new Set(signatures.flatMap(signature => Object.keys(signature)))].map(Number)
}

function shows(registers: RegisterContents, signature: RegisterContents): boolean {
  return Object.entries(signature).every(([number, [high, low]]) => {
    const word = registers[Number(number)]
    return word?.[0] === high && word[1] === low
  })
}

function namesOf(drivers: readonly ChipDriver[]): string[] {
  return drivers.map(({ name }) => name)
}
