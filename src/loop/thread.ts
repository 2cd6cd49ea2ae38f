/** The neuron thread's entry: opens the drivers, runs the loop until it is told to stop, leaves the outputs low. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { type Adc, type Context, DriverError, type Options, type OutputDriver } from '../../drivers/contract.ts'
import { openAdc, openOutput } from '../../drivers/patience.ts'
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
  /** Brings the samples of a stimulus, ahead of the command that starts it. */
  readonly samples: MessagePort
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
    const announce = () =>
      tell({
        type: 'ready',
        input: partOf(settings.input, adc),
        outputs: partsOf(settings, lines),
        scheduling,
        fullScaleVolts: adc.fullScaleVolts,
        tid: threadId(),
      })
    const adc = openAdc(adcDriver(settings.input.driver), settings.input.options, context, announce)
    opened.push(adc)
    const lines = settings.outputs.map((output, index) => {
      const line = openLine(output, index, shared, announce)
      opened.push(line.output)
      return line
    })
    const scheduling = scheduleThisThread(settings.scheduling)
    announce()
    const clock = realClock(shared.wake)
    const takeSamples = () => receiveMessageOnPort(settings.samples)?.message
    runLoop({ clock, adc, lines, shared, tell, takeSamples }, { ...settings.loop, spinMs: scheduling.spinUs / 1000 })
    tell({ type: 'stopped' })
  } catch (error) {
    tell({ type: 'failed', message: (error as Error).message })
  } finally {
    for (const part of opened.reverse()) part.close()
    Atomics.store(shared.wake, 1, 1)
    Atomics.notify(shared.wake, 1)
  }
}

function openLine(settings: OutputSettings, index: number, shared: Shared, onOpened: () => void): Line {
  const { name: part, options, handedOver } = settings
  const output = handedOver
    ? standIn(shared.orders, index, handedOver)
    : openOutput(driverFor(settings), options, { ...context, part }, onOpened)
  return createLine({ ...settings, output })
}

/** Its driver; for an output that follows the potential one that opens only what can dim. */
function driverFor({ name, driver, follows }: OutputSettings): OutputDriver {
  const found = outputDriver(driver)
  if (follows !== 'potential') return found
  return {
    ...found,
    open(options, context) {
      const output = found.open(options, context)
      if (output.dim) return output
      output.close()
      const message = `${name} cannot follow the potential: ${output.description} can only be on or off`
      throw new DriverError('misused', message)
    },
  }
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
