import { ads1015 } from './adc/ads1015.ts'
import { ads1115 } from './adc/ads1115.ts'
import { ads7830 } from './adc/ads7830.ts'
import { grove } from './adc/grove.ts'
import { iio } from './adc/iio.ts'
import { mcp3221 } from './adc/mcp3221.ts'
import { pcf8591 } from './adc/pcf8591.ts'
import { createAutoAdc, createAutoOutput } from './auto.ts'
import { type AdcDriver, type Driver, DriverError, type OutputDriver } from './contract.ts'
import { cdev } from './gpio/cdev.ts'
import { kernelLed } from './gpio/kernel-led.ts'
import { onoff } from './gpio/onoff.ts'
import { pigpio } from './gpio/pigpio.ts'
import { pwm } from './gpio/pwm.ts'
import { sysfs } from './gpio/sysfs-line.ts'
import { knob } from './mock/knob.ts'
import { led } from './mock/led.ts'

/**
 * Every driver there is. To add one: write its file, name it here. The order is the one in which `auto` tries them, and
 * of chips that read alike the first serves.
 */
const ADCS: readonly AdcDriver[] = [ads1115, ads1015, pcf8591, ads7830, mcp3221, grove, iio, knob]
const OUTPUTS: readonly OutputDriver[] = [cdev, sysfs, onoff, pwm, kernelLed, pigpio, led]

export const autoAdc = createAutoAdc(ADCS)
export const autoOutput = createAutoOutput(OUTPUTS)

export const ADC_DRIVERS: readonly AdcDriver[] = [autoAdc, ...ADCS]
export const OUTPUT_DRIVERS: readonly OutputDriver[] = [autoOutput, ...OUTPUTS]
export const DRIVERS: readonly Driver[] = [...ADC_DRIVERS, ...OUTPUT_DRIVERS]

/** @throws DriverError that lists the known names. */
export function adcDriver(name: string): AdcDriver {
  return named(ADC_DRIVERS, 'input.driver', name)
}

/** @throws DriverError that lists the known names. */
export function outputDriver(name: string): OutputDriver {
  return named(OUTPUT_DRIVERS, 'outputs driver', name)
}

function named<D extends Driver>(drivers: readonly D[], what: string, name: string): D {
  const found = drivers.find(driver => driver.name === name)
  if (found) return found
  const known = drivers.map(driver => driver.name).join(', ')
  throw new DriverError('misused', `${what} is '${name}', must be one of ${known}`)
}
