import type { LoopEvent } from './types.ts'

/** Is all well? `degraded`: the neuron lives, but something of it is missing; `dead`: it does not tick. */
export interface HealthStatus {
  readonly state: 'ready' | 'degraded' | 'dead'
  /** Why it is not `ready`, as sentences. */
  readonly why: readonly string[]
}

/** What the neuron thread shows of itself. */
export interface HealthFigures {
  readonly ticks: number
  readonly missedTicks: number
  /** Time since the last tick, ms. */
  readonly tickAgeMs: number
  readonly inputLost: boolean
}

/** Judges the neuron's health by its signs and by what it tells. Pure: it is told the time. */
export interface HealthMonitor {
  onEvent(event: LoopEvent): void
  /** The parts that do not work now. */
  faults(): Faults
  /** To be asked a few times a second. */
  status(signs: HealthFigures, nowMs: number): HealthStatus
}

/** Without ticks, or with too few of them, for so long the neuron is not well, ms. */
export const PATIENCE_MS = 1000
/** Ticks are counted over so long, ms. */
const STRETCH_MS = 200
/** A machine under load misses some ticks, and no spike is lost by it; from this share on it is no real time any more. */
const MISSED_SHARE = 0.5

export function createHealthMonitor(): HealthMonitor {
  const faults = trackFaults()
  let crash: string | undefined
  let stretch = { ticks: 0, missedTicks: 0, fromMs: Number.NaN }
  let shortSinceMs = Number.NaN

  function countTicks({ ticks, missedTicks }: HealthFigures, nowMs: number): void {
    if (nowMs - stretch.fromMs < STRETCH_MS) return
    const came = ticks - stretch.ticks
    const missed = missedTicks - stretch.missedTicks
    if (missed <= MISSED_SHARE * (came + missed)) shortSinceMs = Number.NaN
    else if (Number.isNaN(shortSinceMs)) shortSinceMs = stretch.fromMs
    stretch = { ticks, missedTicks, fromMs: nowMs }
  }

  return {
    onEvent(event) {
      faults.onEvent(event)
      if (event.type === 'neuronLost') crash = event.cause
      else if (event.type === 'neuronBack') crash = undefined
    },
    faults: faults.now,
    status(signs, nowMs) {
      countTicks(signs, nowMs)
      const { knob, ...outputs } = faults.now()
      const silent = signs.tickAgeMs > PATIENCE_MS
      const dead = [
        ...(crash === undefined ? [] : [`the neuron thread crashed: ${crash}`]),
        ...(silent && crash === undefined ? ['the neuron has not ticked for a second'] : []),
      ]
      const lacking = [
        ...(nowMs - shortSinceMs >= PATIENCE_MS ? ['more than half of the ticks were missed for a second'] : []),
        ...(signs.inputLost ? [`the knob does not answer${knob === undefined ? '' : `: ${knob}`}`] : []),
        ...Object.entries(outputs).map(([name, reason]) => `${name} cannot be driven: ${reason}`),
      ]
      if (dead.length > 0) return { state: 'dead', why: dead }
      return { state: lacking.length > 0 ? 'degraded' : 'ready', why: lacking }
    },
  }
}

/** Parts that do not work now, by name, and why; the input is `knob`. */
export type Faults = Readonly<Record<string, string>>

/** Who only comes now has missed the events: what they amount to. */
interface PartFaults {
  onEvent(event: LoopEvent): void
  now(): Faults
}

function trackFaults(): PartFaults {
  const faults = new Map<string, string>()
  return {
    onEvent(event) {
      if (event.type === 'inputLost') faults.set('knob', event.reason)
      else if (event.type === 'inputBack') faults.delete('knob')
      else if (event.type === 'outputLost') faults.set(event.output, event.reason)
      else if (event.type === 'outputBack') faults.delete(event.output)
      else if (event.type === 'outputsChanged') {
        const names = ['knob', ...event.outputs.map(({ name }) => name)]
        for (const name of faults.keys()) if (!names.includes(name)) faults.delete(name)
      }
    },
    now: () => Object.fromEntries(faults),
  }
}
