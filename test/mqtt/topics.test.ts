import { describe, expect, it } from 'vitest'
import { topicsOf } from '../../src/mqtt/topics.ts'

describe('topics', () => {
  it('stand below base and id', () => {
    expect(topicsOf('neuron/v1', 'pi-a').spikes).toBe('neuron/v1/pi-a/spikes')
  })

  it('refuse an id that means a whole class', () => {
    expect(() => topicsOf('neuron/v1', 'all')).toThrow(/id is "all", must be another name/)
  })

  it.each(['', 'Pi', 'a/b', '+', 'ü', 'a'.repeat(33)])('refuse the id "%s"', id => {
    expect(() => topicsOf('neuron/v1', id)).toThrow(/must be 1 to 32 of the characters/)
  })

  it.each(['', '/a', 'a/', 'a//b', 'a/+/b', '#', '$SYS/a', 'a b', 'x'.repeat(201)])('refuse the base "%s"', base => {
    expect(() => topicsOf(base, 'pi-a')).toThrow(/mqtt.base is ".*", must be topic levels/)
  })
})
