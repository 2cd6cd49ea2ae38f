import { answers, areFlat, heldBus, isHeld } from '../bus/held-bus.ts'
import { hex, type I2cBus, type I2cPlace, type OpenI2c, placeName } from '../bus/i2c-interface.ts'
import { openI2cBy, transportField } from '../bus/i2c-transport.ts'
import { type Adc, type Context, DriverError, type Field, type I2cChip, type Options } from '../contract.ts'
import { recovering } from '../recovering.ts'

/** Reads one sample, level 0…1, or NaN while the first conversion is not complete. Allocates nothing. */
export type Sample = () => number

export const supplyField = {
  type: 'number',
  unit: 'V',
  min: 0,
  aboveMin: true,
  max: 5.5,
  default: 3.3,
  help: 'voltage across the potentiometer: the one that is level 1',
} as const satisfies Field

/** All addresses from `first` to `last`. */
export function addressRange(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, k) => first + k)
}

/** The settings that every chip on an I2C bus has; its usual address is the default. */
export function i2cFields({ addresses }: Pick<I2cChip, 'addresses'>, usualAddress: number, channels: number) {
  return {
    bus: {
      type: 'number',
      unit: '',
      min: 0,
      max: 255,
      integer: true,
      default: 1,
      help: 'N of /dev/i2c-N',
    },
    address: {
      type: 'number',
      unit: '',
      min: addresses[0] as number,
      max: addresses.at(-1) as number,
      addresses,
      default: usualAddress,
      integer: true,
      help: 'I2C address of the chip',
    },
    channel: {
      type: 'number',
      unit: '',
      min: 0,
      max: channels - 1,
      integer: true,
      default: 0,
      help: 'analog input',
    },
    supplyVolts: supplyField,
    transport: transportField,
  } as const satisfies Record<string, Field>
}

/** SDA and SCL of the two buses that have their own pins on the header. */
export function i2cLinesOf({ bus }: Options): readonly string[] {
  if (bus === 1) return ['GPIO2', 'GPIO3']
  return bus === 0 ? ['GPIO0', 'GPIO1'] : []
}

/**
 * Open a chip that starts again by itself after a fault.
 * @param start Configure the chip on a fresh bus, and give the function that samples it.
 * @param openBus Another way to the bus than the transport of the options, for tests.
 * @throws DriverError when it does not answer now.
 */
export function openChip(
  chip: I2cChip,
  options: Options,
  context: Context,
  start: (bus: I2cBus) => Sample,
  openBus: OpenI2c = openI2cBy(options.transport as string),
): Adc {
  const place: I2cPlace = {
    bus: options.bus as number,
    address: options.address as number,
  }
  let transport = ''
  let level = 0
  const opened = recovering(() => {
    try {
      const chip = startOn(place, openBus, start, context.nowMs)
      transport = chip.transport
      return chip
    } catch (cause) {
      // Once it has been open, its address is right.
      throw transport === '' ? withOthers(cause, place, chip, openBus) : cause
    }
  }, context.nowMs)

  function read(): number {
    const sample = opened.use(sampleOf)
    if (!Number.isNaN(sample)) level = sample
    return level
  }

  return {
    description: `${chip.label} at ${placeName(place)}, channel ${options.channel}, by ${transport}`,
    mocked: false,
    fullScaleVolts: options.supplyVolts as number,
    coarse: chip.coarse,
    openInputVolts: chip.openInputVolts,
    read,
    close: opened.close,
  }
}

/** Level 0…1 of a voltage; noise below ground and above the supply is the end of the knob. */
export function levelOf(volts: number, supplyVolts: number): number {
  return Math.min(1, Math.max(0, volts / supplyVolts))
}

/** A bus is asked this often whether it is held, ms, while bytes come that a held one would give. */
const HELD_CHECK_MS = 1000

/** A started chip. Its bytes are watched: a bus whose data line is held gives the same one for ever, and no error. */
function startOn(place: I2cPlace, openBus: OpenI2c, start: (bus: I2cBus) => Sample, nowMs: () => number) {
  const bus = openBus(place)
  let last: Buffer = Buffer.alloc(0)
  let checkMs = Number.NEGATIVE_INFINITY
  const watched: I2cBus = {
    transport: bus.transport,
    write: bytes => bus.write(bytes),
    read(into) {
      bus.read(into)
      last = into
    },
    writeRead(bytes, into) {
      bus.writeRead(bytes, into)
      last = into
    },
    close: () => bus.close(),
  }

  /** @throws DriverError 'stuck' */
  function refuseHeldBus(): void {
    if (!areFlat(last) || nowMs() < checkMs) return
    checkMs = nowMs() + HELD_CHECK_MS
    if (isHeld(place.bus, openBus)) throw heldBus(place.bus, last.readUInt8(0))
  }

  /** What a chip seems to say of itself, it may not have said. */
  function unlessHeld<Result>(action: () => Result): Result {
    try {
      return action()
    } catch (cause) {
      if (cause instanceof DriverError && cause.fault === 'misused') refuseHeldBus()
      throw cause
    }
  }

  try {
    const sample = unlessHeld(() => start(watched))
    return {
      transport: bus.transport,
      sample() {
        const wasFlat = areFlat(last)
        const level = unlessHeld(sample)
        // A knob at its end gives such bytes too, and one alone may be a flicker.
        if (wasFlat) refuseHeldBus()
        return level
      },
      close: () => bus.close(),
    }
  } catch (cause) {
    bus.close()
    throw cause
  }
}

/** The error of a chip that is not there, with what answers at its other addresses. */
function withOthers(cause: unknown, { bus, address }: I2cPlace, { addresses }: I2cChip, openBus: OpenI2c): unknown {
  if (!(cause instanceof DriverError && cause.fault === 'silent')) return cause
  const others = addresses
    .filter(each => each !== address && answers({ bus, address: each }, openBus))
    .map(each => hex(each))
  if (others.length === 0) return cause
  const advice = `Something answers at ${others.join(' and ')}: if that is the chip, set input.address to ${others[0]}.`
  return new DriverError('silent', `${cause.message} ${advice}`, { cause: cause.cause })
}

function sampleOf(chip: { sample(): number }): number {
  return chip.sample()
}
