/** What ADS1115 (SBAS444) and ADS1015 (SBAS473) share: registers, ranges, and reading in continuous mode. */
import { hex, type I2cBus, type OpenI2c } from '../bus/i2c-interface.ts'
import {
  type Adc,
  type AdcDriver,
  type Context,
  DriverError,
  type EchoRegister,
  type Field,
  type I2cChip,
  type Options,
} from '../contract.ts'
import { addressRange, i2cFields, i2cLinesOf, levelOf, openChip, type Sample } from './i2c-adc.ts'

/** Full scale of the programmable amplifier in volts, by its code (Config register, PGA[2:0]). */
const RANGES_VOLTS = [6.144, 4.096, 2.048, 1.024, 0.512, 0.256]

/** Codes of MUX[2:0] for pairs; 4 + channel is that channel against ground. */
const PAIRS: Readonly<Record<string, number>> = {
  '0-ain1': 0,
  '0-ain3': 1,
  '1-ain3': 2,
  '2-ain3': 3,
}

/** Comparator off (COMP_QUE). */
const NO_COMPARATOR = 0b11

/** The Config register after power-on: AIN0 − AIN1, single shot. */
const POWER_ON_CONFIG = 0x8583

/** OS, the top bit, says whether a conversion runs; it is not configuration. */
const CONFIG_BITS = 0x7fff

const CONVERSION_REGISTER = Buffer.of(0)
const CONFIG_REGISTER = Buffer.of(1)

const VERIFY_MS = 1000

/** The thresholds of the comparator after power-on, Lo_thresh and Hi_thresh: no other chip has them. */
const POWER_ON_THRESHOLDS = { 2: [0x80, 0x00], 3: [0x7f, 0xff] } as const

/**
 * Programs that use the comparator, or its pin as "conversion ready", have written the thresholds, and some clones do not
 * answer them; but the Config register of each takes any setting: AIN0, ±6.144 V, single shot without a start.
 */
const CONFIG_ECHO: EchoRegister = { register: 1, written: [0x41, 0x23], mask: [CONFIG_BITS >> 8, 0xff] }

const FIELDS = {
  negative: {
    type: 'choice',
    choices: ['ground', 'ain1', 'ain3'],
    default: 'ground',
    help: 'what the channel is measured against; pairs are 0-ain1, 0-ain3, 1-ain3, 2-ain3',
  },
  rangeVolts: {
    type: 'number',
    unit: 'V',
    min: 0,
    max: 6.144,
    default: 0,
    help: 'the voltage to be measured; the amplifier takes its next range: 0.256, 0.512, 1.024, 2.048, 4.096, 6.144; 0 follows supplyVolts',
  },
} as const satisfies Record<string, Field>

/** The driver of one chip of the family; `ratesHz` are its data rates by their code (Config register, DR[2:0]). */
export function ads1x15Driver<Name extends string>(
  { name, label, bits }: { readonly name: Name; readonly label: string; readonly bits: number },
  ratesHz: readonly number[],
) {
  const chip: I2cChip = {
    label,
    addresses: addressRange(0x48, 0x4b),
    signatures: [POWER_ON_THRESHOLDS],
    echo: CONFIG_ECHO,
    openedByAuto: true,
    coarse: bits <= 12,
    openInputVolts: [0.3, 0.6],
  }
  return {
    name,
    kind: 'adc',
    help: `${label}, ${bits} bits, on I2C at 0x48 to 0x4b`,
    thread: 'neuron',
    requires: { i2c: true },
    linesOf: i2cLinesOf,
    chip,
    fields: { ...i2cFields(chip, 0x48, 4), ...FIELDS, rateHz: rateField(ratesHz) },
    // Two conversions and some, as the rate is exact to 10 %.
    settleMs: options => 2500 / (options.rateHz as number),
    open(options: Options, context: Context, openBus?: OpenI2c): Adc {
      warnOfClipping(options as Settings, context)
      return openChip(chip, options, context, bus => startAds1x15(bus, options, context, ratesHz), openBus)
    },
  } as const satisfies AdcDriver
}

/** Volts of a Conversion register word. The ADS1015 has its 12 bits left-justified, so both read alike. */
export function ads1x15Volts(word: number, rangeVolts: number): number {
  const signed = (word << 16) >> 16
  return (signed / 0x8000) * rangeVolts
}

