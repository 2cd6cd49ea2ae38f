/** The tasks that touch native modules and hardware. Each runs in a child process of its own. */
import { chipDrivers, scanBus } from '../../../drivers/adc/i2c-scan.ts'
import { openI2cBy } from '../../../drivers/bus/i2c-transport.ts'
import { KOFFI, loadLibc } from '../../../drivers/bus/libc.ts'
import { loadNative } from '../../../drivers/bus/load-native-module.ts'
import type { AdcDriver, Context, NativeModule, Options } from '../../../drivers/contract.ts'
import { cdevChips } from '../../../drivers/gpio/chips.ts'
import { ADC_DRIVERS, adcDriver, outputDriver } from '../../../drivers/registry.ts'
import { monotonicMs } from '../../loop/clock.ts'
import { type SchedulingOptions, scheduleThisThread } from '../../loop/thread/scheduling.ts'
import { pause } from '../interruption.ts'
import type { KnobReading } from './check-knob-samples.ts'

/** What a task gets from its process. */
interface TaskContext {
  readonly warn: (message: string) => void
  /** Aborted when the user wants to leave. */
  readonly signal: AbortSignal
}

interface DriverRequest {
  readonly driver: string
  readonly options: Options
}

export const TASKS = { load, chips, scan, read, pulse, schedule } as const

export type TaskName = keyof typeof TASKS
export type Argument<Name extends TaskName> = Parameters<(typeof TASKS)[Name]>[0]
export type Result<Name extends TaskName> = Awaited<ReturnType<(typeof TASKS)[Name]>>

const READS = 200
/** A knob that is configured to be read more slowly is tested at this rate, so that the test ends soon. */
const SLOWEST_HZ = 50
const MOST_ERRORS_IN_A_ROW = 20
const PULSES = 3
const PULSE_MS = 250

function load({ name, builtPackage }: NativeModule): void {
  if (name === KOFFI.name) loadLibc()
  else loadNative(name, builtPackage)
}

/** The labels of the GPIO chips that this user may open. */
function chips(_: undefined) {
  return cdevChips(loadLibc())
}

function scan({ bus, transport }: { readonly bus: number; readonly transport: string }) {
  return scanBus(chipDrivers(ADC_DRIVERS), bus, openI2cBy(transport))
}

/** 200 reads of an input as the daemon would read it, at the rate that is wanted. */
function read({ driver, options, sampleHz }: DriverRequest & { readonly sampleHz: number }): KnobReading {
  const warnings: string[] = []
  const context: Context = { nowMs: monotonicMs, warn: message => warnings.push(message) }
  const found = adcDriver(driver)
  const adc = found.open(options, context)
  const periodMs = 1000 / Math.max(sampleHz, SLOWEST_HZ)
  const levels: number[] = []
  const atMs: number[] = []
  const tookMs: number[] = []
  let errors = 0
  let inARow = 0
  let message = ''
  // The first conversion of some chips is not complete yet.
  sleepMs(settleMs(found, options))
  errorMessageOf(adc.read)
  const startMs = monotonicMs()
  for (let k = 0; k < READS && inARow < MOST_ERRORS_IN_A_ROW; k++) {
    sleepMs(startMs + k * periodMs - monotonicMs())
    const beginMs = monotonicMs()
    const failure = errorMessageOf(() => levels.push(adc.read()))
    inARow = failure === undefined ? 0 : inARow + 1
    if (failure === undefined) {
      atMs.push(beginMs)
      tookMs.push(monotonicMs() - beginMs)
    } else {
      errors++
      message = failure
    }
  }
  adc.close()
  const { description, mocked, fullScaleVolts, coarse, openInputVolts } = adc
  return {
    description,
    mocked,
    fullScaleVolts,
    coarse,
    openInputVolts,
    levels,
    atMs,
    tookMs,
    errors,
    message,
    warnings,
  }
}

/** Three pulses, long enough to be seen. */
async function pulse({ driver, options }: DriverRequest, { warn, signal }: TaskContext) {
  const output = outputDriver(driver).open(options, { nowMs: monotonicMs, warn })
  try {
    if (!output.mocked) {
      for (let k = 0; k < 2 * PULSES; k++) {
        output.set(k % 2 === 0)
        await pause(PULSE_MS, signal)
      }
    }
    return { description: output.description, mocked: output.mocked }
  } finally {
    output.close()
  }
}

/** The scheduling that the neuron thread would get. */
function schedule(options: SchedulingOptions) {
  return scheduleThisThread(options)
}

/** How long the chip may take for its first conversion, ms. */
export function settleMs(driver: AdcDriver, options: Options): number {
  return driver.settleMs?.(options) ?? 5
}

function errorMessageOf(action: () => unknown): string | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function sleepMs(durationMs: number): void {
  if (durationMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs)
}
