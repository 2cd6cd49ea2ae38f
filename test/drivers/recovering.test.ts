import { describe, expect, it } from 'vitest'
import {
  type Adc,
  type AdcDriver,
  DriverError,
  type DriverFault,
  type Output,
  type OutputDriver,
} from '../../drivers/contract.ts'
import { mayAppear, openAdc, openOutput, openOutputInTime, recovering } from '../../drivers/recovering.ts'
import { context, faultOf } from './fake-machine.ts'

/** A part that fails while `fault` is set; counts its openings and tries. */
function part() {
  const state = { fault: undefined as DriverFault | undefined, opens: 0, tries: 0, closes: 0 }
  const open = () => {
    state.opens++
    return { close: () => void state.closes++ }
  }
  const use = () => {
    state.tries++
    if (state.fault !== undefined) throw new DriverError(state.fault, 'it failed')
    return state.tries
  }
  return { state, open, use }
}

describe('a part that fails', () => {
  it('is opened afresh at the next use', () => {
    const { state, open, use } = part()
    const world = context()
    const held = recovering(open, world.nowMs)
    state.fault = 'silent'
    expect(() => held.use(use)).toThrow('it failed')
    expect(state).toMatchObject({ opens: 1, closes: 1 })
    state.fault = undefined
    expect(held.use(use)).toBe(2)
    expect(state).toMatchObject({ opens: 2, closes: 1 })
  })

  it('is left alone for 100 ms after the second failure, and says the same again', () => {
    const { state, open, use } = part()
    const world = context()
    const held = recovering(open, world.nowMs)
    state.fault = 'silent'
    for (let i = 0; i < 5; i++) expect(() => held.use(use)).toThrow('it failed')
    expect(state.tries).toBe(2)
    world.ms += 100
    expect(() => held.use(use)).toThrow('it failed')
    expect(state.tries).toBe(3)
  })

  it('is left alone for five seconds when the bus is stuck, for every try blocks', () => {
    const { state, open, use } = part()
    const world = context()
    const held = recovering(open, world.nowMs)
    state.fault = 'stuck'
    expect(() => held.use(use)).toThrow('it failed')
    world.ms += 4999
    expect(() => held.use(use)).toThrow('it failed')
    expect(state.tries).toBe(1)
    state.fault = undefined
    world.ms += 1
    expect(held.use(use)).toBe(2)
  })

  it('is closed once, and cannot be used after', () => {
    const { state, open, use } = part()
    const held = recovering(open, context().nowMs)
    held.close()
    held.close()
    expect(state.closes).toBe(1)
    expect(() => held.use(use)).toThrow(/is closed/)
    expect(state.opens).toBe(1)
  })

  it('lets mistakes in the program through', () => {
    const held = recovering(part().open, context().nowMs)
    expect(() =>
      held.use(() => {
        throw new TypeError('a mistake')
      }),
    ).toThrow(TypeError)
  })
})

const ON_A_PI = () => true
const ELSEWHERE = () => false

/** A knob that cannot be opened while `fault` is set. */
function knob() {
  const state = { fault: undefined as DriverFault | undefined, cause: undefined as unknown, tries: 0, closes: 0 }
  const adc: Adc = {
    description: 'a knob',
    mocked: false,
    fullScaleVolts: 5,
    read: () => 0.7,
    close: () => void state.closes++,
  }
  const driver = {
    ...{ name: 'test', kind: 'adc', help: '', fields: {}, thread: 'neuron' },
    open() {
      state.tries++
      if (state.fault) throw new DriverError(state.fault, `it is ${state.fault}`, { cause: state.cause })
      return adc
    },
  } as const satisfies AdcDriver
  return { state, driver, adc }
}

describe('a part that cannot be opened', () => {
  it.each<[DriverFault, 'adc' | 'output', boolean, boolean]>([
    ['silent', 'adc', false, true],
    ['stuck', 'adc', false, true],
    ['busy', 'output', false, true],
    ['absent', 'adc', true, true],
    ['absent', 'adc', false, false],
    ['absent', 'output', true, false],
    ['permission', 'adc', true, false],
    ['permission', 'output', true, false],
    ['unloadable', 'adc', true, false],
    ['misused', 'output', true, false],
  ])('for being %s, %s, on a Pi: %s, may come by itself: %s', (fault, kind, raspberryPi, may) => {
    expect(mayAppear(new DriverError(fault, ''), kind, () => raspberryPi)).toBe(may)
  })

  it('is no part at all when the driver has a mistake', () => {
    expect(mayAppear(new TypeError('a mistake'), 'adc', ON_A_PI)).toBe(false)
  })

  it('ends the opening with its message when it will not come', () => {
    const { state, driver } = knob()
    state.fault = 'permission'
    expect(faultOf(() => openAdc(driver, {}, context(), () => {}, ON_A_PI)).message).toBe('it is permission')
  })

  it('is the driver’s own part when nothing is wrong', () => {
    const { driver, adc } = knob()
    expect(openAdc(driver, {}, context(), () => {}, ELSEWHERE)).toBe(adc)
  })
})

