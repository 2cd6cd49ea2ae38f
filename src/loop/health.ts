/** Is all well with the neuron? Judged here once, from events and figures; MQTT and the page put it in their own words. */
import type { Health, LoopEvent } from './types.ts'

/** `degraded`: the neuron ticks, but something of it does not work; `dead`: it does not tick. */
export interface HealthStatus {
  readonly state: 'ready' | 'degraded' | 'dead'
  /** Why it is not `ready`, as sentences. */
  readonly why: readonly string[]
}

/** The figures of the neuron thread that its status depends on. */
export interface HealthFigures {
  readonly ticks: number
  readonly missedTicks: number
  /** Time since the last tick, ms. */
  readonly tickAgeMs: number
  readonly inputLost: boolean
  /** Spikes that were too many to be passed on, and time that was too much to be computed (ms), since the start. */
  readonly lostReports: number
  readonly skippedMs: number
}

/** Judges the neuron's health by its figures and events. Pure: time is an argument. */
interface HealthMonitor {
  onEvent(event: LoopEvent): void
  /** The parts that do not work now. */
  faults(): Faults
  /** To be called a few times a second. */
  status(figures: HealthFigures, nowMs: number): HealthStatus
}

/** Without ticks, or with too few of them, for so long the neuron is not well, ms. */
const UNWELL_MS = 1000
/** Ticks are counted over so long, ms. */
const WINDOW_MS = 200
/** Losses that come again within so long go on, ms. */
const SAME_LOSS_MS = 2500
/** Some missed ticks are normal without real-time priority, and no spike is lost by them. */
const MISSED_SHARE = 0.01
/** From this share on it is no real time any more. */
const MOSTLY_MISSED_SHARE = 0.5
/** From here on a listener hears that the click is off the beat, us. */
const LATE_EDGE_US = 5000
/** From this share of failed readings on the wires are bad. */
const READING_ERROR_SHARE = 0.01

export function createHealthMonitor(): HealthMonitor {
  const faults = trackFaults()
  let crash: string | undefined
  let window = { ticks: 0, missedTicks: 0, fromMs: Number.NaN }
  let missingSinceMs = Number.NaN
  const lost = trackLosses()
  const skipped = trackLosses()

  function countTicks({ ticks, missedTicks }: HealthFigures, nowMs: number): void {
    if (nowMs - window.fromMs < WINDOW_MS) return
    const came = ticks - window.ticks
    const missed = missedTicks - window.missedTicks
    if (missed <= MOSTLY_MISSED_SHARE * (came + missed)) missingSinceMs = Number.NaN
    else if (Number.isNaN(missingSinceMs)) missingSinceMs = window.fromMs
    window = { ticks, missedTicks, fromMs: nowMs }
  }

  return {
    onEvent(event) {
      faults.onEvent(event)
      if (event.type === 'neuronLost') crash = event.cause
      else if (event.type === 'neuronBack') crash = undefined
    },
    faults: faults.now,
    status(figures, nowMs) {
      countTicks(figures, nowMs)
      lost.count(figures.lostReports, nowMs)
      skipped.count(figures.skippedMs, nowMs)
      const { knob, ...outputs } = faults.now()
      const silent = isSilent(figures)
      const dead = [
        ...(crash === undefined ? [] : [`the neuron thread crashed: ${crash}`]),
        ...(silent && crash === undefined ? ['the neuron has not ticked for a second'] : []),
      ]
      const degraded = [
        ...(nowMs - missingSinceMs >= UNWELL_MS ? ['more than half of the ticks were missed for a second'] : []),
        ...(lost.goesOn(nowMs) ? ['the neuron fires faster than can be reported, some of its spikes are lost'] : []),
        ...(skipped.goesOn(nowMs) ? ['the neuron is more than can be computed, some of its time is skipped'] : []),
        ...(figures.inputLost ? [`the knob does not answer${knob === undefined ? '' : `: ${knob}`}`] : []),
        ...Object.entries(outputs).map(([name, reason]) => `${name} cannot be driven: ${reason}`),
      ]
      if (dead.length > 0) return { state: 'dead', why: dead }
      return { state: degraded.length > 0 ? 'degraded' : 'ready', why: degraded }
    },
  }
}

/** Follows a count of losses: do they go on? One loss alone, as after a stall, does not. */
function trackLosses() {
  let last = Number.NaN
  let fromMs = Number.NaN
  let latestMs = Number.NaN
  return {
    count(losses: number, nowMs: number): void {
      if (losses > last) {
        if (!(nowMs - latestMs < SAME_LOSS_MS)) fromMs = nowMs
        latestMs = nowMs
      }
      last = losses
    },
    goesOn: (nowMs: number) => nowMs - latestMs < SAME_LOSS_MS && latestMs - fromMs >= WINDOW_MS,
  }
}

/** What the loop has counted, in the shape in which its figures are passed on; null where there was nothing to measure. */
type CountedFigures = Pick<Health, 'ticks' | 'missedTicks' | 'tickAgeMs' | 'adcReads' | 'adcErrors'> & {
  readonly edgeLateUs: { readonly p99: number | null }
}

/** What is wrong with the figures that the loop has counted. */
export interface FigureFaults {
  /** It does not tick. */
  readonly silent: boolean
  /** Edges come so late that it is heard. */
  readonly late: boolean
  readonly missedTicks: 'few' | 'many' | 'most'
  readonly readingErrors: 'none' | 'few' | 'many'
}

export function judgeFigures(figures: CountedFigures): FigureFaults {
  const { ticks, missedTicks, edgeLateUs, adcReads, adcErrors } = figures
  return {
    silent: isSilent(figures),
    late: edgeLateUs.p99 !== null && edgeLateUs.p99 > LATE_EDGE_US,
    missedTicks:
      missedTicks > MOSTLY_MISSED_SHARE * ticks ? 'most' : missedTicks > MISSED_SHARE * ticks ? 'many' : 'few',
    readingErrors: adcErrors > READING_ERROR_SHARE * adcReads ? 'many' : adcErrors > 0 ? 'few' : 'none',
  }
}

/** Synaptic events that were too many since the start: for a synapse's rate, or for the neuron's queue. */
export function clippedEvents(synapses: { readonly clipped: number }, health: Pick<Health, 'clippedArrivals'>): number {
  return synapses.clipped + health.clippedArrivals
}

function isSilent({ tickAgeMs }: Pick<Health, 'tickAgeMs'>): boolean {
  return tickAgeMs > UNWELL_MS
}

/** Parts that do not work now, by name, and why; the input is `knob`. */
export type Faults = Readonly<Record<string, string>>

/** The parts that do not work now, for a client that connects late. */
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
