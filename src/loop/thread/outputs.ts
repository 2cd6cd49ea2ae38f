import type { Options, Output } from '../../../drivers/contract.ts'
import type { NeuronParams } from '../../neuron/params.ts'
import type { ProxySettings } from '../shared/main-thread-outputs.ts'
import type { Follows, LoopEvent } from '../types.ts'

/** An output as it is configured. */
export interface OutputSettings {
  readonly name: string
  readonly driver: string
  readonly options: Options
  readonly pulseMs: number
  readonly muted: boolean
  /** `spike` unless given. */
  readonly follows?: Follows
  /** Its driver must be in the main thread, where it is open already. */
  readonly mainThread?: ProxySettings
}

/** An output that the loop drives. When its driver fails it is tried again; the neuron goes on. */
export interface LoopOutput {
  settings: OutputSettings
  readonly driver: Output
  readonly pulse: Pulse
  muted: boolean
  readonly follows: Follows
  /** How bright it is to be, 0…1, if it follows the potential. */
  brightness: number
  /** When its brightness may change next, monotonic ms. */
  brightnessDueMs: number
  /** What the driver was last set to: on or off, or how bright; undefined at the start. */
  driven: boolean | number | undefined
  /** When the hardware ends the present pulse by itself, monotonic ms; Infinity where it does not. */
  endsMs: number
  /** When to try a failing driver again, monotonic ms; -Infinity while it works. */
  retryMs: number
  errors: number
}

type OnEvent = (event: LoopEvent) => void

/** Brightness changes at most this often, ms: no eye follows faster. */
const BRIGHTNESS_MS = 10
/** A failing output is tried this often, ms. */
const RETRY_MS = 250
/** Half a period of blinking, ms. */
const BLINK_MS = 125

export function createLoopOutput(settings: OutputSettings, driver: Output): LoopOutput {
  return {
    settings,
    driver,
    pulse: idlePulse(settings.pulseMs),
    muted: settings.muted,
    follows: settings.follows ?? 'spike',
    brightness: 0,
    brightnessDueMs: -Infinity,
    driven: undefined,
    endsMs: Number.POSITIVE_INFINITY,
    retryMs: -Infinity,
    errors: 0,
  }
}

/**
 * Other outputs from now on. Those whose driver and options stay the same go on undisturbed, in the middle of a pulse too.
 * @param open never fails for hardware: an output that cannot be opened fails when it is set
 */
export function reconfigureOutputs(
  before: readonly LoopOutput[],
  wanted: readonly OutputSettings[],
  open: (settings: OutputSettings) => Output,
): LoopOutput[] {
  // Closed before others are opened: they may want the same GPIO line.
  for (const { settings, driver } of before) if (!wanted.some(one => isSame(one, settings))) release(driver)
  return wanted.map(settings => {
    const kept = before.find(output => isSame(output.settings, settings))
    if (!kept) return createLoopOutput(settings, open(settings))
    kept.settings = settings
    kept.muted = settings.muted
    kept.pulse.pulseMs = settings.pulseMs
    return kept
  })
}

function release(driver: Output): void {
  try {
    driver.set(false)
  } catch {
    // It fails anyway.
  }
  driver.close()
}

function isSame(a: OutputSettings, b: OutputSettings): boolean {
  const key = ({ name, driver, follows, options }: OutputSettings) =>
    JSON.stringify([name, driver, follows, Object.entries(options).sort()])
  return key(a) === key(b)
}

/** One pulse on every output that shows this and is not muted. */
export function pulseOutputs(
  outputs: readonly LoopOutput[],
  cause: 'spike' | 'synapse',
  nowMs: number,
  onEvent: OnEvent,
): void {
  for (const output of outputs) {
    if (output.muted || (output.follows !== cause && output.follows !== 'both')) continue
    updatePulse(output.pulse, nowMs)
    spikePulse(output.pulse, nowMs)
    drive(output, nowMs, onEvent)
  }
}

/** Falls and delayed rises that are due. */
export function updateOutputs(outputs: readonly LoopOutput[], nowMs: number, onEvent: OnEvent): void {
  for (const output of outputs) {
    updatePulse(output.pulse, nowMs)
    drive(output, nowMs, onEvent)
  }
}

