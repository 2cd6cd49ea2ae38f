import { openSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openI2cDev } from '../../../drivers/bus/i2c-dev.ts'
import { loadLibc } from '../../../drivers/bus/libc.ts'
import { loadNative, unloadable } from '../../../drivers/bus/load-native-module.ts'
import { faultOf } from '../fake-machine.ts'

describe('a native module that cannot be loaded', () => {
  it.each([
    ["Cannot find module 'i2c-bus'\nRequire stack:", /is not installed. Run `npm install --include=optional i2c-bus`/],
    [
      'Could not locate the bindings file. Tried:',
      /was not built.*`npm rebuild i2c-bus`.*build-essential.*--allow-scripts/,
    ],
    [
      'Cannot find the native Koffi module; did you bundle it correctly?',
      /without its part for this processor.*`npm install --include=optional/,
    ],
    [
      "The module 'i2c.node'\nwas compiled against a different Node.js version using",
      /another Node.js than v.*npm rebuild/,
    ],
    ['Module did not self-register: i2c.node', /one thread only/],
    [
      'libfoo.so: cannot open shared object file\nmore',
      /cannot be loaded: libfoo.so: cannot open shared object file\. Try/,
    ],
  ])('says what fixes it: %s', (message, words) => {
    const cause = new Error(message)
    const error = unloadable('i2c-bus', 'i2c-bus', cause)
    expect([error.fault, error.message]).toEqual(['unloadable', expect.stringMatching(words)])
    expect(error.cause).toBe(cause)
  })

  it('names the part that is to be built', () => {
    expect(unloadable('onoff', 'epoll', new Error('Could not locate the bindings file')).message).toMatch(
      /rebuild epoll/,
    )
  })

  it('is told apart from one that lacks a module of its own', () => {
    expect(unloadable('onoff', 'epoll', new Error("Cannot find module 'epoll'")).message).toMatch(/cannot be loaded/)
  })

  it('is reported when it is loaded, not before', () => {
    expect(faultOf(() => loadNative('no-such-module')).message).toMatch(/no-such-module is not installed/)
    expect(loadNative('node:fs')).toHaveProperty('openSync')
  })

  it.each(['armv6l', 'armv5tel'])('is not loaded on a processor where it ends the process: koffi on %s', processor => {
    const load = () => {
      throw new Error('SIGILL')
    }
    const error = faultOf(() => loadNative('koffi', 'koffi', load, processor))
    expect([error.fault, error.message]).toEqual([
      'unloadable',
      expect.stringMatching(new RegExp(`koffi is not made for this processor \\(${processor}\\)\\. .*sysfs.*i2c-bus`)),
    ])
  })

  it.each([
    ['koffi', 'armv7l'],
    ['koffi', 'aarch64'],
    ['koffi', 'x86_64'],
    ['i2c-bus', 'armv6l'],
    ['onoff', 'armv6l'],
  ])('%s is loaded on %s', (name, processor) => {
    expect(loadNative(name, name, () => 'loaded', processor)).toBe('loaded')
  })

  it('is looked for once', () => {
    let tries = 0
    const load = () => {
      tries++
      throw new Error("Cannot find module 'another'")
    }
    for (let i = 0; i < 3; i++) expect(faultOf(() => loadNative('another', 'another', load)).fault).toBe('unloadable')
    expect(tries).toBe(1)
  })
})

const koffi = (() => {
  try {
    return loadLibc()
  } catch {
    return undefined
  }
})()

describe.skipIf(koffi === undefined)('the C library by koffi', () => {
  it('gives the error number of an ioctl that the device does not know', () => {
    const fd = openSync('/dev/null', 'r+')
    const transfer = { msgs: [{ addr: 1, flags: 0, len: 1, buf: Buffer.alloc(1) }], nmsgs: 1 }
    for (const argument of [0x48, Buffer.alloc(16), transfer]) expect(koffi!.ioctl(fd, 0x0703, argument)).toBe(-25)
    koffi!.close(fd)
    expect(koffi!.ioctl(fd, 0x0703, 0)).toBe(-9)
  })

  it('reaches an I2C bus only if there is one', () => {
    const error = faultOf(() => openI2cDev({ bus: 99, address: 0x48 }))
    expect([error.fault, error.message]).toEqual(['absent', expect.stringMatching(/ENOENT.*no \/dev\/i2c-99/)])
  })
})
