import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { CATALOG } from '../fakes/catalog.ts'

describe('the version of a file', () => {
  const load = (text: string) =>
    loadConfig({ file: 'my.yaml', env: {}, set: [], drivers: CATALOG, hostname: 'pi', readFile: () => text })

  it('is 1, also where the file names none', () => {
    expect(load('id: pi-a').version).toBe(1)
    expect(load('version: 1\nid: pi-a').id).toBe('pi-a')
  })

  it('is refused when it is a later one, and nothing else in it is complained of', () => {
    const words =
      /^my\.yaml:1: version is 2, and this neurond reads 1: update it .*, or go back to the file from before$/
    expect(() => load('version: 2\nneurons: []\nweb: off')).toThrow(words)
    expect(() => load('version: one')).toThrow('version is "one", must be 1')
  })

  it.each([
    ['tau_m', 'tauMs'],
    ['V_th', 'thresholdMv'],
    ['E_L', 'restMv'],
    ['v_reset', 'resetMv'],
    ['t_ref', 'refractoryMs'],
  ])('or the textbook: %s is called %s here', (key, name) => {
    expect(() => load(`neuron:\n  ${key}: 10`)).toThrow(
      `my.yaml:2: neuron.${key} is not a setting; it is called ${name} here`,
    )
  })
})
