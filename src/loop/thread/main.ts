/** The neuron thread's entry: opens the drivers, runs the loop until it is told to stop, leaves the outputs low. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import {
  type Adc,
  type Context,
  DriverError,
  type Options,
  type Output,
  type OutputDriver,
} from '../../../drivers/contract.ts'
import { openAdc, openOutput, openOutputInTime } from '../../../drivers/recovering.ts'
import { adcDriver, outputDriver } from '../../../drivers/registry.ts'
import { monotonicMs, realClock } from '../clock.ts'
import { createProxyOutput } from '../shared/main-thread-outputs.ts'
import { type Shared, type SharedBuffers, sharedOver } from '../shared/memory.ts'
import type { LastEvent, LoopEvent, OpenedPart, Scheduling } from '../types.ts'
import type { LoopSettings } from './loop-state.ts'
import { createLoopOutput, type LoopOutput, type OutputSettings, reconfigureOutputs } from './outputs.ts'
import { runLoop } from './real-time-loop.ts'
import { type SchedulingOptions, scheduleThisThread, threadId } from './scheduling.ts'

/** All that the neuron thread is started with. */
export interface ThreadSettings {
  readonly loop: Omit<LoopSettings, 'spinMs'>
  readonly scheduling: SchedulingOptions
  readonly input: InputSettings
  readonly outputs: readonly OutputSettings[]
  readonly buffers: SharedBuffers
  /** Brings the samples of a stimulus, ahead of the command that starts it. */
  readonly samples: MessagePort
}

/** The driver of the knob, with its options complete and valid. */
interface InputSettings {
  readonly name: string
  readonly driver: string
  readonly options: Options
}

const sendEvent = (event: LoopEvent | LastEvent) => parentPort?.postMessage(event)

const warnings = new Set<string>()

const context: Context = {
  nowMs: monotonicMs,
  warn(message) {
    // What several parts have to say in the same words is said once.
    if (!warnings.has(message)) sendEvent({ type: 'warning', message })
    warnings.add(message)
  },
}

function main({ loop, scheduling: wanted, input, buffers, samples, ...settings }: ThreadSettings): void {
  const shared = sharedOver(buffers)
  const opened: { close(): void }[] = []
  const open = (output: OutputSettings) => {
    const driver = openDriver(output, shared, sendReady)
    opened.push(driver)
    return driver
  }
  const openInTime = (output: OutputSettings) => openOutputInTime(() => open(output), monotonicMs)
  let outputs: readonly LoopOutput[] = []
  let scheduling: Scheduling
  let adc: Adc

  /** Sent again when a part appears that was missing. */
  function sendReady(): void {
    sendEvent({
      type: 'ready',
      input: partOf(input, adc),
      outputs: outputs.map(outputPartOf),
      scheduling,
      fullScaleVolts: adc.fullScaleVolts,
      tid: threadId(),
    })
  }

  /** The settings came as a message, since no number can say them. */
  function changeOutputs(): readonly LoopOutput[] {
    const changed = parentPort && receiveMessageOnPort(parentPort)?.message
    if (changed) outputs = reconfigureOutputs(outputs, changed as readonly OutputSettings[], openInTime)
    sendEvent({ type: 'outputsChanged', outputs: outputs.map(outputPartOf) })
    return outputs
  }

  try {
    adc = openAdc(adcDriver(input.driver), input.options, context, sendReady)
    opened.push(adc)
    outputs = settings.outputs.map(output => createLoopOutput(output, open(output)))
    scheduling = scheduleThisThread(wanted)
    sendReady()
    runLoop(
      {
        clock: realClock(shared.wake),
        adc,
        outputs,
        shared,
        onEvent: sendEvent,
        takeSamples: () => receiveMessageOnPort(samples)?.message,
        reconfigureOutputs: changeOutputs,
      },
      { ...loop, spinMs: scheduling.spinUs / 1000 },
    )
    sendEvent({ type: 'stopped' })
  } catch (error) {
    sendEvent({ type: 'failed', message: (error as Error).message })
  } finally {
    for (const part of opened.reverse()) part.close()
    Atomics.store(shared.wake, 1, 1)
    Atomics.notify(shared.wake, 1)
  }
}

function openDriver(settings: OutputSettings, shared: Shared, onOpened: () => void): Output {
  const { options, mainThread } = settings
  if (mainThread) return createProxyOutput(shared.edges, mainThread)
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

function outputPartOf({ settings, driver, follows }: LoopOutput): OpenedPart {
  const part = partOf(settings, driver)
  const description = follows === 'potential' ? `${part.description}, as bright as V is high` : part.description
  return { ...part, description, follows }
}

function partOf(
  { name, driver }: InputSettings,
  { description, mocked }: Pick<Adc, 'description' | 'mocked'>,
): OpenedPart {
  return { name, driver, description, mocked }
}

main(workerData as ThreadSettings)
