/** Checks GPIO chips, I2C buses and the chips on them. Pure. */
import { addressesOf, chipDrivers, type I2cFinding, settingFor } from '../../../drivers/adc/i2c-scan.ts'
import { hex, LOAD_I2C_DEV } from '../../../drivers/bus/i2c-interface.ts'
import { HEADER_LABELS } from '../../../drivers/gpio/chips.ts'
import type { HardwareInventory } from '../../../drivers/hardware-inventory.ts'
import { ADC_DRIVERS } from '../../../drivers/registry.ts'
import { addressList } from '../../fields/field-types-and-checks.ts'
import { type Check, checkFromMessage, fail, ok, skip, warn } from './check-result-and-format.ts'
import type { Requirements } from './config-requirements.ts'

/** config.txt of a Raspberry Pi, where the firmware reads what to enable. */
export interface BootConfig {
  readonly path: string
  readonly text: string
  /** Is the driver of /dev/i2c-N loaded at every start? undefined where that cannot be told. */
  readonly loadsI2cDev?: boolean | undefined
}

export { addressList }

const CHIP_DRIVERS = chipDrivers(ADC_DRIVERS)

/** What answered on the bus; or why it could not be asked. */
export type BusScan = { readonly findings: readonly I2cFinding[] } | { readonly message: string }

export function checkGpio(machine: HardwareInventory, needs: Requirements): Check {
  const { gpioPaths, gpioChips, sysfsChips, board } = machine
  if (gpioPaths.length === 0 && sysfsChips.length === 0) {
    if (!needs.gpio) return skip('gpio', 'no /dev/gpiochipN here, and simulated outputs need none')
    const fix = 'set driver: mock for the outputs where there is no GPIO; on a board, update its kernel'
    return fail('gpio', 'there is no /dev/gpiochipN: this machine has no GPIO', fix)
  }
  const baseOf = (label: string) => sysfsChips.find(chip => chip.label === label)?.base
  const named = gpioChips.length > 0 ? gpioChips : sysfsChips
  const chips = named.map(({ label, lines, path }) => {
    const base = baseOf(label)
    const number = base === undefined ? 'no old sysfs numbers' : `sysfs base ${base}`
    return `${path} ${label} (${lines} lines, ${number}${HEADER_LABELS.includes(label) ? ', the header' : ''})`
  })
  if (named.length === 0) {
    const text = `${gpioPaths.join(', ')}: there, but this user may not open or query them`
    return needs.gpio
      ? fail('gpio', text, 'fix groups and koffi first, then run neurond doctor again')
      : skip('gpio', text)
  }
  if (needs.gpio && gpioChips.length === 0) {
    const text = `${chips.join('; ')}; but ${gpioPaths.join(', ') || '/dev/gpiochipN'} cannot be asked yet`
    return warn('gpio', text, 'fix groups and koffi first, then run neurond doctor again')
  }
  const header = named.some(({ label }) => HEADER_LABELS.includes(label))
  if (header || !needs.gpio) return ok('gpio', chips.join('; '))
  const fix = `name the chip in the configuration, for example outputs: [{ chip: ${named[0]?.label} }]`
  return (board.raspberryPi ? fail : warn)('gpio', `${chips.join('; ')}: none is a Raspberry Pi's header`, fix)
}

export function checkI2c(
  { i2cBuses, board, kernelAdcs }: HardwareInventory,
  needs: Requirements,
  boot: BootConfig | undefined,
): Check {
  const list = i2cBuses.map(({ bus, name }) => `/dev/i2c-${bus}${name === '' ? '' : ` ${name}`}`).join('; ')
  if (needs.i2c === undefined)
    return i2cBuses.length > 0 ? ok('i2c', list) : skip('i2c', 'no I2C bus, and none is needed')
  const { bus } = needs.i2c
  if (i2cBuses.some(each => each.bus === bus)) {
    if (boot?.loadsI2cDev !== false) return ok('i2c', list)
    return warn('i2c', `${list}; but it is gone at the next start: nothing loads i2c-dev then`, LOAD_I2C_DEV)
  }
  if (kernelAdcs.length > 0) return ok('i2c', `no /dev/i2c-${bus}, but a kernel driver has an ADC`)
  const text = `there is no /dev/i2c-${bus}${list === '' ? '' : `; there are: ${list}`}`
  if (!board.raspberryPi) return fail('i2c', text, `${LOAD_I2C_DEV}; or set driver: mock for the knob`)
  if (bus !== 1) return fail('i2c', text, 'set input.bus to 1: the bus at pins 3 and 5 of every Raspberry Pi')
  return fail('i2c', `${text}: I2C is not enabled`, enableI2cFix(boot))
}

