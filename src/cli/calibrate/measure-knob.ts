/** Reads all channels of an ADC while the user turns the knob. */
import { type Adc, type AdcDriver, DriverError, type Options } from '../../../drivers/contract.ts'
import { mayAppear } from '../../../drivers/recovering.ts'
import type { Console } from '../console.ts'
import { noiseOf } from '../doctor/check-knob-samples.ts'
import { settleMs } from '../doctor/hardware-tasks.ts'
import { type ChannelSample, type Travel, travelBetween, travelWithin } from './knob-travel.ts'

/** Reads the channels of an ADC in turn: each is opened, read a few times and closed, as they share one converter. */
export interface KnobProbe {
  /** `ADS1115 at 0x48 on /dev/i2c-1, by koffi` */
  readonly description: string
  readonly mocked: boolean
  readonly fullScaleVolts: number
  readonly channels: readonly (number | undefined)[]
  /** Reads the next channel. @throws DriverError when the chip does not answer. */
  sampleNext(): Promise<ChannelSample>
  /** Lets a wire that was touched come back. */
  wait(): Promise<void>
  close(): void
}

interface ProbeContext {
  readonly nowMs: () => number
  readonly warn: (message: string) => void
  readonly pause: (durationMs: number) => Promise<void>
}

/** Reads of one sample. */
const READS = 4
const LEAST_PAUSE_MS = 2

/** Hands are on the wires: a chip that does not answer is asked again, ms, and for so long. */
const RETRY_MS = 100
const GIVE_UP_MS = 10_000

/**
 * `openProbe`, again while a wire that was touched may come back.
 * @throws DriverError when the configured channel cannot be opened.
 */
export async function openProbeInTime(
  driver: AdcDriver,
  options: Options,
  context: ProbeContext,
  onMissing: (why: string) => void,
): Promise<KnobProbe> {
  const giveUpMs = context.nowMs() + GIVE_UP_MS
  for (let isFirst = true; ; isFirst = false) {
    try {
      return openProbe(driver, options, context)
    } catch (error) {
      if (!mayComeBack(error) || context.nowMs() >= giveUpMs) throw error
      if (isFirst) onMissing(error.message)
      await context.pause(RETRY_MS)
    }
  }
}

/** @throws DriverError when the configured channel cannot be opened. */
export function openProbe(driver: AdcDriver, options: Options, context: ProbeContext): KnobProbe {
  const openChannel = (channel: number | undefined) =>
    driver.open(channel === undefined ? options : { ...options, channel }, { nowMs: context.nowMs, warn: context.warn })
  const first = openChannel(undefined)
  const { mocked, fullScaleVolts } = first
  // The channel is still to be found.
  const description = first.description.replace(/, channel \d+/, '')
  // A simulated knob stays open: opened again, it would start from the beginning.
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
    async sampleNext() {
      const channel = channels[next]
      next = (next + 1) % channels.length
      const adc = held ?? openChannel(channel)
      try {
        // Off a Raspberry Pi `auto` simulates a chip that does not answer now.
        if (adc.mocked !== mocked) throw new DriverError('silent', `${description} does not answer. Check its wires.`)
        if (held === undefined) await context.pause(settleMs(driver, options))
        const levels = await levelsOf(adc, periodMs, context)
        return { channel, level: levels.reduce((sum, level) => sum + level, 0) / READS, noise: noiseOf(levels) }
      } finally {
        if (adc !== held) adc.close()
      }
    },
    wait: () => context.pause(RETRY_MS),
    close: () => held?.close(),
  }
}

async function levelsOf(adc: Adc, periodMs: number, { pause }: ProbeContext): Promise<number[]> {
  const levels: number[] = []
  for (let k = 0; k < READS; k++) {
    levels.push(adc.read())
    await pause(periodMs)
  }
  return levels
}

/** Is it a fault that passes when a wire is put back? */
function mayComeBack(error: unknown): error is DriverError {
  return mayAppear(error, 'adc', () => true)
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
  const others = all.filter(channel => channel !== configured && canOpen(() => openChannel(channel)))
  return [configured, ...others]
}

function canOpen(open: () => Adc): boolean {
  try {
    const adc = open()
    adc.close()
    // Off a Raspberry Pi `auto` simulates what the chip does not have.
    return !adc.mocked
  } catch (error) {
    // A channel that the chip does not have never comes.
    if (error instanceof DriverError && !mayComeBack(error)) return false
    throw error
  }
}

/** The user who turns the knob, and the time that passes meanwhile. */
interface KnobUser {
  readonly console: Pick<Console, 'ask' | 'printError' | 'showProgress'>
  readonly nowMs: () => number
  /** Aborted when the user wants to leave. */
  readonly signal: AbortSignal
}

/** What was measured, although the chip did not answer now and then. */
interface Measurement {
  readonly travel: Travel
  /** How often the chip stopped answering meanwhile, and what it said last. */
  readonly flickers: number
  readonly fault: string
}

/** At an end, the samples of the last so many ms count. */
const HELD_MS = 1000
const BAR_WIDTH = 24

