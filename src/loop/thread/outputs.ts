import type { Options, Output } from '../../../drivers/contract.ts'
import type { NeuronParams } from '../../neuron/params.ts'
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

/** One output line: a spike is one rising edge, `pulseMs` long. Pure: says what the line should be at a given time. */
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

/** A spike at `nowMs`: raise the line, or lower it first and raise it after the gap, or merge. */
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

/** When the line changes next, Infinity if it stays low. */
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

/** Finer steps of brightness no eye can tell; a lamp is told only when it comes to another one. */
const STEPS = 255

/** How bright the membrane shines, 0…1: dark at rest or reset, whichever is lower, and full at the threshold. Pure. */
export function glowOf({ restMv, resetMv, thresholdMv }: NeuronParams, vMv: number): number {
  const darkMv = Math.min(restMv, resetMv)
  const share = (vMv - darkMv) / (thresholdMv - darkMv)
  return Math.round(Math.min(1, Math.max(0, share)) * STEPS) / STEPS
}

/** An output as it is asked for. */
export interface Wish {
  readonly name: string
  readonly driver: string
  readonly options: Options
  readonly pulseMs: number
  readonly muted: boolean
  /** `spike` unless given. */
  readonly follows?: Follows
}

/** An output as it was asked for, and its line. */
export interface Fitted<W extends Wish> {
  readonly settings: W
  readonly line: Line
}

export interface Fitter<W extends Wish> {
  /** @throws DriverError */
  open(settings: W): Output
  tell(event: LoopEvent): void
  nowMs(): number
}

/** Other outputs from now on. Those whose driver and options stay the same go on undisturbed, in the middle of a pulse too. */
export function refitted<W extends Wish>(
  before: readonly Fitted<W>[],
  wanted: readonly W[],
  fitter: Fitter<W>,
): Fitted<W>[] {
  // Closed before others are opened: they may want the same GPIO line.
  for (const { settings, line } of before) if (!wanted.some(one => isSame(one, settings))) release(line.output)
  return wanted.map(settings => {
    const kept = before.find(fitted => isSame(fitted.settings, settings))
    if (!kept) return { settings, line: newLine(settings, fitter) }
    kept.line.muted = settings.muted
    kept.line.pulse.pulseMs = settings.pulseMs
    return { settings, line: kept.line }
  })
}

function release(output: Output): void {
  try {
    output.set(false)
  } catch {
    // It fails anyway.
  }
  output.close()
}

function isSame(a: Wish, b: Wish): boolean {
  const key = ({ name, driver, follows, options }: Wish) =>
    JSON.stringify([name, driver, follows, Object.entries(options).sort()])
  return key(a) === key(b)
}

/** An output that cannot be opened now is tried again like any other that fails. */
function newLine<W extends Wish>(settings: W, { open, tell, nowMs }: Fitter<W>): Line {
  try {
    return createLine({ ...settings, output: open(settings) })
  } catch (error) {
    tell({ type: 'outputLost', output: settings.name, reason: (error as Error).message })
    const line = createLine({ ...settings, output: openedLater(() => open(settings)) })
    line.retryMs = nowMs()
    return line
  }
}

function openedLater(open: () => Output): Output {
  let output: Output | undefined
  return {
    get description() {
      return output?.description ?? 'not opened yet'
    },
    get mocked() {
      return output?.mocked ?? false
    },
    set(on) {
      output ??= open()
      output.set(on)
    },
    close: () => output?.close(),
  }
}