/** Has config.txt enabled I2C? `dtparam=i2c_arm=on`, also as `i2c=on` and among others. */
export function enablesI2c(text: string): boolean {
  const settings = text.split('\n').flatMap(line => {
    const [, list = ''] = /^\s*dtparam=([^#]*)/.exec(line) ?? []
    return list.split(',').map(one => one.trim())
  })
  const last = settings.findLast(one => /^(i2c|i2c_arm|i2c1)(=|$)/.test(one))
  return last !== undefined && !/=(off|0|false|no)$/.test(last)
}

export function checkChips(scan: BusScan | undefined, { kernelAdcs }: HardwareInventory, needs: Requirements): Check {
  const kernelChips = kernelAdcs.map(
    ({ name, device, channels }) => `${name} (${device}) by the kernel, ${channels.length} channels`,
  )
  if (scan === undefined || needs.i2c === undefined) {
    return kernelChips.length > 0 ? ok('chips', kernelChips.join('; ')) : skip('chips', 'no I2C bus was asked')
  }
  if ('message' in scan) return checkFromMessage('chips', scan.message)
  const words = [...scan.findings.map(({ words }) => words), ...kernelChips]
  if (words.length === 0) {
    const text = `nothing that we know answers on /dev/i2c-${needs.i2c.bus} (asked: ${addressList(addressesOf(CHIP_DRIVERS))})`
    return fail('chips', text, `check 3V3, GND, SDA (pin 3) and SCL (pin 5), then: i2cdetect -y ${needs.i2c.bus}`)
  }
  const list = words.join('; ')
  const wrong = configuredElsewhere(scan.findings, needs.i2c, list)
  if (wrong !== undefined) return wrong
  const uncertain = scan.findings.find(({ certain, drivers }) => !certain && drivers.length > 0)
  const isClear = scan.findings.some(({ certain }) => certain) || kernelChips.length > 0
  if (uncertain === undefined || isClear) return ok('chips', list)
  return warn('chips', list, `read what is printed on the chip, and name it: ${settingFor(uncertain)}`)
}

/** Is the chip that is configured another one, or at another address? */
function configuredElsewhere(
  findings: readonly I2cFinding[],
  { driver, address }: NonNullable<Requirements['i2c']>,
  list: string,
): Check | undefined {
  if (address === 0 || !isChip(driver)) return undefined
  const there = findings.find(finding => finding.address === address)
  const others = findings.filter(({ drivers }) => drivers.some(isChip))
  if (there === undefined) {
    if (others.length === 0) return undefined
    const text = `nothing answers at ${hex(address)}, which is configured; there is ${list}`
    return fail('chips', text, others.flatMap(finding => settingFor(finding) ?? []).join(', or '))
  }
  if (driver === AUTO || !there.certain || !there.drivers.some(isChip) || there.drivers.includes(driver))
    return undefined
  return fail('chips', `${driver} is configured, but there is ${list}`, settingFor(there) ?? '')
}

const AUTO = 'auto'

/** Is it the driver of a chip, or the one that looks for a chip? */
function isChip(driver: string): boolean {
  return driver === AUTO || CHIP_DRIVERS.some(({ name }) => name === driver)
}

/** `sudo raspi-config nonint do_i2c 0` sets the parameter, and has i2c-dev loaded at every start; only Raspberry Pi OS has it. */
function enableI2cFix(boot: BootConfig | undefined): string {
  if (boot !== undefined && enablesI2c(boot.text))
    return `${LOAD_I2C_DEV}   (${boot.path} has dtparam=i2c_arm=on already: was it rebooted?)`
  const path = boot?.path ?? '/boot/firmware/config.txt'
  return (
    'sudo raspi-config nonint do_i2c 0 && sudo reboot\n' +
    `where there is no raspi-config: echo dtparam=i2c_arm=on | sudo tee -a ${path}; ${LOAD_I2C_DEV}; sudo reboot`
  )
}
