import { describe, expect, it } from 'vitest'
import { type I2cBusModule, openI2cBus } from '../../../drivers/bus/i2c-bus-module.ts'
import { LONGEST_TRANSFER_MS, limitTransfers, openI2cDev } from '../../../drivers/bus/i2c-dev.ts'
import { type I2cPlace, i2cError } from '../../../drivers/bus/i2c-interface.ts'
import { openI2cBy } from '../../../drivers/bus/i2c-transport.ts'
import type { Libc } from '../../../drivers/bus/libc.ts'
import { DriverError } from '../../../drivers/contract.ts'
import { scriptedI2c } from '../../fakes/scripted-i2c.ts'
import { faultOf, tree } from '../fake-machine.ts'

const PLACE = { bus: 1, address: 0x48 }

describe('a failed transfer', () => {
  it.each([
    [2, 'absent', /no \/dev\/i2c-1: /],
    [13, 'permission', /usermod -aG i2c/],
    [121, 'silent', /EREMOTEIO.*Nothing answers at 0x48.*i2cdetect -y 1/],
    [6, 'silent', /Nothing answers/],
    [5, 'silent', /Nothing answers/],
    [16, 'busy', /kernel driver owns 0x48.*iio/],
    [110, 'stuck', /SDA and SCL/],
    [11, 'stuck', /SDA and SCL/],
    [95, 'misused', /plain I2C/],
  ] as const)('with errno %i is %s, and says what fixes it', (errno, fault, words) => {
    const error = i2cError(PLACE, errno)
    expect([error.fault, error.message]).toEqual([fault, expect.stringMatching(words)])
  })

  it('on a bus that is not there advises what there is on this machine: raspi-config on a Raspberry Pi alone', () => {
    expect(i2cError(PLACE, 2, true).message).toContain('enable I2C with `sudo raspi-config nonint do_i2c 0`')
    expect(i2cError(PLACE, 2, false).message).toContain('There is no /dev/i2c-1: load the driver of I2C buses with')
    expect(i2cError(PLACE, 2, false).message).not.toContain('raspi-config')
    for (const raspberryPi of [true, false])
      expect(i2cError(PLACE, 2, raspberryPi).message).toMatch(
        /tee \/etc\/modules-load\.d\/i2c-dev\.conf && sudo modprobe i2c-dev/,
      )
  })

  it('is known by its number, whatever its sign and code', () => {
    for (const cause of [{ errno: 121, code: '' }, { errno: -121, code: 'EREMOTEIO' }, 121, -121])
      expect(i2cError(PLACE, cause).fault).toBe('silent')
  })

  it('keeps its cause, and what has been translated stays as it is', () => {
    const cause = Object.assign(new Error('no'), { errno: -2 })
    const error = i2cError(PLACE, cause)
    expect(error.cause).toBe(cause)
    expect(i2cError(PLACE, error)).toBe(error)
  })

  it('without a number is a wrong option', () => {
    const error = i2cError(PLACE, new Error('Invalid I2C address 128'))
    expect([error.fault, error.message]).toEqual(['misused', expect.stringMatching(/Invalid I2C address 128/)])
  })
})

describe('i2c-bus', () => {
  function module(failing: string[] = []) {
    const calls: string[] = []
    const call = (name: string, answer: readonly number[] = []) => {
      calls.push(name)
      if (failing.includes(name)) throw Object.assign(new Error('failed'), { errno: 121 })
      return answer
    }
    const bus = {
      i2cFuncsSync: () => call('funcs'),
      i2cReadSync: (address: number, length: number, into: Buffer) => into.set(call(`read ${address} ${length}`)) ?? 0,
      i2cWriteSync: (address: number, length: number, bytes: Buffer) =>
        call(`write ${address} ${length} ${bytes[0]}`).length,
      readI2cBlockSync: (address: number, register: number, length: number) =>
        call(`block ${address} ${register} ${length}`).length,
      closeSync: () => void call('close'),
    }
    return { calls, module: { openSync: () => bus } satisfies I2cBusModule }
  }

  it('asks for the functions at once, because opening a missing bus does not fail', () => {
    const fake = module(['funcs'])
    expect(faultOf(() => openI2cBus(PLACE, fake.module)).fault).toBe('silent')
  })

  it('writes, reads, and reads a register in one transfer', () => {
    const fake = module()
    const bus = openI2cBus(PLACE, fake.module)
    bus.write(Buffer.of(1, 2, 3))
    bus.read(Buffer.alloc(2))
    bus.writeRead(Buffer.of(5), Buffer.alloc(2))
    bus.close()
    expect(fake.calls).toEqual(['funcs', 'write 72 3 1', 'read 72 2', 'block 72 5 2', 'close'])
  })

  it('translates what fails in each of them', () => {
    const fake = module(['write 72 1 1', 'read 72 2', 'block 72 5 2'])
    const bus = openI2cBus(PLACE, fake.module)
    expect(faultOf(() => bus.write(Buffer.of(1)))).toBeInstanceOf(DriverError)
    expect(faultOf(() => bus.read(Buffer.alloc(2)))).toBeInstanceOf(DriverError)
    expect(faultOf(() => bus.writeRead(Buffer.of(5), Buffer.alloc(2)))).toBeInstanceOf(DriverError)
  })
})

