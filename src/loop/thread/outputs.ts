import type { Output } from '../../../drivers/contract.ts'
import { idlePulse, nextChangeMs, type Pulse, silencePulse, spikePulse, updatePulse } from '../pulse.ts'
import type { Follows, LoopEvent } from '../types.ts'

/** An output driver and the pulse it is to show. A line that fails is tried again and never stops the neuron. */
export interface Line {
  readonly name: string
  readonly output: Output
  readonly pulse: Pulse
  muted: boolean
  readonly follows: Follows
  /** How bright it is to be, 0…1, where it follows the potential; not told more often than every GLOW_MS. */
  glow: number
  glowDueMs: number
  /** What the driver was last told: on or off, or how bright; nothing yet at the start. */
  driven: boolean | number | undefined
  /** When the hardware ends the present pulse by itself, monotonic ms; Infinity where it does not. */
  endsMs: number
  /** When to try a failing driver again, monotonic ms; -Infinity while it works. */
  retryMs: number
  errors: number
}

/** Brightness changes at most this often, ms: no eye follows faster. */
const GLOW_MS = 10
/** A failing output is tried this often, ms. */
const RETRY_MS = 250
/** Half a period of blinking, ms. */
const BLINK_MS = 125

export function createLine(options: {
  name: string
  output: Output
  pulseMs: number
  muted: boolean
  follows?: Follows
}): Line {
  const { name, output, pulseMs, muted, follows = 'spike' } = options
  return {
    name,
    output,
    pulse: idlePulse(pulseMs),
    muted,
    follows,
    glow: 0,
    glowDueMs: -Infinity,
    driven: undefined,
    endsMs: Number.POSITIVE_INFINITY,
    retryMs: -Infinity,
    errors: 0,
  }
}

/** One pulse on every line that follows this and is not muted. */
export function pulseLines(
  lines: readonly Line[],
  cause: 'spike' | 'synapse',
  nowMs: number,
  tell: (event: LoopEvent) => void,
): void {
  for (const line of lines) {
    if (line.muted || (line.follows !== cause && line.follows !== 'both')) continue
    updatePulse(line.pulse, nowMs)
    spikePulse(line.pulse, nowMs)
    drive(line, nowMs, tell)
  }
}

/** Falls and delayed rises that are due. */
export function updateLines(lines: readonly Line[], nowMs: number, tell: (event: LoopEvent) => void): void {
  for (const line of lines) {
    updatePulse(line.pulse, nowMs)
    drive(line, nowMs, tell)
  }
}

/** Blink, to be found among many; also a muted line. */
export function blinkLines(lines: readonly Line[], nowMs: number, tell: (event: LoopEvent) => void): void {
  for (const line of lines) {
    silencePulse(line.pulse, nowMs)
    line.pulse.on = nowMs % (2 * BLINK_MS) < BLINK_MS
    line.glow = Number(line.pulse.on)
    drive(line, nowMs, tell)
  }
}

/** All low, nothing waiting. */
export function silenceLines(lines: readonly Line[], nowMs: number, tell: (event: LoopEvent) => void): void {
  for (const line of lines) {
    line.glow = 0
    silencePulse(line.pulse, nowMs)
    drive(line, nowMs, tell)
  }
}

/** Lines that follow the potential shine as bright as it is high, unless they are muted. */
export function glowLines(lines: readonly Line[], glow: number, nowMs: number, tell: (event: LoopEvent) => void): void {
  for (const line of lines) {
    if (line.follows !== 'potential' || nowMs < line.glowDueMs) continue
    line.glow = line.muted ? 0 : glow
    line.glowDueMs = nowMs + GLOW_MS
    drive(line, nowMs, tell)
  }
}

/** When the next line changes, Infinity if none will. */
export function nextLineChangeMs(lines: readonly Line[]): number {
  let next = Number.POSITIVE_INFINITY
  for (const line of lines) next = Math.min(next, nextChangeMs(line.pulse))
  return next
}

function drive(line: Line, nowMs: number, tell: (event: LoopEvent) => void): void {
  const wanted = line.follows === 'potential' ? line.glow : line.pulse.on
  const failing = line.retryMs !== Number.NEGATIVE_INFINITY
  // One that fails is tried again whether or not there is something to show: it is told to be back when it is.
  if (failing ? nowMs < line.retryMs : wanted === line.driven) return
  try {
    put(line, nowMs)
    line.driven = wanted
    if (failing) tell({ type: 'outputBack', output: line.name })
    line.retryMs = Number.NEGATIVE_INFINITY
  } catch (error) {
    line.errors++
    if (!failing) {
      tell({
        type: 'outputLost',
        output: line.name,
        reason: (error as Error).message,
      })
    }
    line.retryMs = nowMs + RETRY_MS
  }
}

/** A pulse whose end is known is left to the hardware, where it can time it; only one that is cut short is ended here. */
function put(line: Line, nowMs: number): void {
  const { output, pulse } = line
  if (line.follows === 'potential') {
    // One that has not come yet can only be switched, which tries it again.
    if (output.dim) output.dim(line.glow)
    else output.set(line.glow > 0)
    return
  }
  if (!pulse.on) {
    if (nowMs < line.endsMs) output.set(false)
    return
  }
  line.endsMs = Number.POSITIVE_INFINITY
  if (output.pulse === undefined || pulse.fallMs === Number.POSITIVE_INFINITY) {
    output.set(true)
    return
  }
  output.pulse(pulse.fallMs - nowMs)
  line.endsMs = pulse.fallMs
}
