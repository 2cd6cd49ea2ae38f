/** Looks at all channels of an ADC in turn: each is opened, read a few times and let go, as they share one converter. */
import { type Adc, type AdcDriver, DriverError, type Options } from '../../../drivers/contract.ts'
import { noiseOf } from '../doctor/samples.ts'
import { settleMs } from '../doctor/tasks.ts'
import type { Visit } from './travel.ts'

export interface Probe {
  /** `ADS1115 at 0x48 on /dev/i2c-1, by koffi` */
  readonly description: string
  readonly mocked: boolean
  readonly fullScaleVolts: number
  readonly channels: readonly (number | undefined)[]
  /** Look at the next channel. @throws DriverError when the chip does not answer. */
  visit(): Promise<Visit>
  close(): void
}

export interface ProbeWorld {
  readonly nowMs: () => number
  readonly warn: (message: string) => void
  readonly pause: (durationMs: number) => Promise<void>
}

/** Reads of one look. */
const READS = 4
const LEAST_PAUSE_MS = 2

/** @throws DriverError when the configured channel cannot be opened. */
export function openProbe(driver: AdcDriver, options: Options, world: ProbeWorld): Probe {
  const openChannel = (channel: number | undefined) =>
    driver.open(channel === undefined ? options : { ...options, channel }, { nowMs: world.nowMs, warn: world.warn })
  const first = openChannel(undefined)
  const { mocked, fullScaleVolts } = first
  // The channel is what is looked for.
  const description = first.description.replace(/, channel \d+/, '')
  // A simulated knob stays open: it would start from the beginning each time.
  if (!mocked) first.close()
  const channels = mocked ? [undefined] : channelsOf(driver, options, openChannel)
  const held = mocked ? first : channels.length === 1 ? openChannel(channels[0]) : undefined
  let next = 0
  const periodMs = Math.max(LEAST_PAUSE_MS, settleMs(options) / 2)

  return {
    description,
    mocked,
    fullScaleVolts,
    channels,
    async visit() {
      const channel = channels[next]
      next = (next + 1) % channels.length
      const adc = held ?? openChannel(channel)
      try {
        if (held === undefined) await world.pause(settleMs(options))
        const levels = await levelsOf(adc, periodMs, world)
        return { channel, level: levels.reduce((sum, level) => sum + level, 0) / READS, noise: noiseOf(levels) }
      } finally {
        if (adc !== held) adc.close()
      }
    },
    close: () => held?.close(),
  }
}

async function levelsOf(adc: Adc, periodMs: number, { pause }: ProbeWorld): Promise<number[]> {
  const levels: number[] = []
  for (let k = 0; k < READS; k++) {
    levels.push(adc.read())
    await pause(periodMs)
  }
  return levels
}

/** The configured channel first, then the others that the chip has. */
function channelsOf(
  { fields }: AdcDriver,
  options: Options,
  openChannel: (channel: number) => Adc,
): readonly (number | undefined)[] {
  const { channel: field } = fields
  if (field?.type !== 'number') return [undefined]
  const configured = Number(options.channel ?? field.default)
  const all = Array.from({ length: field.max - field.min + 1 }, (_, k) => field.min + k)
  const others = all.filter(channel => channel !== configured && isThere(() => openChannel(channel)))
  return [configured, ...others]
}

function isThere(open: () => Adc): boolean {
  try {
    const adc = open()
    adc.close()
    // Off a Raspberry Pi `auto` simulates what the chip does not have.
    return !adc.mocked
  } catch (error) {
    if (error instanceof DriverError) return false
    throw error
  }
}
