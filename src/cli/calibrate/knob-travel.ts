/** Finds the channel, the ends, the dead zone and the noise of a knob in samples of its turning. Pure. */

/** A few reads of one channel. */
export interface ChannelSample {
  /** undefined where the driver knows no channels. */
  readonly channel: number | undefined
  /** Mean level 0…1 of the reads, and the standard deviation of their noise. */
  readonly level: number
  readonly noise: number
}

export interface Travel {
  readonly channel: number | undefined
  /** What the ADC reads at the left and at the right end; in a knob that is wired the other way round, left is higher. */
  readonly left: number
  readonly right: number
  readonly noise: number
  /** So much at either end counts as the end, so that noise does not move the value. */
  readonly deadZone: number
  /** What is to be configured: the ends without their dead zones. */
  readonly fromLevel: number
  readonly toLevel: number
  /** How far the channel moved that moved second most; 0 where there is one only. */
  readonly runnerUp: number
}

/** The measurement is useless; the message says why and what to do. */
export class TravelError extends Error {
  override readonly name = 'TravelError'
}

/** A turn from end to end moves the level by at least this. */
const LEAST_TRAVEL = 0.1
/** A connected wiper has less noise, level. */
const MOST_NOISE = 0.02
const LEAST_DEAD_ZONE = 0.001
/** Dead zone in standard deviations of the noise. */
const DEVIATIONS = 3
/** Of the deviations that are estimated from four reads each, half lie below the true one divided by this. */
const MEDIAN_TO_DEVIATION = 1.3
/** So that at least half of the travel is left between the dead zones. */
const LEAST_DEVIATIONS = 4 * DEVIATIONS
/** This share of the samples at either end is taken for outliers. */
const OUTLIERS = 0.005

/**
 * The channel that moved between the two ends at which the knob was held.
 * @throws TravelError if none did, or if it is too noisy.
 */
export function travelBetween(left: readonly ChannelSample[], right: readonly ChannelSample[]): Travel {
  const channels = channelsOf(left).map(channel => {
    const [a, b] = [levelOf(left, channel), levelOf(right, channel)]
    return { channel, left: a, right: b, noise: noiseOf([...left, ...right], channel) }
  })
  return widestTravel(channels)
}

/**
 * The channel that moved most while the knob was turned to and fro; its left end is taken to be the lower one.
 * @throws TravelError if none did, or if it is too noisy.
 */
export function travelWithin(samples: readonly ChannelSample[]): Travel {
  const channels = channelsOf(samples).map(channel => {
    const levels = samplesOf(samples, channel).map(({ level }) => level)
    const sorted = levels.toSorted((a, b) => a - b)
    const skipped = Math.floor(OUTLIERS * sorted.length)
    const [left = 0, right = 0] = [sorted[skipped], sorted[sorted.length - 1 - skipped]]
    return { channel, left, right, noise: noiseOf(samples, channel) }
  })
  return widestTravel(channels)
}

interface ChannelTravel {
  readonly channel: number | undefined
  readonly left: number
  readonly right: number
  readonly noise: number
}

function widestTravel(channels: readonly ChannelTravel[]): Travel {
  const spanOf = ({ left, right }: ChannelTravel) => Math.abs(right - left)
  // An unconnected channel moves too, but has more noise.
  const steady = channels.filter(({ noise }) => noise <= MOST_NOISE)
  const byspan = (steady.length > 0 ? steady : channels).toSorted((a, b) => spanOf(b) - spanOf(a))
  const [best, second] = byspan
  if (best === undefined) throw new TravelError('nothing was read: try again, and see neurond doctor')
  checkTravel(best, spanOf(best), channels.length)
  const { left, right, noise, channel } = best
  const deadZone = Math.max(DEVIATIONS * noise, LEAST_DEAD_ZONE)
  const inwards = Math.sign(right - left) * deadZone
  const runnerUp = second === undefined ? 0 : spanOf(second)
  return { channel, left, right, noise, deadZone, fromLevel: left + inwards, toLevel: right - inwards, runnerUp }
}

/** @throws TravelError */
function checkTravel({ channel, left, noise }: ChannelTravel, span: number, channels: number): void {
  const where = channel === undefined ? 'it' : `channel ${channel}${channels > 1 ? ', which moved most,' : ''}`
  if (noise > MOST_NOISE) {
    throw new TravelError(
      `${where} has a noise of ${noise.toFixed(3)}, must be below ${MOST_NOISE}: is the wiper (middle leg) connected?`,
    )
  }
  const least = Math.max(LEAST_TRAVEL, LEAST_DEVIATIONS * noise)
  if (span >= least) return
  throw new TravelError(
    `the knob did not move: ${where} stayed at ${left.toFixed(3)} and moved by ${span.toFixed(3)}, must be at least ` +
      `${Number(least.toFixed(3))}: turn it from one end to the other; if you did, check its three wires (neurond doctor)`,
  )
}

function channelsOf(samples: readonly ChannelSample[]): readonly (number | undefined)[] {
  return [...new Set(samples.map(({ channel }) => channel))]
}

function samplesOf(samples: readonly ChannelSample[], channel: number | undefined): readonly ChannelSample[] {
  return samples.filter(sample => sample.channel === channel)
}

/** Where the channel was for most of the time: the user may still have turned it at the beginning. */
function levelOf(samples: readonly ChannelSample[], channel: number | undefined): number {
  return median(samplesOf(samples, channel).map(({ level }) => level))
}

/** The median, because a jerk of the hand looks like noise while it lasts. */
function noiseOf(samples: readonly ChannelSample[], channel: number | undefined): number {
  return MEDIAN_TO_DEVIATION * median(samplesOf(samples, channel).map(({ noise }) => noise))
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
