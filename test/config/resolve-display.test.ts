import { describe, expect, it } from 'vitest'
import { loadConfig, loadWithOrigins } from '../../src/config/load.ts'
import { redacted } from '../../src/config/messages.ts'
import { configJson, configYaml } from '../../src/config/resolve.ts'
import { CATALOG } from '../fakes/catalog.ts'

const SOURCES = {
  env: { NEUROND_MQTT__URL: 'mqtt://me:hush@host' },
  set: ['outputs=[{name: led, driver: lamp}]'],
  drivers: CATALOG,
  hostname: 'pi',
}

describe('a configuration as it is shown', () => {
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

  it('never shows a password', () => {
    const loaded = loadWithOrigins(SOURCES)
    for (const text of [true, false].flatMap(origins => [configYaml(loaded, origins), configJson(loaded, origins)])) {
      expect(text).toContain('me:***@host')
      expect(text).not.toContain('hush')
    }
  })
})

it('a refused address never shows its password, however long it is', () => {
  const url = `http://me:${'hush'.repeat(30)}@host`
  const load = () => loadConfig({ ...SOURCES, env: { NEUROND_MQTT__URL: url } })
  expect(load).toThrow('is "http://me:***@host"')
})

it.each([
  ['mqtt://me:hush@host:1883', 'mqtt://me:***@host:1883'],
  ['mqtt://me:hu@sh/hush@host', 'mqtt://me:***@host'],
  ['mqtt//me:hush@host', 'mqtt//me:***@host'],
  ['mqtt://me@host', 'mqtt://me@host'],
  ['mqtt://host:1883', 'mqtt://host:1883'],
])('%s is shown as %s', (url, shown) => {
  expect(redacted({ list: [url], other: 1 })).toEqual({ list: [shown], other: 1 })
})
