/** The neuron thread's entry: opens the drivers, runs the loop until it is told to stop, leaves the outputs low. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Adc, Context, Options } from '../../drivers/contract.ts'
import { adcDriver, outputDriver } from '../../drivers/registry.ts'
import { monotonicMs, realClock } from './clock.ts'
import { type HandedOver, standIn } from './handover.ts'
import { createLine, type Line } from './line.ts'
import type { Follows, LoopEvent, OpenedPart } from './report.ts'
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
  readonly handedOver?: HandedOver
  readonly pulseMs: number
  readonly muted: boolean
  /** `spike` unless given. */
  readonly follows?: Follows
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

const warnings = new Set<string>()

const context: Context = {
  nowMs: monotonicMs,
  warn(message) {
    // What several parts have to say in the same words is said once.
    if (!warnings.has(message)) tell({ type: 'warning', message })
    warnings.add(message)
  },
}

function main(settings: ThreadSettings): void {
  const shared = sharedOver(settings.buffers)
  const opened: { close(): void }[] = []
  try {
    const adc = adcDriver(settings.input.driver).open(settings.input.options, context)
    opened.push(adc)
    const lines = settings.outputs.map((output, index) => openLine(output, index, shared, opened))
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
    runLoop({ clock, adc, lines, shared, tell }, { ...settings.loop, spinMs: scheduling.spinUs / 1000 })
    tell({ type: 'stopped' })
  } catch (error) {
    tell({ type: 'failed', message: (error as Error).message })
  } finally {
    for (const part of opened.reverse()) part.close()
    Atomics.store(shared.wake, 1, 1)
    Atomics.notify(shared.wake, 1)
  }
}

function openLine(settings: OutputSettings, index: number, shared: Shared, opened: { close(): void }[]): Line {
  const { name: part, driver, options, handedOver } = settings
  const output = handedOver
    ? standIn(shared.orders, index, handedOver)
    : outputDriver(driver).open(options, { ...context, part })
  opened.push(output)
  if (settings.follows === 'potential' && output.dim === undefined)
    throw new Error(`${part} cannot follow the potential: ${output.description} can only be on or off`)
  output.set(false)
  return createLine({ ...settings, output })
}

function partsOf(settings: ThreadSettings, lines: readonly Line[]): OpenedPart[] {
  return settings.outputs.map((settings, i) => {
    const { output, follows } = lines[i] as Line
    const part = partOf(settings, output)
    const description = follows === 'potential' ? `${part.description}, as bright as V is high` : part.description
    return { ...part, description, follows }
  })
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
