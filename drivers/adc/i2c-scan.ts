import { areFlat, heldBus, isHeld } from '../bus/held-bus.ts'
import { hex, type I2cBus, type OpenI2c } from '../bus/i2c-interface.ts'
import {
  type Adc,
  type AdcDriver,
  type Context,
  DriverError,
  type EchoRegister,
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
  /** The byte that was read first. */
  readonly first?: number
  /** Of the registers that some chip at this address has a signature in; without those that were not acknowledged. */
  readonly registers: RegisterContents
  /** The register that read back what was written to it; asked only where no signature shows. */
  readonly echoed?: number | undefined
}

/** `input: { driver: ads7830, address: 0x4b }`; undefined where no driver of a chip can read it. */
export function settingFor({ address, drivers, certain }: I2cFinding): string | undefined {
  const [first] = drivers
  if (first === undefined || first === iio.name) return undefined
  return `input: { driver: ${certain ? first : drivers.join(' | ')}, address: ${hex(address)} }`
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
 * Which of these chips answer on a bus. It reads and sets register pointers, which no known chip minds; a register that is
 * written to, because only that tells the chip, gets back what it held.
 * @throws DriverError when the bus itself fails: absent, not permitted, stuck, no transport.
 */
export function scanBus(
  drivers: readonly ChipDriver[],
  bus: number,
  openBus: OpenI2c,
  addresses: readonly number[] = addressesOf(drivers),
): I2cFinding[] {
  const evidence = addresses.flatMap(address => ask(drivers, bus, address, openBus) ?? [])
  const flat = flatByte(evidence)
  const everywhere = evidence.length === addresses.length && addresses.length >= MOST_ALIKE
  if (flat !== undefined && (everywhere || isHeld(bus, openBus))) throw heldBus(bus, flat)
  return evidence.map(found => classify(drivers, found))
}

/** So many chips are not connected to one knob, ambiguous each and with the same byte everywhere. */
const MOST_ALIKE = 4

/** The byte that is all that ever came; undefined where another one did, or nothing. */
function flatByte(evidence: readonly Evidence[]): number | undefined {
  const bytes = evidence.flatMap(({ first, registers }) => [
    ...(first === undefined ? [] : [first]),
    ...Object.values(registers).flat(),
  ])
  return areFlat(Uint8Array.from(bytes)) ? bytes[0] : undefined
}

/** What answers at an address. Ambiguous is said to be; nothing is guessed. */
export function classify(drivers: readonly ChipDriver[], { address, owned, registers, echoed }: Evidence): I2cFinding {
  const found = (certain: boolean, names: string[], words: string): I2cFinding => ({
    address,
    drivers: names,
    certain,
    words: `${hex(address)}: ${words}`,
  })
  if (owned) return found(true, [iio.name], 'owned by a kernel driver')
  const here = drivers.filter(({ chip }) => chip.addresses.includes(address))
  const recognised = here.filter(
    ({ chip }) => showsSignature(chip, registers) || (chip.echo !== undefined && chip.echo.register === echoed),
  )
  if (recognised.length > 0) {
    const labels = recognised.map(({ chip }) => chip.label).join(' or ')
    return found(true, namesOf(recognised), recognised.length > 1 ? `${labels}, which read alike` : labels)
  }
  // A chip whose registers are lost on a loose wire comes last: it should have shown itself.
  const hidden = here.filter(({ chip }) => chip.echo !== undefined)
  const names = namesOf([...here.filter(({ chip }) => chip.signatures === undefined), ...hidden])
  if (names.length === 0) return found(false, [], 'an unknown chip')
  return found(false, names, `ambiguous, it may be ${names.join(', ')} or another chip: name it`)
}

function ask(drivers: readonly ChipDriver[], bus: number, address: number, openBus: OpenI2c): Evidence | undefined {
  const here = drivers.filter(({ chip }) => chip.addresses.includes(address))
  const first = Buffer.alloc(1)
  let chip: I2cBus | undefined
  try {
    chip = openBus({ bus, address })
    chip.read(first)
    const registers = registersOf(chip, signatureRegisters(here))
    const isClear = here.some(driver => showsSignature(driver.chip, registers))
    const echoed = isClear ? undefined : echoingRegister(chip, here, registers)
    return { address, first: first.readUInt8(0), registers, echoed }
  } catch (cause) {
    if (!(cause instanceof DriverError)) throw cause
    if (cause.fault === 'silent') return undefined
    if (cause.fault === 'busy') return { address, owned: true, registers: {} }
    throw cause
  } finally {
    chip?.close()
  }
}

/** A chip that answers but does not take a register number, as the MCP3221 and some clones, is there all the same. */
function registersOf(chip: I2cBus, numbers: readonly number[]): RegisterContents {
  const contents = numbers.map(number => [number, ifAcknowledged(() => register(chip, number))] as const)
  return Object.fromEntries(contents.filter(([, bytes]) => bytes !== undefined)) as RegisterContents
}

/** The register that reads back what was written to it. */
function echoingRegister(chip: I2cBus, here: readonly ChipDriver[], others: RegisterContents): number | undefined {
  const echo = here.find(driver => driver.chip.echo !== undefined)?.chip.echo
  return echo !== undefined && ifAcknowledged(() => echoes(chip, echo, Object.values(others)))
    ? echo.register
    : undefined
}

type Word = readonly [number, number]

function echoes(chip: I2cBus, { register: number, written, mask }: EchoRegister, others: readonly Word[]): boolean {
  const held = register(chip, number)
  // A chip that shows the same in every register has none: it is not written to.
  if (others.length > 0 && others.every(other => isAlike(other, held, mask))) return false
  chip.write(Buffer.of(number, ...written))
  const shown = register(chip, number)
  chip.write(Buffer.of(number, ...held))
  return isAlike(shown, written, mask)
}

function isAlike(one: Word, other: Word, mask: Word): boolean {
  return one.every((byte, k) => ((byte ^ other[k]!) & mask[k]!) === 0)
}

/** A loose wire is asked twice. */
function ifAcknowledged<Answer>(action: () => Answer, isLast = false): Answer | undefined {
  try {
    return action()
  } catch (cause) {
    if (!(cause instanceof DriverError && cause.fault === 'silent')) throw cause
    return isLast ? undefined : ifAcknowledged(action, true)
  }
}

function register(chip: I2cBus, number: number): Word {
  const word = Buffer.alloc(2)
  chip.writeRead(Buffer.of(number), word)
  return [word.readUInt8(0), word.readUInt8(1)]
}

/** Which registers tell these chips apart. */
function signatureRegisters(here: readonly ChipDriver[]): number[] {
  const signatures = here.flatMap(({ chip }) => chip.signatures ?? [])
  return [...new Set(signatures.flatMap(signature => Object.keys(signature)))].map(Number)
}

function showsSignature(chip: I2cChip, registers: RegisterContents): boolean {
  return chip.signatures?.some(signature => shows(registers, signature)) ?? false
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
