/** Opens failing hardware again by itself, whether it failed while it was open or was missing at the start. */
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

/** Hardware that may fail and come back. */
interface Recovering<Part> {
  /**
   * Use the part, opened afresh if it failed before. If the action fails, the part is closed.
   * @throws DriverError when it failed, or when it has failed and its next try is not due.
   */
  use<Result>(action: (part: Part) => Result): Result
  /** The part itself, which recovers by its own means once it is open. @throws DriverError as `use` does */
  take(): Part
  /** The part, while it is open. */
  opened(): Part | undefined
  /** Calling it twice does no harm. */
  close(): void
}

interface RecoveryOptions {
  /** May the part be missing at the start? Else that it cannot be opened is thrown. */
  readonly mayStartMissing?: (cause: unknown) => boolean
  /** Pauses after the first failure in a row, the second, …, before the next try, ms; the last one from then on. */
  readonly pausesMs?: readonly number[]
  /** Called when a part that was missing has been opened. */
  readonly onOpened?: () => void
}

/** One that was open is tried again at once, at its next use. */
const REOPEN_PAUSES_MS = [0, 100]
/** One that has never been open may have to be plugged in first. */
const MISSING_PAUSES_MS = [250, 500, 1000, 2000]
/** A stuck bus blocks every try, for 0.25 s (LONGEST_TRANSFER_MS) or, without koffi, the kernel's own second. */
const STUCK_PAUSE_MS = 5000

/**
 * Open a part; at a fault close it, and open it again, so configured afresh, at the next use that is due.
 * @throws DriverError when it cannot be opened now and may not start missing.
 */
export function recovering<Part extends { close(): void }>(
  open: () => Part,
  nowMs: () => number,
  { mayStartMissing, pausesMs = REOPEN_PAUSES_MS, onOpened = () => {} }: RecoveryOptions = {},
): Recovering<Part> {
  let part: Part | undefined
  let fault: DriverError | undefined
  let failures = 0
  let retryMs = Number.NEGATIVE_INFINITY
  let closed = false

  function release(): void {
    const released = part
    part = undefined
    try {
      released?.close()
    } catch {
      // What has failed already may fail to close.
    }
  }

  function failed(cause: DriverError): void {
    release()
    const pauseMs = pausesMs[Math.min(failures, pausesMs.length - 1)] as number
    retryMs = nowMs() + (cause.fault === 'stuck' ? STUCK_PAUSE_MS : pauseMs)
    failures++
    fault = cause
  }

  function worked(): void {
    failures = 0
    fault = undefined
  }

  function take(): Part {
    if (part !== undefined) return part
    if (closed) throw fault ?? new DriverError('misused', 'This part is closed. Open it again to use it.')
    if (fault !== undefined && nowMs() < retryMs) throw fault
    try {
      part = open()
    } catch (cause) {
      if (cause instanceof DriverError) failed(cause)
      throw cause
    }
    onOpened()
    return part
  }

  try {
    part = open()
  } catch (cause) {
    if (!(cause instanceof DriverError && mayStartMissing?.(cause))) throw cause
    failed(cause)
  }
  return {
    use(action) {
      const taken = take()
      try {
        const result = action(taken)
        worked()
        return result
      } catch (cause) {
        if (cause instanceof DriverError) failed(cause)
        throw cause
      }
    },
    take,
    opened: () => part,
    close() {
      closed = true
      release()
    },
  }
}

/** What can be switched on and off: a line, a tone, a light. */
export interface Switch {
  set(on: boolean): void
  close(): void
}

/** `recovering` for what can be switched. Switching allocates nothing. */
export function recoveringSwitch<Part extends Switch>(
  open: () => Part,
  nowMs: () => number,
): Recovering<Part> & Pick<Switch, 'set'> {
  const part = recovering(open, nowMs)
  return { ...part, set: on => part.use(on ? switchOn : switchOff) }
}

function switchOn(part: Switch): void {
  part.set(true)
}

