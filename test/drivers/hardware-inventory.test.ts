import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readHardwareInventory } from '../../drivers/hardware-inventory.ts'
import { tree } from './fake-machine.ts'

describe('a machine', () => {
  it('is described from its files', () => {
    const root = tree({
      'proc/device-tree/model': 'Raspberry Pi 3 Model B Rev 1.2\0',
      'dev/gpiochip0': '',
      'dev/i2c-1': '',
      'dev/i2c-20': '',
      'sys/class/i2c-dev/i2c-1/name': 'bcm2835 (i2c@7e804000)\n',
      'sys/class/gpio/gpiochip512/label': 'pinctrl-bcm2835\n',
      'sys/class/gpio/gpiochip512/base': '512\n',
      'sys/class/gpio/gpiochip512/ngpio': '54\n',
    })
    expect(readHardwareInventory(undefined, root)).toMatchObject({
      board: { model: 'Raspberry Pi 3 Model B Rev 1.2', raspberryPi: true, rp1: false },
      gpioPaths: [join(root, 'dev/gpiochip0')],
      gpioChips: [],
      sysfsChips: [{ label: 'pinctrl-bcm2835', base: 512, lines: 54 }],
      pwmChips: [],
      i2cBuses: [
        { bus: 1, name: 'bcm2835 (i2c@7e804000)' },
        { bus: 20, name: '' },
      ],
      kernelAdcs: [],
    })
  })

  it('may have nothing at all', () => {
    expect(readHardwareInventory(undefined, tree({}))).toEqual({
      board: { model: '', raspberryPi: false, rp1: false },
      gpioPaths: [],
      gpioChips: [],
      sysfsChips: [],
      pwmChips: [],
      i2cBuses: [],
      kernelAdcs: [],
    })
  })
})
