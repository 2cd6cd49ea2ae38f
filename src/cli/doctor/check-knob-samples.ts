/** Checks test reads of the knob: their rate, their noise, and whether the input is stuck or floats. Pure. */
import { chipDrivers } from '../../../drivers/adc/i2c-scan.ts'
import type { Adc } from '../../../drivers/contract.ts'
import { ADC_DRIVERS } from '../../../drivers/registry.ts'
import { type Check, checkFromMessage, ok, warn } from './check-result-and-format.ts'

/** What 200 reads of the configured input gave. */
export interface KnobReading
  extends Pick<Adc, 'description' | 'mocked' | 'fullScaleVolts' | 'coarse' | 'openInputVolts'> {
  /** Of each good read: the level 0…1, when it began, and how long it took, ms. */
  readonly levels: readonly number[]
  readonly atMs: readonly number[]
  readonly tookMs: readonly number[]
  /** Reads that failed, and the last reason. */
  readonly errors: number
  readonly message: string
  /** What the driver warned of when it was opened. */
  readonly warnings: readonly string[]
}

interface SampleFigures {
  readonly rateHz: number
  readonly mean: number
  readonly lowest: number
  readonly highest: number
  /** Standard deviation, without the change that turning the knob makes. */
  readonly noise: number
  readonly medianReadMs: number
  readonly slowestReadMs: number
}

/** A potentiometer's wiper has less noise (level); an unconnected wire has more. */
const FLOATING_NOISE = 0.01
/** A knob whose level changes by more than this during the reads is being turned. */
const TURNING = 0.02
/** A clock of the bus that most chips take, Hz. */
const FAST_BUS_HZ = 400_000
/** Chips that need a bus slower than the faster one that is recommended. */
const SLOW_CHIPS = chipDrivers(ADC_DRIVERS).filter(({ chip }) => (chip.maxBusHz ?? FAST_BUS_HZ) < FAST_BUS_HZ)

export function sampleFigures({
  levels,
  atMs,
  tookMs,
}: Pick<KnobReading, 'levels' | 'atMs' | 'tookMs'>): SampleFigures {
  const sorted = tookMs.toSorted((a, b) => a - b)
  const spanMs = (atMs.at(-1) ?? 0) - (atMs[0] ?? 0)
  return {
    rateHz: spanMs > 0 ? ((atMs.length - 1) / spanMs) * 1000 : 0,
    mean: levels.reduce((sum, level) => sum + level, 0) / levels.length,
    lowest: Math.min(...levels),
    highest: Math.max(...levels),
    noise: noiseOf(levels),
    medianReadMs: sorted[sorted.length >> 1] ?? Number.NaN,
    slowestReadMs: sorted.at(-1) ?? Number.NaN,
  }
}

/**
 * Standard deviation of the noise, also while the knob is being turned: a steady turn has no second differences, and
 * those of independent noise of variance s² have variance 6 s².
 */
export function noiseOf(levels: readonly number[]): number {
  const bends = levels.slice(2).map((level, i) => level - 2 * (levels[i + 1] as number) + (levels[i] as number))
  return Math.sqrt(bends.reduce((sum, bend) => sum + bend * bend, 0) / (6 * Math.max(1, bends.length)))
}

/** @param wantedHz the configured rate */
export function checkReading(reading: KnobReading, wantedHz: number): Check {
  const { description, levels, errors, message, mocked, warnings } = reading
  const all = levels.length + errors
  if (levels.length === 0)
    return checkFromMessage('input', `${description}: none of ${all} reads succeeded: ${message}`)
  const figures = sampleFigures(reading)
  const text = `${description}: ${describeFigures(figures, reading)}`
  if (errors > 0) {
    const { text: why, fix } = checkFromMessage('input', message)
    const status = errors > all / 10 ? 'fail' : 'warn'
    return { name: 'input', status, text: `${text}; ${errors} of ${all} reads failed: ${why}`, ...(fix && { fix }) }
  }
  if (mocked && warnings.length > 0)
    return warn('input', `${text}. ${warnings.join(' ')}`, 'connect an ADC, or set driver: mock')
  if (mocked) return ok('input', text)
  if (warnings.length > 0) return checkFromMessage('input', `${text}; ${warnings.join(' ')}`, 'warn')
  return signalFault(figures, reading, text) ?? rateFault(figures, wantedHz, text) ?? ok('input', text)
}

function signalFault(
  { noise, lowest, highest, mean }: SampleFigures,
  reading: KnobReading,
  text: string,
): Check | undefined {
  if (noise > FLOATING_NOISE) {
    const fix =
      'check the wire from the wiper (middle leg) to the channel, then find the channel with: neurond calibrate'
    return warn('input', `${text}. So much noise means that the input floats: nothing is connected to it`, fix)
  }
  if (lowest === highest && (mean === 0 || mean === 1)) {
    const end = mean === 0 ? 'ground' : 'the supply'
    const fix = 'turn the knob to its middle and run neurond doctor again; if it stays so, check its three wires'
    return warn('input', `${text}. It stands at ${end}: the knob is at its end, or its wire is`, fix)
  }
  if (lowest === highest && !reading.coarse) {
    const fix =
      'turn the knob and run neurond doctor again; if nothing changes, switch the chip off and on, and see that ' +
      'input.supplyVolts is the voltage across the knob'
    const why =
      'the ADC is stuck, at the end of its range, or uncommonly quiet (as an ADS1015, which has 12 bits, can be)'
    return warn('input', `${text}. Not one bit changes: ${why}`, fix)
  }
  const volts = mean * reading.fullScaleVolts
  const [low, high] = reading.openInputVolts ?? [Infinity, Infinity]
  if (highest - lowest > TURNING || volts < low || volts > high) return undefined
  const how = 'turn the knob and see whether it moves; 1 MΩ from the channel to GND would pull an open one to about 0 V'
  return ok(
    'input',
    `${text} (a channel without a wire stands there too, as quiet, and cannot be told from a knob: ${how})`,
  )
}

function rateFault({ rateHz, medianReadMs }: SampleFigures, wantedHz: number, text: string): Check | undefined {
  if (rateHz >= 0.9 * wantedHz) return undefined
  const exceptions = SLOW_CHIPS.map(({ chip }) => `${chip.label}: leave it at ${chip.maxBusHz}`).join('; ')
  const fix = `add dtparam=i2c_arm_baudrate=${FAST_BUS_HZ} to config.txt and reboot (${exceptions}), or lower input.sampleHz`
  return warn(
    'input',
    `${text}. Slower than the ${wantedHz} a second that are wanted (${medianReadMs.toFixed(1)} ms a read)`,
    fix,
  )
}

function describeFigures(figures: SampleFigures, { fullScaleVolts, levels }: KnobReading): string {
  const { rateHz, mean, lowest, highest, noise, medianReadMs, slowestReadMs } = figures
  const where =
    highest - lowest > TURNING
      ? `level ${lowest.toFixed(3)} to ${highest.toFixed(3)} (it is being turned)`
      : `level ${mean.toFixed(3)} (${(mean * fullScaleVolts).toFixed(2)} V)`
  const spread = `noise ${(noise * fullScaleVolts * 1000).toFixed(1)} mV`
  const times = `${medianReadMs.toFixed(2)} ms each, ${slowestReadMs.toFixed(2)} at most`
  return `${levels.length} reads, ${Math.round(rateHz)} a second (${times}), ${where}, ${spread}`
}