/** Blink, to be found among many; muted outputs too. */
export function blinkOutputs(outputs: readonly LoopOutput[], nowMs: number, onEvent: OnEvent): void {
  for (const output of outputs) {
    silencePulse(output.pulse, nowMs)
    output.pulse.on = nowMs % (2 * BLINK_MS) < BLINK_MS
    output.brightness = Number(output.pulse.on)
    drive(output, nowMs, onEvent)
  }
}

/** All low, nothing waiting. */
export function silenceOutputs(outputs: readonly LoopOutput[], nowMs: number, onEvent: OnEvent): void {
  for (const output of outputs) {
    output.brightness = 0
    silencePulse(output.pulse, nowMs)
    drive(output, nowMs, onEvent)
  }
}

/** Outputs that follow the potential are as bright as it is high, unless they are muted. */
export function showPotential(
  outputs: readonly LoopOutput[],
  brightness: number,
  nowMs: number,
  onEvent: OnEvent,
): void {
  for (const output of outputs) {
    if (output.follows !== 'potential' || nowMs < output.brightnessDueMs) continue
    output.brightness = output.muted ? 0 : brightness
    output.brightnessDueMs = nowMs + BRIGHTNESS_MS
    drive(output, nowMs, onEvent)
  }
}

/** Finer steps of brightness no eye can tell apart; the driver is set only when the step changes. */
const STEPS = 255

/** How bright the potential is shown, 0…1: dark at rest or reset, whichever is lower, and full at the threshold. Pure. */
export function brightnessOf({ restMv, resetMv, thresholdMv }: NeuronParams, vMv: number): number {
  const darkMv = Math.min(restMv, resetMv)
  const share = (vMv - darkMv) / (thresholdMv - darkMv)
  return Math.round(Math.min(1, Math.max(0, share)) * STEPS) / STEPS
}

/** When the next output changes, Infinity if none will. */
export function nextOutputChangeMs(outputs: readonly LoopOutput[]): number {
  let next = Number.POSITIVE_INFINITY
  for (const output of outputs) next = Math.min(next, nextChangeMs(output.pulse))
  return next
}

function drive(output: LoopOutput, nowMs: number, onEvent: OnEvent): void {
  const wanted = output.follows === 'potential' ? output.brightness : output.pulse.on
  const failing = output.retryMs !== Number.NEGATIVE_INFINITY
  // A failing one is tried again whether or not there is something to show, to report when it is back.
  if (failing ? nowMs < output.retryMs : wanted === output.driven) return
  const { name } = output.settings
  try {
    setDriver(output, nowMs)
    output.driven = wanted
    if (failing) onEvent({ type: 'outputBack', output: name })
    output.retryMs = Number.NEGATIVE_INFINITY
  } catch (error) {
    output.errors++
    if (!failing) onEvent({ type: 'outputLost', output: name, reason: (error as Error).message })
    output.retryMs = nowMs + RETRY_MS
  }
}

/** A pulse whose end is known is left to the hardware, where it can time it; only one that is cut short is ended here. */
function setDriver(output: LoopOutput, nowMs: number): void {
  const { driver, pulse } = output
  if (output.follows === 'potential') {
    // One that is not open yet can only be switched, which tries it again.
    if (driver.dim) driver.dim(output.brightness)
    else driver.set(output.brightness > 0)
    return
  }
  if (!pulse.on) {
    if (nowMs < output.endsMs) driver.set(false)
    return
  }
  output.endsMs = Number.POSITIVE_INFINITY
  if (driver.pulse === undefined || pulse.fallMs === Number.POSITIVE_INFINITY) {
    driver.set(true)
    return
  }
  driver.pulse(pulse.fallMs - nowMs)
  output.endsMs = pulse.fallMs
}

/** The pulses of one output: a spike is one rising edge, `pulseMs` long. Pure: says what it should be at a given time. */
interface Pulse {
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

function idlePulse(pulseMs: number): Pulse {
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

/** A spike at `nowMs`: rise, or fall first and rise after the gap, or merge. */
function spikePulse(pulse: Pulse, nowMs: number): void {
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
function updatePulse(pulse: Pulse, nowMs: number): void {
  if (pulse.on && nowMs >= pulse.fallMs) fall(pulse, nowMs)
  if (nowMs >= pulse.riseMs) rise(pulse, nowMs)
}

/** When it changes next, Infinity if it stays low. */
function nextChangeMs(pulse: Pulse): number {
  return Math.min(pulse.fallMs, pulse.riseMs)
}

/** Low, and nothing waiting. */
function silencePulse(pulse: Pulse, nowMs: number): void {
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
