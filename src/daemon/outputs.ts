import { openOutput } from '../../drivers/recovering.ts'
import { outputDriver } from '../../drivers/registry.ts'
import type { Config } from '../config/schema.ts'
import type { Log } from '../log.ts'
import { monotonicMs } from '../loop/clock.ts'
import { type MainThreadOutput, proxySettingsOf } from '../loop/shared/main-thread-outputs.ts'
import type { OutputSettings } from '../loop/thread/outputs.ts'

/** The outputs that live in the main thread, by their place in the configuration that the program was started with. */
export type Handed = ReadonlyMap<number, MainThreadOutput>

/** Outputs whose native modules crash outside of the main thread are opened here; every edge is handed over to them. */
export function openHanded(config: Config, log: Log): Handed {
  const context = { nowMs: monotonicMs, warn: (message: string) => log.warn(message) }
  const handed = new Map<number, MainThreadOutput>()
  config.outputs.forEach(({ name, driver, ...options }, index) => {
    const found = outputDriver(driver)
    if (found.thread !== 'main') return
    const onOpened = () => log.info(`${name}: ${handed.get(index)?.output.description}`)
    const output = found.replacesSignalHandlers
      ? found.open(options, context)
      : openOutput(found, options, context, onOpened)
    handed.set(index, { name, output })
  })
  return handed
}

/** The outputs as the neuron thread is told of them. Those that live in the main thread are the ones it was started with. */
export function outputsFor(
  config: Config,
  started: Config,
  handed: Handed,
): { readonly outputs: readonly OutputSettings[]; readonly restart: readonly string[] } {
  const restart: string[] = []
  const outputs = config.outputs.flatMap(({ name, driver, pulseMs, muted, follows, ...options }) => {
    const settings = { name, driver, pulseMs, muted, follows, options }
    if (outputDriver(driver).thread !== 'main') return [settings]
    const slot = started.outputs.findIndex(one => plain(one) === plain({ name, driver, ...options }))
    const output = handed.get(slot)?.output
    if (!output) restart.push(`outputs.${name}`)
    return output ? [{ ...settings, mainThread: proxySettingsOf(output, slot) }] : []
  })
  return { outputs, restart }
}

/** How an output of this name that lives in the main thread is now, if there is one. */
export function livingHere(name: string, handed: Handed) {
  const output = [...handed.values()].find(one => one.name === name)?.output
  return output && { description: output.description, mocked: output.mocked }
}

/** What an output is, whatever it shows. */
function plain(output: Record<string, unknown>): string {
  const { pulseMs: _pulseMs, muted: _muted, follows: _follows, ...rest } = output
  return JSON.stringify(Object.entries(rest).sort())
}