/** The Config register for continuous conversion. @throws DriverError 'misused' for a pair that the chip lacks. */
export function ads1x15Config(options: Options, ratesHz: readonly number[]): number {
  const { channel, negative, rateHz } = options as Settings
  const mux = negative === 'ground' ? 4 + channel : PAIRS[`${channel}-${negative}`]
  if (mux === undefined)
    throw new DriverError(
      'misused',
      `channel ${channel} with negative ${negative} is no input pair of the chip. ` +
        'Allowed: channel 0 with ain1 or ain3, channel 1 or 2 with ain3.',
    )
  return (
    (mux << 12) | (rangeCode(rangeFor(options as Settings)) << 9) | (nextRate(rateHz, ratesHz) << 5) | NO_COMPARATOR
  )
}

/** Configure the chip and give its sampler. `ratesHz` are the chip's rates by code (DR[2:0]). */
function startAds1x15(bus: I2cBus, options: Options, context: Context, ratesHz: readonly number[]): Sample {
  const { rateHz, supplyVolts } = options as Settings
  const config = ads1x15Config(options, ratesHz)
  const fullScaleVolts = RANGES_VOLTS[rangeCode(rangeFor(options as Settings))]!
  const word = Buffer.alloc(2)
  bus.write(Buffer.of(1, config >> 8, config & 0xff))
  verify()
  // A conversion under way ends with the old settings (§ Continuous-Conversion Mode), and the rate is exact to 10 %.
  const readyMs = context.nowMs() + 2200 / ratesHz[nextRate(rateHz, ratesHz)]!
  let verifyMs = context.nowMs() + VERIFY_MS
  let pointsAtConversion = false

  function verify(): void {
    bus.writeRead(CONFIG_REGISTER, word)
    const found = word.readUInt16BE(0)
    if (((found ^ config) & CONFIG_BITS) !== 0) throw changedConfig(found, config)
  }

  return () => {
    const nowMs = context.nowMs()
    if (nowMs >= verifyMs) {
      pointsAtConversion = false
      verify()
      verifyMs = nowMs + VERIFY_MS
    }
    if (pointsAtConversion) bus.read(word)
    else bus.writeRead(CONVERSION_REGISTER, word)
    pointsAtConversion = true
    if (nowMs < readyMs) return Number.NaN
    return levelOf(ads1x15Volts(word.readUInt16BE(0), fullScaleVolts), supplyVolts)
  }
}

type Settings = {
  readonly channel: number
  readonly negative: string
  readonly rangeVolts: number
  readonly rateHz: number
  readonly supplyVolts: number
}

function changedConfig(found: number, config: number): DriverError {
  const registers = `its Config register holds ${hex(found, 4)} instead of ${hex(config, 4)}`
  const powerOn = ((found ^ POWER_ON_CONFIG) & CONFIG_BITS) === 0
  if (powerOn)
    return new DriverError(
      'reset',
      `The ADS1x15 was switched off and on: ${registers}. It is configured again; check its supply wires.`,
    )
  return new DriverError(
    'misused',
    `This is no ADS1x15, or another program writes to it: ${registers}. ` +
      'Choose the driver of the chip that is there: pcf8591 and ads7830 share its addresses.',
  )
}

function rateField(ratesHz: readonly number[]) {
  return {
    type: 'number',
    unit: 'Hz',
    min: ratesHz[0]!,
    max: ratesHz.at(-1)!,
    default: ratesHz.at(-1)!,
    help: `conversions a second; the chip takes its next rate: ${ratesHz.join(', ')}`,
  } as const satisfies Field
}

/** Least range that follows a supply, V: what is usual, and more than the 3.3 V of most knobs. */
const USUAL_RANGE_VOLTS = 4.096

/** The voltage to be measured: as far as the supply of the knob goes, unless another is set. */
function rangeFor({ rangeVolts, supplyVolts }: Settings): number {
  return rangeVolts === 0 ? Math.max(supplyVolts, USUAL_RANGE_VOLTS) : rangeVolts
}

function warnOfClipping(settings: Settings, { warn }: Context): void {
  const { rangeVolts, supplyVolts, negative } = settings
  const fullScaleVolts = RANGES_VOLTS[rangeCode(rangeFor(settings))]!
  if (negative !== 'ground' || fullScaleVolts >= supplyVolts) return
  const percent = Math.floor((fullScaleVolts / supplyVolts) * 100)
  warn(
    `rangeVolts is ${rangeVolts}, below supplyVolts, which is ${supplyVolts}: the knob reads the same from ${percent} % of ` +
      'its way on. Leave rangeVolts out: then it follows supplyVolts.',
  )
}

/** The smallest range that holds the voltage. */
function rangeCode(volts: number): number {
  return RANGES_VOLTS.findLastIndex(range => range >= volts)
}

/** The slowest rate that is fast enough. */
function nextRate(rateHz: number, ratesHz: readonly number[]): number {
  return ratesHz.findIndex(rate => rate >= rateHz)
}
