import { type AdcDriver, type Driver, DriverError, type OutputDriver } from './contract.ts'
import { knob } from './mock/knob.ts'
import { led } from './mock/led.ts'

/** Every driver there is. To add one: write its file, name it here. */
export const DRIVERS: readonly Driver[] = [knob, led]

/** @throws DriverError that lists the known names. */
export function adcDriver(name: string): AdcDriver {
  return named(
    DRIVERS.filter(driver => driver.kind === 'adc'),
    'input.driver',
    name,
  )
}

/** @throws DriverError that lists the known names. */
export function outputDriver(name: string): OutputDriver {
  return named(
    DRIVERS.filter(driver => driver.kind === 'output'),
    'outputs driver',
    name,
  )
}

function named<D extends Driver>(drivers: readonly D[], what: string, name: string): D {
  const found = drivers.find(driver => driver.name === name)
  if (found) return found
  const known = drivers.map(driver => driver.name).join(', ')
  throw new DriverError('misused', `${what} is '${name}', must be one of ${known}`)
}
