import { createRequire } from 'node:module'
import { machine } from 'node:os'
import { DriverError } from '../contract.ts'

const require = createRequire(import.meta.url)

/** Looking for a module that is not there takes long, and the neuron's thread may ask for it again and again. */
const missing = new Map<string, DriverError>()

/** Processors on which a module ends the process: koffi is built for ARMv7, and a Pi Zero W or Pi 1 is ARMv6 (SIGILL). */
const UNFIT: Readonly<Record<string, RegExp>> = { koffi: /^armv[1-6]/ }

/**
 * Load an optional native module, synchronously, when a driver is opened.
 * @param part The package that holds the native code, where it is another one (`epoll` of onoff).
 * @param processor As `uname -m` says it.
 * @throws DriverError 'unloadable' with the command that fixes it.
 */
export function loadNative<Module>(
  name: string,
  part = name,
  load: (name: string) => unknown = require,
  processor = machine(),
): Module {
  const known = missing.get(name)
  if (known !== undefined) throw known
  if (UNFIT[name]?.test(processor))
    throw new DriverError(
      'unloadable',
      `The native module ${name} is not made for this processor (${processor}). Use a Pi Zero 2 or newer, or the ways ` +
        'without it: the driver sysfs for outputs, the transport i2c-bus for the knob.',
    )
  try {
    return load(name) as Module
  } catch (cause) {
    const error = unloadable(name, part, cause)
    missing.set(name, error)
    throw error
  }
}

/** What a failed load means, in words. */
export function unloadable(name: string, part: string, cause: unknown): DriverError {
  const message = cause instanceof Error ? cause.message : String(cause)
  return new DriverError('unloadable', `The native module ${name} ${reasonOf(name, part, message)}`, { cause })
}

function reasonOf(name: string, part: string, message: string): string {
  if (message.includes(`Cannot find module '${name}'`))
    return `is not installed. Run \`npm install --include=optional ${name}\` in neurond's folder.`
  // koffi comes prebuilt, in an optional package of its own for each processor: the rebuild of npm 12 does not bring it.
  if (message.includes('Cannot find the native Koffi module'))
    return (
      `is installed without its part for this processor (${process.arch}). ` +
      `Run \`npm install --include=optional ${name}\` in neurond's folder.`
    )
  if (message.includes('Could not locate the bindings file'))
    return (
      `is installed but its native part was not built: recent npm runs no install scripts. Run \`npm rebuild ${part}\` ` +
      `in neurond's folder (it needs \`sudo apt install build-essential python3\`), or install with ` +
      `\`npm install -g neurond --allow-scripts=i2c-bus,epoll\`.`
    )
  if (message.includes('was compiled against a different Node.js version'))
    return `was built for another Node.js than ${process.version}. Run \`npm rebuild ${part}\` in neurond's folder.`
  if (message.includes('did not self-register'))
    return 'is already loaded in another thread of this process, and works in one thread only.'
  return `cannot be loaded: ${message.split('\n')[0]}. Try \`npm rebuild ${part}\` in neurond's folder.`
}