function switchOff(part: Switch): void {
  part.set(false)
}

/** These pass by themselves, or when the hardware is mended. All others need another setting, right or installation. */
const PASSING: readonly DriverFault[] = ['silent', 'busy', 'stuck', 'reset']

/**
 * May hardware that could not be opened appear by itself? On a Raspberry Pi also an ADC that is absent: knobs are plugged
 * in, and I2C is enabled, while the program runs. GPIO lines are soldered on: one that is absent never appears.
 */
export function mayAppear(cause: unknown, kind: 'adc' | 'output', raspberryPi: () => boolean): boolean {
  if (!(cause instanceof DriverError)) return false
  return PASSING.includes(cause.fault) || (cause.fault === 'absent' && kind === 'adc' && raspberryPi())
}

/**
 * Open an ADC. One that may still appear reads as faulty until then; every read tries it again, when that is due.
 * @param onOpened called when it appeared; its description holds from then on
 * @throws DriverError when it will not appear by itself
 */
export function openAdc(
  driver: AdcDriver,
  options: Options,
  context: Context,
  onOpened: () => void,
  raspberryPi = isRaspberryPi,
): Adc {
  const adc = recovering(() => driver.open(options, context), context.nowMs, {
    mayStartMissing: cause => mayAppear(cause, 'adc', raspberryPi),
    pausesMs: MISSING_PAUSES_MS,
    onOpened,
  })
  const supplyVolts = Number(options.supplyVolts ?? 3.3)
  return (
    adc.opened() ?? {
      get description() {
        return adc.opened()?.description ?? missing(driver.name)
      },
      mocked: false,
      get fullScaleVolts() {
        return adc.opened()?.fullScaleVolts ?? supplyVolts
      },
      read: () => takeOrTell(adc).read(),
      close: adc.close,
    }
  )
}

/**
 * Open an output. One that may still appear fails to be set until then; every setting tries it again, when that is due.
 * @param onOpened called when it appeared; its description holds from then on
 * @throws DriverError when it will not appear by itself
 */
export function openOutput(
  driver: OutputDriver,
  options: Options,
  context: Context,
  onOpened: () => void,
  raspberryPi = isRaspberryPi,
): Output {
  const output = recovering(() => driver.open(options, context), context.nowMs, {
    mayStartMissing: cause => mayAppear(cause, 'output', raspberryPi),
    pausesMs: MISSING_PAUSES_MS,
    onOpened,
  })
  return output.opened() ?? missingOutput(output, missing(driver.name))
}

/** An output that may start missing whatever the fault: every setting tries it again. */
export function openOutputInTime(open: () => Output, nowMs: () => number): Output {
  const output = recovering(() => orDriverError(open), nowMs, { mayStartMissing: () => true, pausesMs: [0] })
  return output.opened() ?? missingOutput(output, 'not opened yet', output.take)
}

function missingOutput(output: Recovering<Output>, description: string, take = () => takeOrTell(output)): Output {
  return {
    get description() {
      return output.opened()?.description ?? description
    },
    get mocked() {
      return output.opened()?.mocked ?? false
    },
    set: on => take().set(on),
    get pulse() {
      return output.opened()?.pulse
    },
    get dim() {
      return output.opened()?.dim
    },
    close: output.close,
  }
}

function orDriverError<Part>(open: () => Part): Part {
  try {
    return open()
  } catch (cause) {
    throw cause instanceof DriverError ? cause : new DriverError('misused', (cause as Error).message, { cause })
  }
}

/** @throws DriverError: of all that the driver `auto` has tried, the fault that matters most */
function takeOrTell<Part>(part: Recovering<Part>): Part {
  try {
    return part.take()
  } catch (error) {
    if (error instanceof DriverError && error.cause instanceof DriverError) throw error.cause
    throw error
  }
}

function missing(driver: string): string {
  return `${driver}, not there yet`
}

function isRaspberryPi(): boolean {
  return readBoard().raspberryPi
}
