/**
 * Firing rate from spike times. Times are in ms on any clock that does not run backwards; the spikes kept are bounded,
 * so the rate of a train that overruns the window is that of the spikes kept.
 */
export interface RateMeter {
  readonly windowMs: number
  /** The latest spikes, a ring: the k-th spike of all lies at k modulo its length. */
  readonly spikesMs: Float64Array
  /** Spikes since the meter was made. */
  count: number
}

/** @param windowMs the span of `meanRateHz`. @param capacity how many spikes are kept: at least 2. */
export function rateMeter(windowMs = 1000, capacity = 1024): RateMeter {
  return { windowMs, spikesMs: new Float64Array(Math.max(2, capacity)), count: 0 }
}

export function countSpike(meter: RateMeter, tMs: number): void {
  meter.spikesMs[meter.count % meter.spikesMs.length] = tMs
  meter.count++
}

export function forgetSpikes(meter: RateMeter): void {
  meter.count = 0
}

/**
 * The inverse of the mean interspike interval over the last windowMs of spikes (of one interval at least), in Hz:
 * steadier than one interval, finer than a count. Once so long has passed without a spike, the inverse of the time since
 * the last one, so that a neuron that falls silent is seen to. 0 before the second spike.
 */
export function meanRateHz(meter: RateMeter, nowMs: number): number {
  const kept = keptSpikes(meter)
  if (kept < 2) return 0
  const lastMs = spikeBack(meter, 0)
  let intervals = 1
  while (intervals + 1 < kept && lastMs - spikeBack(meter, intervals + 1) <= meter.windowMs) intervals++
  const meanMs = (lastMs - spikeBack(meter, intervals)) / intervals
  return 1000 / Math.max(meanMs, nowMs - lastMs)
}

/** The last interspike interval in ms; null before the second spike. */
export function lastIsiMs(meter: RateMeter): number | null {
  return meter.count < 2 ? null : spikeBack(meter, 0) - spikeBack(meter, 1)
}

/**
 * Coefficient of variation of the last `maxIntervals` interspike intervals: 0 for clockwork, 1 for a Poisson train;
 * null with fewer than three intervals.
 */
export function isiCv(meter: RateMeter, maxIntervals = 100): number | null {
  const intervals = Math.min(maxIntervals, keptSpikes(meter) - 1)
  if (intervals < 3) return null
  const meanMs = (spikeBack(meter, 0) - spikeBack(meter, intervals)) / intervals
  let squares = 0
  for (let k = 0; k < intervals; k++) {
    const deviationMs = spikeBack(meter, k) - spikeBack(meter, k + 1) - meanMs
    squares += deviationMs * deviationMs
  }
  return meanMs > 0 ? Math.sqrt(squares / intervals) / meanMs : null
}

/** Spikes after fromMs, up to and including toMs, as a rate in Hz; one within 1e-9 ms of a bound counts as on it. */
export function rateInWindowHz(spikesMs: Iterable<number>, fromMs: number, toMs: number): number {
  return (1000 * spikesInWindow(spikesMs, fromMs, toMs).length) / (toMs - fromMs)
}

/** Those spikes. */
export function spikesInWindow(spikesMs: Iterable<number>, fromMs: number, toMs: number): number[] {
  const inside: number[] = []
  for (const tMs of spikesMs) if (tMs > fromMs + 1e-9 && tMs <= toMs + 1e-9) inside.push(tMs)
  return inside
}

function keptSpikes(meter: RateMeter): number {
  return Math.min(meter.count, meter.spikesMs.length)
}

/** Time of the spike that is `k` spikes before the last one. */
function spikeBack(meter: RateMeter, k: number): number {
  return meter.spikesMs[(meter.count - 1 - k) % meter.spikesMs.length]
}
