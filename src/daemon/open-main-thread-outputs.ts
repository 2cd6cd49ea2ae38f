import { openOutput } from '../../drivers/recovering.ts'
import { outputDriver } from '../../drivers/registry.ts'
import type { Config } from '../config/schema.ts'
import type { Log } from '../log.ts'
import { monotonicMs } from '../loop/clock.ts'
import { type MainThreadOutput, proxySettingsOf } from '../loop/shared/main-thread-outputs.ts'
import type { OutputSettings } from '../loop/thread/outputs.ts'

/** The outputs that are open in the main thread, by their index in the configuration that the daemon was started with. */
export type MainThreadOutputs = ReadonlyMap<number, MainThreadOutput>

/** Opens the outputs whose native modules crash outside of the main thread; the neuron thread sends them every edge. */
export function openMainThreadOutputs(outputs: Config['outputs'], log: Log): MainThreadOutputs {
  const context = { nowMs: monotonicMs, warn: (message: string) => log.warn(message) }
  const mainThread = new Map<number, MainThreadOutput>()
  outputs.forEach(({ name, driver, ...options }, index) => {
    const found = outputDriver(driver)
    if (found.thread !== 'main') return
    const onOpened = () => log.info(`${name}: ${mainThread.get(index)?.output.description}`)
    const output = found.replacesSignalHandlers
      ? found.open(options, context)
      : openOutput(found, options, context, onOpened)
    mainThread.set(index, { name, output })
  })
  return mainThread
}

/**
 * The outputs for the neuron thread; `restart` names those that only the next start can open, because their drivers must
 * be opened in the main thread at the start.
 * @param started the outputs that the daemon was started with
 */
export function outputsFor(
  configured: Config['outputs'],
  started: Config['outputs'],
  mainThread: MainThreadOutputs,
): { readonly outputs: readonly OutputSettings[]; readonly restart: readonly string[] } {
  const restart: string[] = []
  const outputs = configured.flatMap(({ name, driver, pulseMs, muted, follows, ...options }) => {
    const settings = { name, driver, pulseMs, muted, follows, options }
    if (outputDriver(driver).thread !== 'main') return [settings]
    const slot = started.findIndex(output => identityOf(output) === identityOf({ name, driver, ...options }))
    const output = mainThread.get(slot)?.output
    if (!output) restart.push(`outputs.${name}`)
    return output ? [{ ...settings, mainThread: proxySettingsOf(output, slot) }] : []
  })
  return { outputs, restart }
}

/** The present description of the main thread's output of this name; undefined if it has none. */
export function mainThreadOutput(name: string, mainThread: MainThreadOutputs) {
  const output = [...mainThread.values()].find(one => one.name === name)?.output
  return output && { description: output.description, mocked: output.mocked }
}

/** Equal for two outputs on the same hardware, whatever they show. */
function identityOf(output: Record<string, unknown>): string {
  const { pulseMs: _pulseMs, muted: _muted, follows: _follows, ...rest } = output
  return JSON.stringify(Object.entries(rest).sort())
}
