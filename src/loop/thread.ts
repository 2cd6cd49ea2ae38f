/** The neuron thread's entry: opens the drivers, runs the loop until it is told to stop, leaves the outputs low. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { Adc, Context, Options, Output } from '../../drivers/contract.ts'
import { adcDriver, outputDriver } from '../../drivers/registry.ts'
import { monotonicMs, realClock } from './clock.ts'
import { type Fitted, type Fitter, refitted } from './fitting.ts'
import { standIn } from './handover.ts'
import { createLine, type Line } from './line.ts'
import type { LoopEvent, OpenedPart } from './report.ts'
import { runLoop } from './runner.ts'
import { type SchedulingOptions, scheduleThisThread, threadId } from './scheduling.ts'
import { type Shared, type SharedBuffers, sharedOver } from './shared.ts'
import type { LoopSettings } from './state.ts'

/** A driver to open, with its options complete and valid. */
export interface PartSettings {
  readonly name: string
  readonly driver: string
  readonly options: Options
}

export interface OutputSettings extends PartSettings {
  /** Its driver can only live in the main thread, where it is open already. */
  readonly handedOver?: Pick<OpenedPart, 'description' | 'mocked'> & { readonly slot: number }
  readonly pulseMs: number
  readonly muted: boolean
}

/** All that the neuron thread is started with. */
export interface ThreadSettings {
  readonly loop: Omit<LoopSettings, 'spinMs'>
  readonly scheduling: SchedulingOptions
  readonly input: PartSettings
  readonly outputs: readonly OutputSettings[]
  readonly buffers: SharedBuffers
}

const tell = (event: LoopEvent) => parentPort?.postMessage(event)

const context: Context = {
  nowMs: monotonicMs,
  warn: message => tell({ type: 'warning', message }),
}

function main(settings: ThreadSettings): void {
  const shared = sharedOver(settings.buffers)
  const opened: { close(): void }[] = []
  try {
    const adc = adcDriver(settings.input.driver).open(settings.input.options, context)
    opened.push(adc)
    const lines = settings.outputs.map(output => openLine(output, shared, opened))
    const scheduling = scheduleThisThread(settings.scheduling)
    const parts = {
      input: partOf(settings.input, adc),
      outputs: partsOf(settings, lines),
    }
    tell({
      type: 'ready',
      ...parts,
      scheduling,
      fullScaleVolts: adc.fullScaleVolts,
      tid: threadId(),
    })
    const clock = realClock(shared.wake)
    const refit = refitting(settings, lines, shared, opened)
    runLoop({ clock, adc, lines, shared, tell, refit }, { ...settings.loop, spinMs: scheduling.spinUs / 1000 })
    tell({ type: 'stopped' })
  } catch (error) {
    tell({ type: 'failed', message: (error as Error).message })
  } finally {
    for (const part of opened.reverse()) part.close()
    Atomics.store(shared.wake, 1, 1)
    Atomics.notify(shared.wake, 1)
  }
}

function openLine(settings: OutputSettings, shared: Shared, opened: { close(): void }[]): Line {
  const output = openOutput(settings, shared, opened)
  output.set(false)
  return createLine({ ...settings, output })
}

function openOutput(settings: OutputSettings, shared: Shared, opened: { close(): void }[]): Output {
  const { driver, options, handedOver } = settings
  const output = handedOver ? standIn(shared.orders, handedOver) : outputDriver(driver).open(options, context)
  opened.push(output)
  return output
}

/** What changes the outputs while the loop runs: their settings wait as a message, since no number can say them. */
function refitting(
  { outputs }: ThreadSettings,
  lines: readonly Line[],
  shared: Shared,
  opened: { close(): void }[],
): () => readonly Line[] {
  const fitter: Fitter<OutputSettings> = {
    open: settings => openOutput(settings, shared, opened),
    tell,
    nowMs: monotonicMs,
  }
  let fitted: readonly Fitted<OutputSettings>[] = outputs.map((settings, i) => ({ settings, line: lines[i] as Line }))
  return () => {
    const wanted = parentPort && receiveMessageOnPort(parentPort)?.message
    if (wanted) fitted = refitted(fitted, wanted as readonly OutputSettings[], fitter)
    tell({ type: 'refitted', outputs: fitted.map(({ settings, line }) => partOf(settings, line.output)) })
    return fitted.map(({ line }) => line)
  }
}

function partsOf(settings: ThreadSettings, lines: readonly Line[]): OpenedPart[] {
  return settings.outputs.map((output, i) => partOf(output, (lines[i] as Line).output))
}

function partOf(settings: PartSettings, part: Pick<Adc, 'description' | 'mocked'>): OpenedPart {
  return {
    name: settings.name,
    driver: settings.driver,
    description: part.description,
    mocked: part.mocked,
  }
}

main(workerData as ThreadSettings)
