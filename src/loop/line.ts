import type { Output } from '../../drivers/contract.ts'
import { idlePulse, nextChangeMs, type Pulse, silencePulse, spikePulse, updatePulse } from './pulse.ts'
import type { LoopEvent } from './report.ts'

/** An output driver and the pulse it is to show. A line that fails is tried again and never stops the neuron. */
export interface Line {
  readonly name: string
  readonly output: Output
  readonly pulse: Pulse
  readonly muted: boolean
  /** What the driver was last told; nothing yet at the start. */
  driven: boolean | undefined
  /** When the hardware ends the present pulse by itself, monotonic ms; Infinity where it does not. */
  endsMs: number
  readonly pulseOn: PulseOn
  /** When to try a failing driver again, monotonic ms; -Infinity while it works. */
  retryMs: number
  errors: number
}

/** What raises a line: a spike of this neuron, a synaptic event that arrives, or either. */
export type PulseOn = 'spike' | 'synapse' | 'both'

/** A failing output is tried this often, ms. */
const RETRY_MS = 250
/** Half a period of blinking, ms. */
const BLINK_MS = 125

export function createLine(options: {
  name: string
  output: Output
  pulseMs: number
  muted: boolean
  pulseOn?: PulseOn
}): Line {
  const { name, output, pulseMs, muted, pulseOn = 'spike' } = options
  return {
    name,
    output,
    pulse: idlePulse(pulseMs),
    muted,
    driven: undefined,
    endsMs: Number.POSITIVE_INFINITY,
    pulseOn,
    retryMs: -Infinity,
    errors: 0,
  }
}

/** One pulse on every line that shows this and is not muted. */
export function pulseLines(
  lines: readonly Line[],
  cause: Exclude<PulseOn, 'both'>,
  nowMs: number,
  tell: (event: LoopEvent) => void,
): void {
  for (const line of lines) {
    if (line.muted || (line.pulseOn !== cause && line.pulseOn !== 'both')) continue
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
    drive(line, nowMs, tell)
  }
}

/** All low, nothing waiting. */
export function silenceLines(lines: readonly Line[], nowMs: number, tell: (event: LoopEvent) => void): void {
  for (const line of lines) {
    silencePulse(line.pulse, nowMs)
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
  const failing = line.retryMs !== Number.NEGATIVE_INFINITY
  // One that fails is tried again whether or not there is something to show: it is told to be back when it is.
  if (failing ? nowMs < line.retryMs : line.pulse.on === line.driven) return
  try {
    put(line, nowMs)
    line.driven = line.pulse.on
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
