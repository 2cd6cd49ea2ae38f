/** One output line: a spike is one rising edge, `pulseMs` long. Pure: says what the line should be at a given time. */
export interface Pulse {
  pulseMs: number
  on: boolean
  roseMs: number
  /** When it falls; Infinity while low. */
  fallMs: number
  /** When it rises again for a spike that came during a pulse; Infinity if none waits. */
  riseMs: number
  /** Earliest time of the next rise, so that a gap is seen. */
  readyMs: number
  edges: number
  merged: number
}

/** Shortest high time, ms: spikes closer than this share one edge, so a burst after a stall is one pulse. */
const SHORTEST_MS = 0.1
/** Shortest low time between two pulses, ms: what makes two spikes two edges. */
const GAP_MS = 0.5

export function idlePulse(pulseMs: number): Pulse {
  return {
    pulseMs,
    on: false,
    roseMs: -Infinity,
    fallMs: Infinity,
    riseMs: Infinity,
    readyMs: -Infinity,
    edges: 0,
    merged: 0,
  }
}

/** A spike at `nowMs`: raise the line, or lower it first and raise it after the gap, or merge. */
export function spikePulse(pulse: Pulse, nowMs: number): void {
  const tooSoon = pulse.on && nowMs - pulse.roseMs < SHORTEST_MS
  if (tooSoon || pulse.riseMs !== Infinity) {
    pulse.merged++
    return
  }
  if (pulse.on) fall(pulse, nowMs)
  if (nowMs >= pulse.readyMs) rise(pulse, nowMs)
  else pulse.riseMs = pulse.readyMs
}

/** Let time pass to `nowMs`. */
export function updatePulse(pulse: Pulse, nowMs: number): void {
  if (pulse.on && nowMs >= pulse.fallMs) fall(pulse, nowMs)
  if (nowMs >= pulse.riseMs) rise(pulse, nowMs)
}

/** When the line changes next, Infinity if it stays low. */
export function nextChangeMs(pulse: Pulse): number {
  return Math.min(pulse.fallMs, pulse.riseMs)
}

/** Low, and nothing waiting. */
export function silencePulse(pulse: Pulse, nowMs: number): void {
  if (pulse.on) fall(pulse, nowMs)
  pulse.riseMs = Infinity
}

function rise(pulse: Pulse, nowMs: number): void {
  pulse.on = true
  pulse.roseMs = nowMs
  pulse.edges++
  pulse.fallMs = nowMs + pulse.pulseMs
  pulse.riseMs = Infinity
}

function fall(pulse: Pulse, nowMs: number): void {
  pulse.on = false
  pulse.fallMs = Infinity
  pulse.readyMs = nowMs + GAP_MS
}