describe('a knob that is awaited', () => {
  it('fails to be read until it comes, then is itself, and says so once', () => {
    const { state, driver } = knob()
    const world = context()
    let opened = 0
    state.fault = 'silent'
    const adc = openAdc(driver, { supplyVolts: 3.3 }, world, () => opened++, ELSEWHERE)
    expect([adc.description, adc.fullScaleVolts, adc.mocked]).toEqual(['test, not there yet', 3.3, false])
    expect(faultOf(() => adc.read()).message).toBe('it is silent')
    state.fault = undefined
    world.ms += 250
    expect([adc.read(), adc.read(), opened]).toEqual([0.7, 0.7, 1])
    expect([adc.description, adc.fullScaleVolts]).toEqual(['a knob', 5])
    adc.close()
    expect(state.closes).toBe(1)
  })

  it('is tried less and less often, but every two seconds', () => {
    const { state, driver } = knob()
    const world = context()
    state.fault = 'absent'
    const adc = openAdc(driver, {}, world, () => {}, ON_A_PI)
    const triedAtMs: number[] = []
    for (const startMs = world.ms; world.ms < startMs + 10_000; world.ms += 10) {
      const before = state.tries
      faultOf(() => adc.read())
      if (state.tries > before) triedAtMs.push(world.ms - startMs)
    }
    expect(triedAtMs).toEqual([250, 750, 1750, 3750, 5750, 7750, 9750])
  })

  it('is tried every five seconds on a stuck bus, for each try blocks', () => {
    const { state, driver } = knob()
    const world = context()
    state.fault = 'stuck'
    const adc = openAdc(driver, {}, world, () => {}, ON_A_PI)
    world.ms += 4999
    faultOf(() => adc.read())
    expect(state.tries).toBe(1)
    world.ms += 1
    faultOf(() => adc.read())
    expect(state.tries).toBe(2)
  })

  it('tells of what auto has tried the one fault that matters, and the latest one', () => {
    const { state, driver } = knob()
    const world = context()
    Object.assign(state, { fault: 'absent', cause: new DriverError('absent', 'No ADS1115 shows itself.') })
    const adc = openAdc(driver, {}, world, () => {}, ON_A_PI)
    expect(faultOf(() => adc.read()).message).toBe('No ADS1115 shows itself.')
    Object.assign(state, { fault: 'misused', cause: undefined })
    world.ms += 250
    expect(faultOf(() => adc.read()).message).toBe('it is misused')
  })

  it('is not opened any more once it is closed', () => {
    const { state, driver } = knob()
    const world = context()
    state.fault = 'silent'
    const adc = openAdc(driver, {}, world, () => {}, ON_A_PI)
    adc.close()
    state.fault = undefined
    world.ms += 60_000
    expect(faultOf(() => adc.read()).message).toBe('it is silent')
    expect([state.tries, state.closes]).toEqual([1, 0])
  })
})

it('an output that is awaited fails to be set until it comes', () => {
  const world = context()
  const set: boolean[] = []
  let busy = true
  const output: Output = { description: 'GPIO17', mocked: false, set: on => void set.push(on), close() {} }
  const driver = {
    ...{ name: 'cdev', kind: 'output', help: '', fields: {}, thread: 'neuron' },
    open() {
      if (busy) throw new DriverError('busy', 'another program holds it')
      return output
    },
  } as const satisfies OutputDriver
  const awaited = openOutput(driver, {}, world, () => {}, ON_A_PI)
  expect([awaited.description, faultOf(() => awaited.set(false)).fault]).toEqual(['cdev, not there yet', 'busy'])
  busy = false
  world.ms += 250
  awaited.set(true)
  expect([awaited.description, set]).toEqual(['GPIO17', [true]])
})

it('an output that could not be opened for a lasting fault is tried again at every setting, and is then itself', () => {
  const shown: number[] = []
  let tries = 0
  let allowed = false
  const output: Output = {
    ...{ description: 'LED', mocked: true, set() {}, close() {} },
    dim: brightness => void shown.push(brightness),
  }
  const later = openOutputInTime(() => {
    tries++
    if (!allowed) throw new DriverError('permission', 'not permitted')
    return output
  }, context().nowMs)
  expect([later.description, later.mocked, later.dim]).toEqual(['not opened yet', false, undefined])
  for (let k = 0; k < 3; k++) expect(faultOf(() => later.set(true)).message).toBe('not permitted')
  expect(tries).toBe(4)
  allowed = true
  later.set(true)
  later.dim?.(0.5)
  expect([later.description, later.mocked, shown]).toEqual(['LED', true, [0.5]])
})
