/** Looks at all channels of an ADC in turn: each is opened, read a few times and let go, as they share one converter. */
import { type Adc, type AdcDriver, DriverError, type Options } from '../../../drivers/contract.ts'
import { settleMs } from '../doctor/probes.ts'
import { noiseOf } from '../doctor/samples.ts'
import { type Travel, travelBetween, travelWithin, type Visit } from './travel.ts'

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
export function openProbe(driver: AdcDriver, options: Options, context: ProbeWorld): Probe {
  const openChannel = (channel: number | undefined) =>
    driver.open(channel === undefined ? options : { ...options, channel }, { nowMs: context.nowMs, warn: context.warn })
  const first = openChannel(undefined)
  const { mocked, fullScaleVolts } = first
  // The channel is what is looked for.
  const description = first.description.replace(/, channel \d+/, '')
  // A simulated knob stays open: it would start from the beginning each time.
  if (!mocked) first.close()
  const channels = mocked ? [undefined] : channelsOf(driver, options, openChannel)
  const held = mocked ? first : channels.length === 1 ? openChannel(channels[0]) : undefined
  let next = 0
  const periodMs = Math.max(LEAST_PAUSE_MS, settleMs(driver, options) / 2)

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
        if (held === undefined) await context.pause(settleMs(driver, options))
        const levels = await levelsOf(adc, periodMs, context)
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

/** What the survey needs of whoever turns the knob. */
export interface Turner {
  readonly nowMs: () => number
  /** Ask for something; resolves when Enter is pressed. */
  readonly asked: (request: string) => Promise<void>
  readonly say: (text: string) => void
  /** A line that is replaced by the next; '' takes it away. */
  readonly live: (line: string) => void
}

/** At an end, so much of what was seen last counts, ms. */
const HELD_MS = 1000
const BAR_WIDTH = 24

/** @throws TravelError */
export async function surveyEnds(probe: Probe, turner: Turner): Promise<Travel> {
  turner.say(`${probe.description}\n`)
  const left = await heldAt(
    'Turn the knob to its left end, where there is least current, and press Enter.',
    probe,
    turner,
  )
  const right = await heldAt('Now turn it to its right end, and press Enter.', probe, turner)
  return travelBetween(left, right)
}

/** @throws TravelError */
export async function surveyFor(seconds: number, probe: Probe, turner: Turner): Promise<Travel> {
  turner.say(`${probe.description}\n`)
  turner.say(`For ${seconds} s: turn the knob from one end to the other, and hold it at both for a moment.\n`)
  const endMs = turner.nowMs() + seconds * 1000
  const visits = await watched(probe, turner, () => turner.nowMs() < endMs)
  return travelWithin(visits.map(({ visit }) => visit))
}

async function heldAt(request: string, probe: Probe, turner: Turner): Promise<readonly Visit[]> {
  let isWaiting = true
  const enter = turner.asked(`${request}\n`).finally(() => {
    isWaiting = false
  })
  // Whoever leaves is noticed below.
  enter.catch(() => {})
  // One more round after Enter, so that every channel has been seen at the end.
  let more = probe.channels.length
  const visits = await watched(probe, turner, () => isWaiting || more-- > 0)
  await enter
  const lastMs = visits.at(-1)?.atMs ?? 0
  const recent = visits.filter(({ atMs }) => atMs > lastMs - HELD_MS)
  const few = visits.slice(-probe.channels.length)
  return (recent.length > few.length ? recent : few).map(({ visit }) => visit)
}

interface Seen {
  readonly visit: Visit
  readonly atMs: number
}

/** Looks around until it is told to stop, and shows the channel that has moved most so far. */
async function watched(probe: Probe, turner: Turner, goesOn: () => boolean): Promise<Seen[]> {
  const seen: Seen[] = []
  const spans = new Map<Visit['channel'], { low: number; high: number }>()
  try {
    while (goesOn()) {
      const visit = await probe.visit()
      seen.push({ visit, atMs: turner.nowMs() })
      const span = spans.get(visit.channel) ?? { low: visit.level, high: visit.level }
      spans.set(visit.channel, { low: Math.min(span.low, visit.level), high: Math.max(span.high, visit.level) })
      if (visit.channel === widest(spans)) turner.live(lineOf(visit, probe.fullScaleVolts, spans.get(visit.channel)))
    }
    return seen
  } finally {
    turner.live('')
  }
}

function widest(spans: ReadonlyMap<Visit['channel'], { low: number; high: number }>): Visit['channel'] {
  return [...spans].toSorted(([, a], [, b]) => b.high - b.low - (a.high - a.low))[0]?.[0]
}

/** `channel 0  level 0.512 ███████····  0.02 to 0.98  noise 0.4 mV` */
function lineOf({ channel, level, noise }: Visit, volts: number, span?: { low: number; high: number }): string {
  const filled = Math.round(level * BAR_WIDTH)
  const bar = '█'.repeat(filled) + '·'.repeat(BAR_WIDTH - filled)
  const who = channel === undefined ? '' : `channel ${channel}  `
  const reach = span === undefined ? '' : `  ${span.low.toFixed(2)} to ${span.high.toFixed(2)}`
  return `${who}level ${level.toFixed(3)} ${bar}${reach}  noise ${(noise * volts * 1000).toFixed(1)} mV`
}