/** @throws TravelError; DriverError when the chip does not come back */
export async function measureEnds(probe: KnobProbe, user: KnobUser): Promise<Measurement> {
  user.console.printError(`${probe.description}\n`)
  const left = await sampleAtEnd(
    'Turn the knob to its left end, where there is least current, and press Enter.',
    probe,
    user,
  )
  const right = await sampleAtEnd('Now turn it to its right end, and press Enter.', probe, user)
  const travel = travelBetween(lastHeld(left.samples, probe), lastHeld(right.samples, probe))
  return { travel, flickers: left.flickers + right.flickers, fault: right.fault || left.fault }
}

/** @throws TravelError; DriverError when the chip never answers */
export async function measureFor(seconds: number, probe: KnobProbe, user: KnobUser): Promise<Measurement> {
  user.console.printError(`${probe.description}\n`)
  user.console.printError(
    `For ${seconds} s: turn the knob from one end to the other, and hold it at both for a moment.\n`,
  )
  const endMs = user.nowMs() + seconds * 1000
  const { samples, flickers, fault } = await sampleWhile(probe, user, () => user.nowMs() < endMs)
  return { travel: travelWithin(samples.map(({ sample }) => sample)), flickers, fault }
}

async function sampleAtEnd(request: string, probe: KnobProbe, user: KnobUser): Promise<Samples> {
  let isWaiting = true
  const enter = user.console.ask(`${request}\n`, user.signal).finally(() => {
    isWaiting = false
  })
  // An interruption is noticed below.
  enter.catch(() => {})
  let countAtEnter = 0
  let giveUpMs = 0
  const samples = await sampleWhile(probe, user, count => {
    if (isWaiting) {
      countAtEnter = count
      giveUpMs = user.nowMs() + GIVE_UP_MS
      return true
    }
    // One more round after Enter, so that every channel is read at the end.
    return count < countAtEnter + probe.channels.length && user.nowMs() < giveUpMs
  })
  await enter
  return samples
}

/** The samples of an end at which the knob was held. */
function lastHeld(samples: readonly TimedSample[], { channels }: KnobProbe): readonly ChannelSample[] {
  const lastMs = samples.at(-1)?.atMs ?? 0
  const recent = samples.filter(({ atMs }) => atMs > lastMs - HELD_MS)
  const few = samples.slice(-channels.length)
  return (recent.length > few.length ? recent : few).map(({ sample }) => sample)
}

interface TimedSample {
  readonly sample: ChannelSample
  readonly atMs: number
}

interface Samples extends Omit<Measurement, 'travel'> {
  readonly samples: readonly TimedSample[]
}

/**
 * Reads the channels in turn while `goesOn`, and shows the one that has moved most so far. What was read is kept when the
 * chip stops answering, and it is asked again.
 * @param goesOn is told how many samples there are
 * @throws DriverError when it never answered, or when its settings are wrong
 */
async function sampleWhile(probe: KnobProbe, user: KnobUser, goesOn: (count: number) => boolean): Promise<Samples> {
  const samples: TimedSample[] = []
  const spans = new Map<ChannelSample['channel'], { low: number; high: number }>()
  let flickers = 0
  let fault: DriverError | undefined
  let isAnswering = true
  try {
    while (goesOn(samples.length)) {
      try {
        const sample = await probe.sampleNext()
        isAnswering = true
        samples.push({ sample, atMs: user.nowMs() })
        const span = spans.get(sample.channel) ?? { low: sample.level, high: sample.level }
        spans.set(sample.channel, { low: Math.min(span.low, sample.level), high: Math.max(span.high, sample.level) })
        if (sample.channel === widest(spans))
          user.console.showProgress(formatSample(sample, probe.fullScaleVolts, spans.get(sample.channel)))
      } catch (error) {
        if (!mayComeBack(error)) throw error
        if (isAnswering) flickers++
        isAnswering = false
        fault = error
        user.console.showProgress(`no answer, a wire may be loose: ${error.message.split('\n', 1)[0]}`)
        await probe.wait()
      }
    }
    if (samples.length === 0 && fault !== undefined) throw fault
    return { samples, flickers, fault: fault?.message ?? '' }
  } finally {
    user.console.showProgress('')
  }
}

function widest(spans: ReadonlyMap<ChannelSample['channel'], { low: number; high: number }>): ChannelSample['channel'] {
  return [...spans].toSorted(([, a], [, b]) => b.high - b.low - (a.high - a.low))[0]?.[0]
}

/** `channel 0  level 0.512 ███████····  0.02 to 0.98  noise 0.4 mV` */
function formatSample(
  { channel, level, noise }: ChannelSample,
  volts: number,
  span?: { low: number; high: number },
): string {
  const filled = Math.round(level * BAR_WIDTH)
  const bar = '█'.repeat(filled) + '·'.repeat(BAR_WIDTH - filled)
  const who = channel === undefined ? '' : `channel ${channel}  `
  const reach = span === undefined ? '' : `  ${span.low.toFixed(2)} to ${span.high.toFixed(2)}`
  return `${who}level ${level.toFixed(3)} ${bar}${reach}  noise ${(noise * volts * 1000).toFixed(1)} mV`
}
