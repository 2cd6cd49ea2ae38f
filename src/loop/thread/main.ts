/** The neuron thread's entry: opens the drivers, runs the loop until it is told to stop, leaves the outputs low. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { type Adc, type Context, DriverError, type Output, type OutputDriver } from '../../../drivers/contract.ts'
import { adcDriver, outputDriver } from '../../../drivers/registry.ts'
import { openAdc, openOutput } from '../../../drivers/reopen.ts'
import { monotonicMs, realClock } from '../clock.ts'
import { type HandedOver, standIn } from '../shared/main-thread-outputs.ts'
import { type Shared, type SharedBuffers, sharedOver } from '../shared/memory.ts'
import type { LastEvent, LoopEvent, OpenedPart } from '../types.ts'
import { createLine, type Fitted, type Fitter, refitted, type Wish } from './outputs.ts'
import { runLoop } from './runner.ts'
import { type SchedulingOptions, scheduleThisThread, threadId } from './scheduling.ts'
import type { LoopSettings } from './state.ts'

/** A driver to open, with its options complete and valid. */
type PartSettings = Pick<Wish, 'name' | 'driver' | 'options'>

export interface OutputSettings extends Wish {
  /** Its driver can only live in the main thread, where it is open already. */
  readonly handedOver?: HandedOver
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

const tell = (event: LoopEvent | LastEvent) => parentPort?.postMessage(event)

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
    let fitted: readonly Fitted<OutputSettings>[] = []
    const announce = () =>
      tell({
        type: 'ready',
        input: partOf(settings.input, adc),
        outputs: partsOf(fitted),
        scheduling,
        fullScaleVolts: adc.fullScaleVolts,
        tid: threadId(),
      })
    const adc = openAdc(adcDriver(settings.input.driver), settings.input.options, context, announce)
    opened.push(adc)
    const fitter: Fitter<OutputSettings> = {
      open(settings) {
        const output = openPart(settings, shared, announce)
        opened.push(output)
        return output
      },
      tell,
      nowMs: monotonicMs,
    }
    fitted = settings.outputs.map(settings => ({
      settings,
      line: createLine({ ...settings, output: fitter.open(settings) }),
    }))
    const scheduling = scheduleThisThread(settings.scheduling)
    announce()
    const parts = {
      clock: realClock(shared.wake),
      ...{ adc, shared, tell, lines: fitted.map(({ line }) => line) },
      takeSamples: () => receiveMessageOnPort(settings.samples)?.message,
      /** Their settings wait as a message, since no number can say them. */
      refit() {
        const wanted = parentPort && receiveMessageOnPort(parentPort)?.message
        if (wanted) fitted = refitted(fitted, wanted as readonly OutputSettings[], fitter)
        tell({ type: 'outputsChanged', outputs: partsOf(fitted) })
        return fitted.map(({ line }) => line)
      },
    }
    runLoop(parts, { ...settings.loop, spinMs: scheduling.spinUs / 1000 })
    tell({ type: 'stopped' })
  } catch (error) {
    tell({ type: 'failed', message: (error as Error).message })
  } finally {
    for (const part of opened.reverse()) part.close()
    Atomics.store(shared.wake, 1, 1)
    Atomics.notify(shared.wake, 1)
  }
}

function openPart(settings: OutputSettings, shared: Shared, onOpened: () => void): Output {
  const { options, handedOver } = settings
  if (handedOver) return standIn(shared.orders, handedOver)
  return openOutput(driverFor(settings), options, context, onOpened)
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

function partsOf(fitted: readonly Fitted<OutputSettings>[]): OpenedPart[] {
  return fitted.map(({ settings, line: { output, follows } }) => {
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