describe('the kernel ioctl', () => {
  function fakeLibc(result: (request: number) => number) {
    const calls: unknown[] = []
    const libc: Libc = {
      ioctl(_fd, request, argument) {
        calls.push([request, structuredClone(argument)])
        return result(request)
      },
      close() {},
    }
    return { calls, libc }
  }

  it('claims the address, so that a kernel driver is not talked over', () => {
    const root = tree({ 'dev/i2c-1': '' })
    const fake = fakeLibc(() => -16)
    expect(faultOf(() => openI2cDev(PLACE, fake.libc, root)).fault).toBe('busy')
    expect(fake.calls).toEqual([[0x0703, 0x48]])
  })

  it('reads a register as one transfer of two messages', () => {
    const root = tree({ 'dev/i2c-1': '' })
    const fake = fakeLibc(() => 0)
    const bus = openI2cDev(PLACE, fake.libc, root)
    bus.writeRead(Buffer.of(5), Buffer.alloc(2))
    expect(fake.calls[1]).toMatchObject([
      0x0707,
      {
        nmsgs: 2,
        msgs: [
          { addr: 0x48, flags: 0, len: 1 },
          { addr: 0x48, flags: 1, len: 2 },
        ],
      },
    ])
    bus.close()
    bus.close()
  })

  it('translates what fails', () => {
    const root = tree({ 'dev/i2c-1': '' })
    const bus = openI2cDev(PLACE, fakeLibc(request => (request === 0x0707 ? -110 : 0)).libc, root)
    expect(faultOf(() => bus.writeRead(Buffer.of(5), Buffer.alloc(2))).fault).toBe('stuck')
    expect(faultOf(() => openI2cDev({ ...PLACE, bus: 7 }, fakeLibc(() => 0).libc, root)).fault).toBe('absent')
  })

  it('writes and reads plain bytes through the device file', () => {
    const root = tree({ 'dev/i2c-1': 'abcdef' })
    const bus = openI2cDev(PLACE, fakeLibc(() => 0).libc, root)
    bus.write(Buffer.from('xy'))
    const into = Buffer.alloc(2)
    bus.read(into)
    expect(into.toString()).toBe('cd')
    bus.close()
    expect(faultOf(() => bus.read(into))).toBeInstanceOf(DriverError)
  })
})

describe('the time that a blocked bus may take', () => {
  it('is a quarter of a second for one transfer, in units of 10 ms: what is lived through is longer', () => {
    const calls: unknown[] = []
    const libc: Libc = { ioctl: (_fd, request, argument) => calls.push([request, argument]), close() {} }
    limitTransfers(1, () => libc, tree({ 'dev/i2c-1': '' }))
    expect(calls).toEqual([[0x0702, 25]])
    expect(LONGEST_TRANSFER_MS).toBe(250)
  })

  it('stays as it is without koffi, and on a bus that is not there', () => {
    const without = () => {
      throw new DriverError('unloadable', 'koffi is not installed.')
    }
    expect(() => limitTransfers(1, without)).not.toThrow()
    expect(() => limitTransfers(1, () => ({ ioctl: () => 0, close() {} }), tree({}))).not.toThrow()
  })

  it.each(['auto', 'i2c-bus', 'koffi'])('is bounded before the bus is used by %s', transport => {
    const order: string[] = []
    const byBoth = (place: I2cPlace) => {
      order.push(`opens 0x${place.address.toString(16)}`)
      return scriptedI2c().open(place)
    }
    openI2cBy(transport, byBoth, byBoth, bus => order.push(`bounds ${bus}`))(PLACE)
    expect(order).toEqual(['bounds 1', 'opens 0x48'])
  })
})

describe('transport', () => {
  const unloadable = (name: string) => () => {
    throw new DriverError('unloadable', `The native module ${name} is not installed.`)
  }
  const works = scriptedI2c().open

  it('auto goes to the kernel only where i2c-bus cannot be loaded', () => {
    expect(openI2cBy('auto', works, unloadable('koffi'))(PLACE).transport).toBe('i2c-bus')
    expect(openI2cBy('auto', unloadable('i2c-bus'), works)(PLACE)).toBeDefined()
  })

  it('auto does not try the kernel when the bus is what is wrong', () => {
    const absent = () => {
      throw i2cError(PLACE, 2)
    }
    expect(faultOf(() => openI2cBy('auto', absent, works)(PLACE)).fault).toBe('absent')
  })

  it('auto gives both reasons where neither loads', () => {
    const error = faultOf(() => openI2cBy('auto', unloadable('i2c-bus'), unloadable('koffi'))(PLACE))
    expect([error.fault, error.message]).toEqual(['unloadable', expect.stringMatching(/i2c-bus is not.*koffi is not/)])
  })

  it('a named one is the only one', () => {
    expect(faultOf(() => openI2cBy('koffi', works, unloadable('koffi'))(PLACE)).fault).toBe('unloadable')
    expect(faultOf(() => openI2cBy('i2c-bus', unloadable('i2c-bus'), works)(PLACE)).fault).toBe('unloadable')
  })
})
