import { describe, expect, it } from 'vitest'
import { chipDrivers, classify } from '../../../drivers/adc/i2c-scan.ts'
import { ADC_DRIVERS } from '../../../drivers/registry.ts'
import { requirementsOf } from '../../../src/cli/doctor/config-requirements.ts'
import { addressList, checkChips, checkGpio, checkI2c, enablesI2c } from '../../../src/cli/doctor/gpio-and-i2c.ts'
import { configured, machine, ON_PI, PI3, PI4, PI5, SIMULATED } from './fake-machine.ts'

describe('GPIO', () => {
  it.each([
    [PI3, 'pinctrl-bcm2835 (54 lines, sysfs base 512, the header)'],
    [PI4, 'pinctrl-bcm2711 (58 lines, sysfs base 512, the header)'],
    [PI5, 'pinctrl-rp1 (54 lines, sysfs base 569, the header)'],
  ])('of a %s is named by label, lines and base', (model, words) => {
    expect(checkGpio(machine(model), ON_PI)).toMatchObject({ status: 'ok', text: `/dev/gpiochip0 ${words}` })
  })

  it('that this user may not open says so', () => {
    const closed = machine(PI4, { gpioChips: [], sysfsChips: [] })
    expect(checkGpio(closed, ON_PI)).toMatchObject({ status: 'fail', text: expect.stringContaining('/dev/gpiochip0') })
  })

  it('that is only seen by its labels cannot be driven yet', () => {
    const found = checkGpio(machine(PI5, { gpioChips: [] }), ON_PI)
    expect(found).toMatchObject({ status: 'warn', text: expect.stringContaining('pinctrl-rp1') })
  })

  it('of another board wants its chip named', () => {
    const chip = { label: 'rockchip,gpio', lines: 32, path: '/dev/gpiochip0' }
    const board = machine('', { gpioPaths: ['/dev/gpiochip0'], gpioChips: [chip] })
    expect(checkGpio(board, ON_PI)).toMatchObject({ status: 'warn', fix: expect.stringContaining('rockchip,gpio') })
  })

  it('that is not there fails where it is needed, and else does not matter', () => {
    expect(checkGpio(machine(''), ON_PI).status).toBe('fail')
    expect(checkGpio(machine(''), SIMULATED).status).toBe('skip')
  })
})

