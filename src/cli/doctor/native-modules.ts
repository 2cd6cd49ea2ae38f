/** Checks whether the optional native modules load. Pure. */
import { type Check, fail, ok, skip, warn } from './check-result-and-format.ts'
import { isForI2c, NATIVE_MODULES, type Requirement, type Requirements } from './config-requirements.ts'

/** What happened when a module was loaded in a child process. */
export interface NativeModuleFacts {
  readonly name: string
  readonly outcome:
    | { readonly type: 'loaded' }
    | { readonly type: 'refused'; readonly message: string }
    | { readonly type: 'crashed'; readonly how: string }
}

const MISSING = 'is not installed'
const UNBUILT = 'is installed but not built (npm 12 and later run no install scripts of dependencies unless told to)'
const INCOMPLETE = 'is installed without its part for this processor (npm may have been told to omit optional packages)'

/** Said by loadNative. */
const UNFIT = 'is not made for this processor'

/** @param folder Where neurond is installed: npm must run there. */
export function checkNativeModules(
  facts: readonly NativeModuleFacts[],
  needs: Requirements,
  abi: string,
  folder: string,
): Check[] {
  return facts.map(fact => {
    const need = needs.modules[fact.name] ?? 'no'
    return checkNativeModule(fact, need, isLoaded(facts, otherOf(fact.name)), abi, folder)
  })
}

function checkNativeModule(
  { name, outcome }: NativeModuleFacts,
  need: Requirement,
  otherLoads: boolean,
  abi: string,
  folder: string,
): Check {
  if (outcome.type === 'loaded') return ok(name, `loads (module ABI ${abi})${need === 'no' ? ', not needed here' : ''}`)
  const text =
    outcome.type === 'crashed' ? `crashes when it is loaded (${outcome.how})` : reasonOf(outcome.message, abi)
  if (need === 'no') return skip(name, `${text}; this configuration does not use it`)
  const fix = fixOf(name, text, folder)
  // A module that crashes ends the daemon before another one could replace it.
  if (need === 'yes' || outcome.type === 'crashed') return fail(name, text, fix)
  if (need === 'better') return warn(name, `${text}; without it auto drives the lines through /sys/class/gpio`, fix)
  if (otherLoads) return warn(name, `${text}; the I2C bus is reached through ${otherOf(name)} instead`, fix)
  return fail(name, `${text}, and neither does ${otherOf(name)}: the I2C bus cannot be reached`, fix)
}

/** What Node says when a native module does not load, as in drivers/bus/load-native-module.ts, with the numbers. */
function reasonOf(message: string, abi: string): string {
  const built = /NODE_MODULE_VERSION (\d+)/.exec(message)?.[1]
  if (built !== undefined) return `was built for module ABI ${built}, this Node.js has ${abi}`
  if (/Cannot find module/.test(message)) return MISSING
  if (message.includes('Could not locate the bindings file')) return UNBUILT
  if (message.includes('Cannot find the native Koffi module')) return INCOMPLETE
  if (message.includes(UNFIT)) return UNFIT
  return `does not load: ${message.split('\n')[0]}`
}

function fixOf(name: string, text: string, folder: string): string {
  if (text === UNFIT)
    return 'use a Pi Zero 2 or newer, or drivers that need none of it: auto, sysfs, transport: i2c-bus'
  const place = /\s/.test(folder) ? `'${folder}'` : folder
  // Packages installed for everybody belong to root.
  const npm = `cd ${place} && ${folder.startsWith('/usr/') ? 'sudo ' : ''}npm`
  // koffi comes prebuilt, in a package of its own for each processor.
  if (name === 'koffi' || text === MISSING) return `${npm} install --include=optional ${name}`
  const rebuild = `${npm} rebuild ${NATIVE_MODULES.find(module => module.name === name)?.builtPackage ?? name}`
  return text === UNBUILT ? `sudo apt install build-essential python3 && ${rebuild}` : rebuild
}

/** The module that may serve in its place: either of two reaches the I2C bus. */
function otherOf(module: string): string {
  return NATIVE_MODULES.find(({ name }) => isForI2c(name) && name !== module)?.name ?? ''
}

function isLoaded(facts: readonly NativeModuleFacts[], name: string): boolean {
  return facts.some(fact => fact.name === name && fact.outcome.type === 'loaded')
}
