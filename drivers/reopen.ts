/** Parts that need not be there when the program starts: it runs without them, and takes them when they come. */

import { readBoard } from './board.ts'
import {
  type Adc,
  type AdcDriver,
  type Context,
  DriverError,
  type DriverFault,
  type Options,
  type Output,
  type OutputDriver,
} from './contract.ts'

/** They pass by themselves, or by a hand at the hardware. All others ask for another setting, right or installation. */
const PASSING: readonly DriverFault[] = ['silent', 'busy', 'stuck', 'reset']

/** The pause before a part is tried again, ms: it doubles from the first to the longest. */
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 2000
/** A stuck bus blocks every try for about a second, ms. */
const STUCK_PAUSE_MS = 5000

/**
 * May what could not be opened come by itself? On a Raspberry Pi also an ADC that is absent: knobs are plugged in, and
 * I2C is enabled, while the program runs. GPIO lines are soldered on: one that is absent never comes.
 */
export function mayCome(cause: unknown, kind: 'adc' | 'output', raspberryPi: () => boolean): cause is DriverError {
  if (!(cause instanceof DriverError)) return false
  return PASSING.includes(cause.fault) || (cause.fault === 'absent' && kind === 'adc' && raspberryPi())
}

/**
 * Open an ADC. One that may still come reads as faulty until then; every read tries it again, when that is due.
 * @param onOpened called when it came; its description holds from then on
 * @throws DriverError when it will not come by itself
 */
export function openAdc(
  driver: AdcDriver,
  options: Options,
  context: Context,
  onOpened: () => void,
  raspberryPi = isRaspberryPi,
): Adc {
  const open = () => driver.open(options, context)
  try {
    return open()
  } catch (cause) {
    if (!mayCome(cause, 'adc', raspberryPi)) throw cause
    const adc = awaited(open, cause, context, onOpened)
    const supplyVolts = Number(options.supplyVolts ?? 3.3)
    return {
      get description() {
        return adc.found()?.description ?? notYet(driver.name)
      },
      mocked: false,
      get fullScaleVolts() {
        return adc.found()?.fullScaleVolts ?? supplyVolts
      },
      read: () => adc.take().read(),
      close: adc.close,
    }
  }
}

/**
 * Open an output. One that may still come fails to be set until then; every setting tries it again, when that is due.
 * @param onOpened called when it came; its description holds from then on
 * @throws DriverError when it will not come by itself
 */
export function openOutput(
  driver: OutputDriver,
  options: Options,
  context: Context,
  onOpened: () => void,
  raspberryPi = isRaspberryPi,
): Output {
  const open = () => driver.open(options, context)
  try {
    return open()
  } catch (cause) {
    if (!mayCome(cause, 'output', raspberryPi)) throw cause
    const output = awaited(open, cause, context, onOpened)
    return {
      get description() {
        return output.found()?.description ?? notYet(driver.name)
      },
      mocked: false,
      set: on => output.take().set(on),
      get pulse() {
        return output.found()?.pulse
      },
      get dim() {
        return output.found()?.dim
      },
      close: output.close,
    }
  }
}

interface Awaited<Part> {
  /** @throws DriverError while it is not there */
  take(): Part
  /** The part, once it has come. */
  found(): Part | undefined
  close(): void
}

function awaited<Part extends { close(): void }>(
  open: () => Part,
  cause: DriverError,
  { nowMs }: Context,
  onOpened: () => void,
): Awaited<Part> {
  let part: Part | undefined
  let fault = cause
  let pauseMs = FIRST_PAUSE_MS
  let retryMs = Number.NEGATIVE_INFINITY
  let closed = false
  fail(cause)

  function fail(error: DriverError): void {
    // Of all that `auto` has tried, what tells most.
    fault = error.cause instanceof DriverError ? error.cause : error
    retryMs = nowMs() + (error.fault === 'stuck' ? STUCK_PAUSE_MS : pauseMs)
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
  }

  return {
    take() {
      if (part !== undefined) return part
      if (closed || nowMs() < retryMs) throw fault
      try {
        part = open()
      } catch (error) {
        if (error instanceof DriverError) fail(error)
        throw error instanceof DriverError ? fault : error
      }
      onOpened()
      return part
    },
    found: () => part,
    close() {
      closed = true
      part?.close()
    },
  }
}

function notYet(driver: string): string {
  return `${driver}, not there yet`
}

function isRaspberryPi(): boolean {
  return readBoard().raspberryPi
}
