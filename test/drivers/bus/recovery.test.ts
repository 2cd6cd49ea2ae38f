import { describe, expect, it } from 'vitest'
import { recovering } from '../../../drivers/bus/recovery.ts'
import { DriverError, type DriverFault } from '../../../drivers/contract.ts'
import { context } from '../fake-machine.ts'

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
