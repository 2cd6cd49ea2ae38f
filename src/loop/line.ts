import type { Output } from '../../drivers/contract.ts'
import { idlePulse, nextChangeMs, type Pulse, silencePulse, spikePulse, updatePulse } from './pulse.ts'
import type { LoopEvent } from './report.ts'

/** An output driver and the pulse it is to show. A line that fails is tried again and never stops the neuron. */
export interface Line {
  readonly name: string
  readonly output: Output
  readonly pulse: Pulse
  muted: boolean
  /** What the driver was last told. */
  driven: boolean
  /** When to try a failing driver again, monotonic ms; -Infinity while it works. */
  retryMs: number
  errors: number
}

/** A failing output is tried this often, ms. */
const RETRY_MS = 250
/** Half a period of blinking, ms. */
const BLINK_MS = 125

export function createLine(options: { name: string; output: Output; pulseMs: number; muted: boolean }): Line {
  const { name, output, pulseMs, muted } = options
  return {
    name,
    output,
    pulse: idlePulse(pulseMs),
    muted,
    driven: false,
    retryMs: -Infinity,
    errors: 0,
  }
}

/** One spike on every line that is not muted. */
export function spikeLines(lines: readonly Line[], nowMs: number, tell: (event: LoopEvent) => void): void {
  for (const line of lines) {
    if (line.muted) continue
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
  if (line.pulse.on === line.driven || nowMs < line.retryMs) return
  try {
    line.output.set(line.pulse.on)
    line.driven = line.pulse.on
    if (line.retryMs !== Number.NEGATIVE_INFINITY) tell({ type: 'outputBack', output: line.name })
    line.retryMs = Number.NEGATIVE_INFINITY
  } catch (error) {
    line.errors++
    if (line.retryMs === Number.NEGATIVE_INFINITY) {
      tell({
        type: 'outputLost',
        output: line.name,
        reason: (error as Error).message,
      })
    }
    line.retryMs = nowMs + RETRY_MS
  }
}
