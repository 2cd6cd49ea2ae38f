import { describe, expect, it } from 'vitest'
import type { Driver, OutputDriver } from '../../drivers/contract.ts'
import { DRIVERS } from '../../drivers/registry.ts'
import { loadWithOrigins, type Sources } from '../../src/config/load.ts'
import { ConfigError } from '../../src/config/messages.ts'
import { CATALOG } from '../fakes/catalog.ts'

function written(yaml: string, more: Partial<Sources> = {}): Sources {
  return { env: {}, set: [], drivers: CATALOG, hostname: 'pi', file: 'desktop.yaml', readFile: () => yaml, ...more }
}

function complaintsOf(sources: Sources): string[] {
  try {
    loadWithOrigins(sources)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}

describe('another driver in a later layer', () => {
  it('leaves out what belonged to the one before, and says so', () => {
    const yaml = 'input:\n  driver: dial\n  address: 0x49\n  minNa: 1\n'
    const { config, notes } = loadWithOrigins(written(yaml, { set: ['input.driver=auto'] }))
    expect(config.input).toMatchObject({ driver: 'auto', minNa: 1 })
    expect(config.input).not.toHaveProperty('address')
    expect(notes).toEqual([
      'desktop.yaml:3: input.address is left out: it is of the driver dial, and --set input.driver names another',
    ])
    const env = { NEUROND_INPUT__DRIVER: 'dial', NEUROND_INPUT__PERIODMS: '50' }
    const through = loadWithOrigins(written('input: {}\n', { env, set: ['input.driver=auto'] }))
    expect(through.notes).toEqual([expect.stringMatching(/^NEUROND_INPUT__PERIODMS: input.periodMs is left out/)])
    expect(loadWithOrigins(written(yaml, { set: ['input.driver=dial'] })).notes).toEqual([])
  })

  it('does so for each output by itself, and not where a flag brings a new list', () => {
    const bell: Driver = { ...(CATALOG[2] as OutputDriver), name: 'bell', fields: {} }
    const drivers = [...CATALOG, bell]
    const yaml = 'outputs:\n  - {name: led, driver: lamp, line: 4}\n  - {name: click, driver: lamp, line: 5}\n'
    const { config, notes } = loadWithOrigins(written(yaml, { drivers, set: ['outputs.1.driver=bell'] }))
    expect(config.outputs).toMatchObject([{ driver: 'lamp', line: 4 }, { driver: 'bell' }])
    expect(notes).toEqual([expect.stringMatching(/^desktop.yaml:3: outputs.1.line is left out/)])
    const anew = loadWithOrigins(written(yaml, { drivers, set: ['outputs=[{name: led, driver: bell}]'] }))
    expect([anew.config.outputs.length, anew.notes]).toEqual([1, []])
  })

  it('still refuses what no driver knows, and a setting of another driver beside the driver itself', () => {
    const typo = 'input: {driver: dial, adress: 0x49}\n'
    expect(complaintsOf(written(typo, { set: ['input.driver=auto'] }))).toEqual([
      expect.stringMatching(/^desktop.yaml:1: input.adress is not a setting/),
    ])
    expect(complaintsOf(written('input: {driver: auto, address: 0x49}\n'))).toHaveLength(1)
    expect(complaintsOf(written('', { set: ['input.driver=auto', 'input.address=0x49'] }))).toHaveLength(1)
  })

  it.each(['config/pi.yaml', 'config/desktop.yaml'])('may be any over %s', file => {
    for (const { kind, name } of DRIVERS) {
      const key = kind === 'adc' ? 'input' : 'outputs.0'
      const set = [`${key}.driver=${name}`]
      const { config } = loadWithOrigins({ env: {}, set, drivers: DRIVERS, hostname: 'pi', file })
      expect(kind === 'adc' ? config.input.driver : config.outputs[0]?.driver).toBe(name)
    }
  })
})

it('a refused address never shows its password, however long it is', () => {
  const url = `http://me:${'hush'.repeat(30)}@host`
  const load = () => loadWithOrigins(written('', { env: { NEUROND_MQTT__URL: url } }))
  expect(load).toThrow('is "http://me:***@host"')
})
