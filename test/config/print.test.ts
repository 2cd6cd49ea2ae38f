import { describe, expect, it } from 'vitest'
import { DRIVERS } from '../../drivers/registry.ts'
import { loadConfig, loadWithOrigins } from '../../src/config/load.ts'
import { configJson, configYaml } from '../../src/config/print.ts'
import { CATALOG } from '../fakes/catalog.ts'

const SOURCES = {
  env: { NEUROND_MQTT__URL: 'mqtt://me:hush@host' },
  set: ['outputs=[{name: led, driver: lamp}]'],
  drivers: CATALOG,
  hostname: 'pi',
}

describe('a printed configuration', () => {
  it('is a file that gives the same configuration again', () => {
    const loaded = loadWithOrigins({ ...SOURCES, env: {} })
    const readFile = () => configYaml(loaded, true)
    expect(loadConfig({ ...SOURCES, env: {}, set: [], file: 'shown.yaml', readFile })).toEqual(loaded.config)
  })

  it('says beside each value who set it', () => {
    const yaml = configYaml(loadWithOrigins(SOURCES), true)
    expect(yaml).toContain('  tauMs: 10 # default\n')
    expect(yaml).toContain('  - driver: lamp # --set outputs\n')
    expect(yaml).toContain('  url: mqtt://me:***@host # NEUROND_MQTT__URL\n')
  })

  it('says the same to programs', () => {
    const listed = JSON.parse(configJson(loadWithOrigins(SOURCES), true))
    expect(listed).toContainEqual({ path: 'outputs.0.name', value: 'led', origin: '--set outputs' })
    expect(JSON.parse(configJson(loadWithOrigins(SOURCES), false))).toMatchObject({
      id: 'pi',
      mqtt: { keepaliveS: 10 },
    })
  })

  it('shows an address as it is printed on the chip', () => {
    const yaml = (address: string) =>
      configYaml(
        loadWithOrigins({ ...SOURCES, drivers: DRIVERS, set: ['input.driver=auto', `input.address=${address}`] }),
        false,
      )
    expect(yaml('0x48')).toContain('  address: 0x48\n')
    expect(yaml('75')).toContain('  address: 0x4b\n')
    expect(yaml('0')).toContain('  address: 0\n')
  })

  it('spells a line that would be refused as a number alone', () => {
    const sources = {
      ...SOURCES,
      env: {},
      drivers: DRIVERS,
      set: ['outputs=[{name: a, line: GPIO11}, {name: b, line: 17}]'],
    }
    const loaded = loadWithOrigins(sources)
    const yaml = configYaml(loaded, false)
    expect(yaml).toMatch(/line: GPIO11\n[\s\S]*line: 17\n/)
    expect(loadConfig({ ...sources, set: [], file: 'shown.yaml', readFile: () => yaml })).toEqual(loaded.config)
  })

  it('never shows a password', () => {
    const loaded = loadWithOrigins(SOURCES)
    for (const text of [true, false].flatMap(origins => [configYaml(loaded, origins), configJson(loaded, origins)])) {
      expect(text).toContain('me:***@host')
      expect(text).not.toContain('hush')
    }
  })
})
