import type { Options, Output } from '../../drivers/contract.ts'
import { createLine, type Line } from './thread/outputs.ts'
import type { Follows, LoopEvent } from './types.ts'

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
