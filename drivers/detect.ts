/** What is on this machine. Reading never fails; what a finding means is decided apart from it. */
import { readdirSync, readFileSync } from 'node:fs'
import { type KernelAdc, kernelAdcs } from './adc/kernel-adcs.ts'
import { type Board, readBoard } from './board.ts'
import { hex, type I2cBus, type OpenI2c } from './bus/i2c.ts'
import type { Libc } from './bus/libc.ts'
import { DriverError } from './contract.ts'
import { cdevChips, cdevPaths, type GpioChip, type SysfsChip, sysfsChips } from './gpio/chips.ts'
import { type PwmChip, pwmChips } from './gpio/pwm.ts'

export interface DetectedHardware {
  readonly board: Board
  /** /dev/gpiochipN, whether or not this user may open them. */
  readonly gpioPaths: readonly string[]
  /** Those of them that could be opened. */
  readonly gpioChips: readonly GpioChip[]
  readonly sysfsChips: readonly SysfsChip[]
  readonly pwmChips: readonly PwmChip[]
  readonly i2cBuses: readonly I2cAdapter[]
  readonly kernelAdcs: readonly KernelAdc[]
}

export interface I2cAdapter {
  /** N of /dev/i2c-N. */
  readonly bus: number
  /** `bcm2835 (i2c@7e804000)` */
  readonly name: string
}

/** What a chip let us see when it was asked. */
export interface Evidence {
  readonly address: number
  /** A kernel driver holds the address. */
  readonly owned?: boolean
  /** Registers 2 and 3 as words, high byte first; registers 0 as a word, low byte first. */
  readonly register2?: number
  readonly register3?: number
  readonly register0?: number
}

export interface I2cFinding {
  readonly address: number
  /** Names of the drivers that may serve it; more than one is ambiguous, unless they are alike. */
  readonly drivers: readonly string[]
  readonly certain: boolean
  /** `0x48: ADS1115 or ADS1015, which read alike` */
  readonly words: string
}

/** Where chips that we know may be. */
const KNOWN_ADDRESSES = [0x04, 0x08, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f]

/**
 * @param libc Without it the character devices are not opened, and stay without labels.
 * @param root Where /dev, /proc and /sys are, for tests.
 */
export function detectHardware(libc?: Libc, root = ''): DetectedHardware {
  return {
    board: readBoard(root),
    gpioPaths: cdevPaths(root),
    gpioChips: libc === undefined ? [] : cdevChips(libc, root),
    sysfsChips: sysfsChips(root),
    pwmChips: pwmChips(root),
    i2cBuses: i2cAdapters(root),
    kernelAdcs: kernelAdcs(root),
  }
}

/**
 * Ask the addresses of a bus who they are. It only reads and sets register pointers, which no known chip minds.
 * @throws DriverError when the bus itself fails: absent, not permitted, stuck, no transport.
 */
export function scanBus(bus: number, openBus: OpenI2c, addresses: readonly number[] = KNOWN_ADDRESSES): I2cFinding[] {
  return addresses.flatMap(address => {
    const evidence = ask(bus, address, openBus)
    return evidence === undefined ? [] : [classify(evidence)]
  })
}

/** What answers at an address. Ambiguous is said to be; nothing is guessed. */
export function classify(evidence: Evidence): I2cFinding {
  const { address } = evidence
  const found = (certain: boolean, drivers: string[], words: string): I2cFinding => ({
    address,
    drivers,
    certain,
    words: `${hex(address)}: ${words}`,
  })
  if (evidence.owned) return found(true, ['iio'], 'owned by a kernel driver')
  // SBAS444 and SBAS473: power-on values of Lo_thresh and Hi_thresh.
  if (evidence.register2 === 0x8000 && evidence.register3 === 0x7fff)
    return found(true, ['ads1115', 'ads1015'], 'ADS1115 or ADS1015, which read alike')
  if (evidence.register0 === 4 || evidence.register0 === 5) return found(true, ['grove'], 'Grove Base Hat')
  if (address < 0x48) return found(false, [], 'an unknown chip')
  const drivers = address <= 0x4b ? ['pcf8591', 'ads7830', 'mcp3221'] : ['pcf8591', 'mcp3221']
  return found(false, drivers, `ambiguous, it may be ${drivers.join(', ')} or another chip: name it`)
}

function ask(bus: number, address: number, openBus: OpenI2c): Evidence | undefined {
  let chip: I2cBus | undefined
  try {
    chip = openBus({ bus, address })
    chip.read(Buffer.alloc(1))
    return { address, ...registersOf(chip, address) }
  } catch (cause) {
    if (!(cause instanceof DriverError)) throw cause
    if (cause.fault === 'silent') return undefined
    if (cause.fault === 'busy') return { address, owned: true }
    throw cause
  } finally {
    chip?.close()
  }
}

/** A chip that answers but takes no register number, like the MCP3221, is there all the same; a loose wire is asked twice. */
function registersOf(chip: I2cBus, address: number, isLast = false): Omit<Evidence, 'address'> {
  try {
    if (address < 0x48) return { register0: register(chip, 0).readUInt16LE(0) }
    if (address > 0x4b) return {}
    return { register2: register(chip, 2).readUInt16BE(0), register3: register(chip, 3).readUInt16BE(0) }
  } catch (cause) {
    if (!(cause instanceof DriverError && cause.fault === 'silent')) throw cause
    return isLast ? {} : registersOf(chip, address, true)
  }
}

function register(chip: I2cBus, number: number): Buffer {
  const word = Buffer.alloc(2)
  chip.writeRead(Buffer.of(number), word)
  return word
}

function i2cAdapters(root: string): I2cAdapter[] {
  const found = entries(`${root}/dev`).flatMap(entry => {
    const match = /^i2c-(\d+)$/.exec(entry)
    return match === null ? [] : [{ bus: Number(match[1]), name: adapterName(root, entry) }]
  })
  return found.sort((a, b) => a.bus - b.bus)
}

function adapterName(root: string, entry: string): string {
  try {
    return readFileSync(`${root}/sys/class/i2c-dev/${entry}/name`, 'utf8').trim()
  } catch {
    return ''
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
