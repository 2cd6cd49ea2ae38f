import { describe, expect, it } from 'vitest'
import { checkFields, type Fields, refusalFields } from '../../src/fields/field-types-and-checks.ts'

const FIELDS = {
  hz: { type: 'number', unit: 'Hz', min: 1, max: 1000, default: 200, help: 'samples per second' },
  shape: { type: 'choice', choices: ['step', 'ramp'], default: 'step', help: 'its form' },
  on: { type: 'flag', default: true, help: 'on or off' },
  valuesNa: { type: 'numbers', unit: 'nA', min: -1, max: 1, most: 3, default: [], help: 'currents' },
} as const satisfies Fields

const check = (values: object) => checkFields(FIELDS, values, 'is not an argument; known are')

describe('a check against fields', () => {
  it.each([
    {},
    { hz: 1, shape: 'ramp', on: false, valuesNa: [0.5] },
    { hz: undefined, other: undefined },
  ])('has nothing to say about %j', values => expect(check(values)).toEqual([]))

  it('names every member that is unknown or wrong, in their order, with the range where there is one', () => {
    expect(check({ valuesNa: [2], nonsense: 1, on: 1, hz: 0, shape: 'sine' })).toEqual([
      {
        path: 'valuesNa',
        message: 'has 2 at index 0, must have a number from -1 to 1 nA there',
        isUnknown: false,
        range: [-1, 1],
      },
      { path: 'nonsense', message: 'is not an argument; known are hz, shape, on, valuesNa', isUnknown: true },
      { path: 'on', message: 'is 1, must be true or false', isUnknown: false },
      { path: 'hz', message: 'is 0, must be a number from 1 to 1000 Hz', isUnknown: false, range: [1, 1000] },
      { path: 'shape', message: 'is "sine", must be one of step, ramp', isUnknown: false },
    ])
  })

  it('takes no member of Object for a field', () => {
    expect(check({ constructor: 1 })).toMatchObject([{ path: 'constructor', isUnknown: true }])
  })

  it('says that none is known where there are no fields', () => {
    expect(checkFields({}, { a: 1 }, 'is not known; known are')[0]?.message).toBe('is not known; known are none')
  })

  it('becomes a refusal whose message names each member, and whose path is the first', () => {
    const [first, ...others] = check({ hz: 'x', constructor: 1 })
    const message = 'hz is "x", must be a number from 1 to 1000 Hz'
    expect(refusalFields([first!])).toEqual({ message, path: 'hz', range: [1, 1000] })
    expect(refusalFields([first!, ...others])).toMatchObject({
      message: expect.stringMatching(/^hz is "x", must be a number from 1 to 1000 Hz; constructor is not/),
      path: 'hz',
    })
  })
})