describe('the I2C bus', () => {
  const NO_BUS = machine(PI4, { i2cBuses: [] })

  it.each([
    ['', 'raspi-config nonint do_i2c 0'],
    ['#dtparam=i2c_arm=on\n', 'raspi-config nonint do_i2c 0'],
    ['dtparam=i2c_arm=on\n', 'modprobe i2c-dev'],
    ['dtparam=i2c_arm=on\n', 'echo i2c-dev | sudo tee /etc/modules-load.d/i2c-dev.conf'],
    ['', 'where there is no raspi-config: echo dtparam=i2c_arm=on | sudo tee -a /boot/firmware/config.txt'],
  ])('that is missing with config.txt %j is fixed by %s', (text, fix) => {
    const found = checkI2c(NO_BUS, ON_PI, { path: '/boot/firmware/config.txt', text })
    expect(found).toMatchObject({ status: 'fail', fix: expect.stringContaining(fix) })
    expect(found.fix).toContain('dtparam=i2c_arm=on')
  })

  it.each([
    [false, 'warn'],
    [true, 'ok'],
    [undefined, 'ok'],
  ])('that is there, with its driver loaded at every start: %s, is %s', (loadsI2cDev, status) => {
    const boot = { path: '/boot/config.txt', text: 'dtparam=i2c_arm=on\n', loadsI2cDev }
    const found = checkI2c(machine(), ON_PI, boot)
    expect(found.status).toBe(status)
    if (status === 'warn') expect(found.fix).toMatch(/modules-load\.d.*modprobe i2c-dev/)
  })

  it('elsewhere than on a Raspberry Pi is loaded for good too', () => {
    expect(checkI2c(machine('', { i2cBuses: [] }), ON_PI, undefined).fix).toMatch(/modules-load\.d.*modprobe i2c-dev/)
  })

  it.each([
    ['dtparam=i2c_arm=on', true],
    ['dtparam=spi=on,i2c_arm=on', true],
    ['dtparam=i2c=on # for the knob', true],
    ['dtparam=i2c_arm', true],
    ['dtparam=i2c_arm=on\ndtparam=i2c_arm=off', false],
    ['dtparam=i2c_arm_baudrate=400000', false],
    ['  #dtparam=i2c_arm=on', false],
  ])('%j in config.txt enables it: %s', (text, enabled) => {
    expect(enablesI2c(text)).toBe(enabled)
  })

  const CHIPS = chipDrivers(ADC_DRIVERS)
  const ADS = classify(CHIPS, { address: 0x48, registers: { 2: [0x80, 0x00], 3: [0x7f, 0xff] } })
  const VAGUE = classify(CHIPS, { address: 0x4b, registers: { 2: [0xff, 0xff], 3: [0xff, 0xff] } })

  it('names the addresses that it asked as ranges', () => {
    expect(addressList([0x04, 0x08, 0x48, 0x49, 0x4a, 0x4b])).toBe('0x04, 0x08, 0x48 to 0x4b')
    expect(checkChips({ findings: [] }, machine(), ON_PI).text).toContain('(asked: 0x04, 0x08, 0x48 to 0x4f)')
  })

  it.each([
    ['an ADS1115', [ADS], 'ok', 'ADS1115 or ADS1015'],
    ['a chip that cannot be told', [VAGUE], 'warn', 'ambiguous'],
    ['nothing', [], 'fail', 'nothing that we know answers'],
  ] as const)('with %s is judged', (_, findings, status, words) => {
    const found = checkChips({ findings }, machine(), ON_PI)
    expect(found).toMatchObject({ status, text: expect.stringContaining(words) })
    if (status !== 'ok') expect(found.fix).toBeDefined()
  })

  const needs = (driver: string, address: number) => requirementsOf(configured(driver, 'auto', { address }), true)
  const HAT = classify(CHIPS, { address: 0x08, registers: { 0: [4, 0] } })
  const OWNED = classify(CHIPS, { address: 0x49, owned: true, registers: {} })

  it.each([
    [
      'nothing at the address',
      'ads1115',
      0x49,
      [ADS],
      /^nothing answers at 0x49, which is configured; there is 0x48/,
      'input: { driver: ads1115, address: 0x48 }',
    ],
    [
      'nothing there for auto',
      'auto',
      0x48,
      [HAT],
      /^nothing answers at 0x48/,
      'input: { driver: grove, address: 0x08 }',
    ],
    [
      'another chip',
      'pcf8591',
      0x48,
      [ADS],
      /^pcf8591 is configured, but there is 0x48: ADS1115/,
      'input: { driver: ads1115, address: 0x48 }',
    ],
  ] as const)('with %s where %s is configured fails, and names the setting', (_, driver, address, findings, text, fix) => {
    const found = checkChips({ findings }, machine(), needs(driver, address))
    expect(found).toMatchObject({ status: 'fail', text: expect.stringMatching(text), fix })
  })

  it.each([
    ['ads1115', 0x48, [ADS]],
    ['ads1015', 0x48, [ADS]],
    ['auto', 0x48, [ADS]],
    ['auto', 0, [HAT]],
    ['iio', 0, [OWNED, ADS]],
  ] as const)('with the chip that %s at %i reads is good', (driver, address, findings) => {
    expect(checkChips({ findings }, machine(), { ...ON_PI, ...needs(driver, address) }).status).not.toBe('fail')
  })

  it('names the whole setting of a chip that cannot be told', () => {
    const fix = checkChips({ findings: [VAGUE] }, machine(), ON_PI).fix
    expect(fix).toMatch(/input: { driver: pcf8591 \| .*ads1115.*, address: 0x4b }$/)
  })

  it('that is blocked says so, with the next step apart', () => {
    const message =
      'I2C 0x48 on /dev/i2c-1: connection timed out (ETIMEDOUT). The bus is blocked: check SDA and SCL for a short.'
    expect(checkChips({ message }, machine(), ON_PI)).toEqual({
      name: 'chips',
      status: 'fail',
      text: 'I2C 0x48 on /dev/i2c-1: connection timed out (ETIMEDOUT)',
      fix: 'The bus is blocked: check SDA and SCL for a short.',
    })
  })
})
