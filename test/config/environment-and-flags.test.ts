import { describe, expect, it } from 'vitest'
import { environmentSettings, flagSettings } from '../../src/config/environment-and-flags.ts'

const KEYS = ['mqtt', 'url', 'outputs', 'pulseMs', 'input', 'holdMs']

function fromEnvironment(env: Record<string, string>): unknown[] {
  return environmentSettings(env, KEYS).map(({ path, value, origin }) => [path, value, origin])
}

function fromFlags(...flags: string[]): unknown[] {
  return flagSettings(flags).settings.map(({ path, value, origin }) => [path, value, origin])
}

describe('an environment variable', () => {
  it('finds its key whatever the case, and list entries by number', () => {
    expect(fromEnvironment({ NEUROND_OUTPUTS__10__PULSEMS: '5', NEUROND_outputs__2__pulseMs: '6' })).toEqual([
      [['outputs', 2, 'pulseMs'], 6, 'NEUROND_outputs__2__pulseMs'],
      [['outputs', 10, 'pulseMs'], 5, 'NEUROND_OUTPUTS__10__PULSEMS'],
    ])
  })

  it('keeps an unknown key, for it to be complained of', () => {
    expect(fromEnvironment({ NEUROND_MQTT__URI: 'x' })).toEqual([[['mqtt', 'uri'], 'x', 'NEUROND_MQTT__URI']])
  })

  it('is left alone without the prefix', () => {
    expect(fromEnvironment({ PATH: '/bin', NEURON_MQTT__URL: 'x' })).toEqual([])
  })
})

describe('a flag', () => {
  it.each([
    ['5', 5],
    ['0x48', 0x48],
    ['true', true],
    ['null', null],
    ['', ''],
    ['mqtt://me:pw@host:1883/a=b', 'mqtt://me:pw@host:1883/a=b'],
    ['"5"', '5'],
    ['a: b', 'a: b'],
    ['@home', '@home'],
    ['- a', '- a'],
    ['[*a]', '[*a]'],
    ['{a: &a [*a]}', '{a: &a [*a]}'],
  ])('%j is read as YAML reads a plain value', (text, value) => {
    expect(fromFlags(`mqtt.url=${text}`)).toEqual([[['mqtt', 'url'], value, '--set mqtt.url']])
  })

  it('may set a whole list or map in brackets', () => {
    expect(fromFlags('outputs=[{pulseMs: 5}]').map(setting => (setting as unknown[]).slice(0, 2))).toEqual([
      [['outputs'], []],
      [['outputs', 0], {}],
      [['outputs', 0, 'pulseMs'], 5],
    ])
  })

  it.each(['mqtt.url', '=5', ''])('%j sets nothing, and says how it is written', flag => {
    expect(flagSettings([flag])).toEqual({
      settings: [],
      complaints: [{ path: '', where: '--set', message: expect.stringContaining('write it as --set neuron.tauMs=20') }],
    })
  })
})
