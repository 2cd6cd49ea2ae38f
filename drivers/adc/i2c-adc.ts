import { type I2cBus, type I2cPlace, type OpenI2c, placeName } from '../bus/i2c-interface.ts'
import { openI2cBy, transportField } from '../bus/i2c-transport.ts'
import type { Adc, Context, Field, I2cChip, Options } from '../contract.ts'
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
    const bus = openBus(place)
    transport = bus.transport
    return startOn(bus, start)
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

function startOn(bus: I2cBus, start: (bus: I2cBus) => Sample) {
  try {
    return { sample: start(bus), close: () => bus.close() }
  } catch (cause) {
    bus.close()
    throw cause
  }
}

function sampleOf({ sample }: { readonly sample: Sample }): number {
  return sample()
}
