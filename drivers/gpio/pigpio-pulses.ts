/** Pulses that pigpio times by DMA. It plays one wave at a time, so the pulses of all lines are put into one wave. */
import { DriverError } from '../contract.ts'

/** What happens at a moment: GPIO numbers to raise and to lower (0: none), and the time until the next step, us. */
export interface WaveStep {
  readonly gpioOn: number
  readonly gpioOff: number
  readonly usDelay: number
}

/** What is used of the npm module pigpio for waves. */
export interface WaveModule {
  readonly WAVE_MODE_ONE_SHOT: number
  waveClear(): void
  /** Merged in time order with what was added before. */
  waveAddGeneric(steps: readonly WaveStep[]): void
  waveCreate(): number
  waveDelete(wave: number): void
  waveTxSend(wave: number, mode: number): void
  waveTxStop(): void
  waveGetMaxPulses(): number
}

export interface WaveLine {
  readonly line: number
  readonly activeLow: boolean
  /** Half a period of the tone, us; 0 for a plain level. */
  readonly halfPeriodUs: number
}

export interface WavePlayer {
  /** @throws DriverError when the pulse has more steps than a wave can have. */
  pulse(line: WaveLine, durationMs: number): void
  /** End the pulse of a line now; its level stays as it is. */
  cut(line: WaveLine): void
}

/** Low time between two pulses of a line, us: what makes them two. */
const GAP_US = 500

interface Running {
  startMs: number
  endMs: number
}

/** @param nowMs Monotonic time: how much is left of a pulse that runs when another begins. */
export function openWavePlayer(module: WaveModule, nowMs: () => number): WavePlayer {
  const running = new Map<WaveLine, Running>()
  let playing: number | undefined
  module.waveClear()

  function play(): void {
    const atMs = nowMs()
    const last = playing
    playing = running.size === 0 ? undefined : create(module, running, atMs)
    module.waveTxStop()
    if (playing !== undefined) module.waveTxSend(playing, module.WAVE_MODE_ONE_SHOT)
    if (last !== undefined) module.waveDelete(last)
    for (const [line, { endMs }] of running) if (endMs <= atMs) running.delete(line)
  }

  return {
    pulse(line, durationMs) {
      const most = module.waveGetMaxPulses()
      const steps = waveSteps(line, GAP_US, durationMs * 1000).length
      if (steps > most) {
        const longestMs = Math.floor((line.halfPeriodUs * (most - 2)) / 1000)
        throw new DriverError(
          'misused',
          `A tone of ${durationMs} ms on GPIO${line.line} is too long for pigpio, must be at most ${longestMs} ms.`,
        )
      }
      const atMs = nowMs()
      // By the clock a pulse may be over a moment before the hardware ends it.
      const mayBeHigh = atMs < (running.get(line)?.endMs ?? Number.NEGATIVE_INFINITY) + GAP_US / 1000
      const startMs = atMs + (mayBeHigh ? GAP_US / 1000 : 0)
      running.set(line, { startMs, endMs: startMs + durationMs })
      play()
    },
    cut(line) {
      if (running.delete(line)) play()
    },
  }
}

/** The pulse of one line after a lead at rest (us): a level, or a tone of whole half periods. Pure. */
function waveSteps({ line, activeLow, halfPeriodUs }: WaveLine, leadUs: number, widthUs: number): WaveStep[] {
  const step = (active: boolean, us: number): WaveStep => ({
    gpioOn: active !== activeLow ? line : 0,
    gpioOff: active !== activeLow ? 0 : line,
    usDelay: Math.max(1, Math.round(us)),
  })
  const lead = leadUs > 0 ? [step(false, leadUs)] : []
  const halves = halfPeriodUs > 0 ? Math.max(1, Math.round(widthUs / halfPeriodUs)) : 1
  const halfUs = halfPeriodUs > 0 ? halfPeriodUs : widthUs
  const body = Array.from({ length: halves }, (_, k) => step(k % 2 === 0, halfUs))
  return [...lead, ...body, step(false, 1)]
}

function rest({ line, activeLow }: WaveLine): WaveStep {
  return { gpioOn: activeLow ? line : 0, gpioOff: activeLow ? 0 : line, usDelay: 1 }
}

function create(module: WaveModule, running: ReadonlyMap<WaveLine, Running>, atMs: number): number {
  for (const [line, { startMs, endMs }] of running) {
    const leadMs = Math.max(0, startMs - atMs)
    const leftMs = endMs - atMs - leadMs
    // The wave that this one replaces may not have come to lowering a line whose time is just over.
    module.waveAddGeneric(leftMs > 0 ? waveSteps(line, leadMs * 1000, leftMs * 1000) : [rest(line)])
  }
  const wave = module.waveCreate()
  if (wave < 0) throw new DriverError('stuck', `pigpio could not make a wave (error ${wave}). Start neurond again.`)
  return wave
}
