import { describe, expect, it } from 'vitest'
import { DRIVERS } from '../../drivers/registry.ts'
import { loadConfig, loadWithOrigins, type Sources } from '../../src/config/load.ts'
import { ConfigError } from '../../src/config/messages.ts'
import { configYaml } from '../../src/config/print.ts'
import { CATALOG } from '../fakes/catalog.ts'

const NOTHING: Sources = { env: {}, set: [], drivers: CATALOG, hostname: 'pi' }

function written(yaml: string, more: Partial<Sources> = {}): Sources {
  return { ...NOTHING, file: 'desktop.yaml', readFile: () => yaml, ...more }
}

function complaintsOf(sources: Sources): string[] {
  try {
    loadConfig(sources)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}

function unreadable(code: string): Sources {
  const readFile = () => {
    throw Object.assign(new Error(`${code}: no luck`), { code })
  }
  return { ...NOTHING, file: 'desktop.yaml', readFile }
}

describe('where a value comes from', () => {
  it('is complete without any source', () => {
    const config = loadConfig(NOTHING)
    expect(config.neuron).toMatchObject({ model: 'lif', restMv: -70, thresholdMv: -55, tauMs: 10, capacitanceNf: 1 })
    const ends = { fromLevel: 0, toLevel: 1 }
    expect(config.input).toEqual({ driver: 'auto', minNa: 0, maxNa: 3, holdMs: 500, sampleHz: 250, ...ends })
    expect(config).toMatchObject({ id: 'pi', outputs: [], web: { port: 8080 }, loop: { tickMs: 1 } })
  })

  it('takes the file over the preset, the environment over the file, and a flag over all of them', () => {
    const yaml = 'preset: classroom\nneuron: {restMv: -60}\nweb: {port: 1}\nlog: {level: warn}\n'
    const env = { NEUROND_WEB__PORT: '2', NEUROND_LOG__LEVEL: 'error' }
    const { config, originOf } = loadWithOrigins(written(yaml, { env, set: ['web.port=3'] }))
    expect(config.neuron).toMatchObject({ tauMs: 100, restMv: -60, thresholdMv: -55 })
    expect([config.web.port, config.log.level]).toEqual([3, 'error'])
    expect(originOf(['neuron', 'tauMs'])).toBe('preset classroom')
    expect(originOf(['neuron', 'restMv'])).toBe('desktop.yaml:2')
    expect(originOf(['neuron', 'thresholdMv'])).toBe('default')
    expect(originOf(['neuron', 'initialMv'])).toBe('derived from neuron.restMv')
    expect(originOf(['neuron', 'capacitanceNf'])).toBe('derived from neuron.tauMs, neuron.resistanceMohm')
    expect(originOf(['log', 'level'])).toBe('NEUROND_LOG__LEVEL')
    expect(originOf(['web', 'port'])).toBe('--set web.port')
  })

  it('lets the current span of a preset be overridden by the file', () => {
    expect(loadConfig(written('preset: epfl')).input).toMatchObject({ minNa: 0, maxNa: 5 })
    expect(loadConfig(written('preset: epfl\ninput: {maxNa: 4}')).input).toMatchObject({ minNa: 0, maxNa: 4 })
  })

  it('changes one setting of one output by its number', () => {
    const yaml = 'outputs:\n  - {name: led, driver: lamp}\n  - {name: buzzer, driver: lamp, line: 18}\n'
    const { outputs } = loadConfig(written(yaml, { env: { NEUROND_OUTPUTS__1__PULSEMS: '5' } }))
    expect(outputs).toMatchObject([
      { name: 'led', line: 17, pulseMs: 20 },
      { name: 'buzzer', line: 18, pulseMs: 5 },
    ])
  })

  it('makes the machine’s name a slug for the id', () => {
    const idOn = (hostname: string) => loadConfig({ ...NOTHING, hostname }).id
    expect(idOn('My_Pi.local')).toBe('my-pi-local')
    expect(idOn('ü')).toBe('neuron')
    expect(idOn('all')).toBe('neuron')
    expect(idOn(`${'a'.repeat(31)}.local`)).toBe('a'.repeat(31))
  })

  it('takes a key without a value as not written', () => {
    expect(loadConfig(written('mqtt:\nweb:\n  port:\n')).web.port).toBe(8080)
  })

  it('leaves a seed open that nobody gave', () => {
    expect(loadConfig(NOTHING).neuron).not.toHaveProperty('seed')
    expect(loadConfig(written('neuron: {seed: 7}')).neuron.seed).toBe(7)
  })

  it('takes a capacitance in place of the time constant of an earlier source', () => {
    const set = ['neuron.capacitanceNf=5']
    expect(loadConfig(written('preset: classroom', { set })).neuron).toMatchObject({ capacitanceNf: 5, tauMs: 50 })
    expect(complaintsOf(written('neuron: {tauMs: 10, capacitanceNf: 5}'))).toHaveLength(1)
  })

  it('is frozen all the way down', () => {
    const config = loadConfig(written('outputs: [{name: led, driver: lamp}]'))
    const frozen = [config, config.neuron, config.outputs, config.outputs[0], config.mqtt.broker].map(Object.isFrozen)
    expect(frozen).toEqual([true, true, true, true, true])
  })
})

describe('what is wrong', () => {
  it('names five mistakes at once, each with its line', () => {
    const yaml = [
      'neuron:',
      '  tauMs: -3',
      '  tresholdMv: -50',
      'input:',
      '  driver: dail',
      'outputs:',
      '  - name: led',
      '    driver: lamp',
      '    pulseMs: 0.1',
      'web: {port: "80"}',
    ].join('\n')
    expect(complaintsOf(written(yaml))).toEqual([
      'desktop.yaml:2: neuron.tauMs is -3, must be a number above 0 to 100000 ms',
      expect.stringMatching(
        /^desktop\.yaml:3: neuron\.tresholdMv is not a setting; did you mean thresholdMv\? known here/,
      ),
      'desktop.yaml:5: input.driver is "dail", must be one of auto, dial: did you mean dial?',
      'desktop.yaml:9: outputs.0.pulseMs is 0.1, must be a number from 0.5 to 5000 ms',
      'desktop.yaml:10: web.port is "80", must be a whole number from 0 to 65535',
    ])
  })

  it('says which variable or flag is to blame', () => {
    const env = { NEUROND_WEB__PORT: '99999', NEUROND_WEB__PROT: '1' }
    expect(complaintsOf({ ...NOTHING, env, set: ['loop.speed=0', 'loop'] })).toEqual([
      '--set: "loop" sets nothing: write it as --set neuron.tauMs=20',
      'NEUROND_WEB__PORT: web.port is 99999, must be a whole number from 0 to 65535',
      expect.stringContaining('NEUROND_WEB__PROT: web.prot is not a setting; did you mean port?'),
      '--set loop.speed: loop.speed is 0, must be a number above 0 to 100',
    ])
  })

  it('names a map where a number or a driver belongs, with its line', () => {
    const yaml =
      'neuron:\n  tauMs: {ms: 20}\n  resistanceMohm: {}\noutputs:\n  - {name: a, follows: potential, driver: {a: 1}}\n'
    expect(complaintsOf(written(yaml))).toEqual([
      'desktop.yaml:2: neuron.tauMs is {"ms":20}, must be a number above 0 to 100000 ms',
      'desktop.yaml:3: neuron.resistanceMohm is {}, must be a number above 0 to 1000000 MOhm',
      'desktop.yaml:5: outputs.0.driver is {"a":1}, must be lamp',
    ])
  })

  it('finds the mistakes beside an unknown driver', () => {
    const found = complaintsOf(written('outputs:\n  - driver: lmap\n    pulseMs: 0\n'))
    expect(found).toHaveLength(3)
    expect(found.join()).toMatch(/outputs\.0\.name is missing.*must be lamp.*pulseMs is 0/)
  })

  it('asks for a driver where none looks for itself', () => {
    const drivers = DRIVERS.filter(({ name }) => name !== 'auto')
    expect(complaintsOf(written('input: {holdMs: 1}', { drivers }))).toEqual([
      expect.stringMatching(/^desktop\.yaml:1: input\.driver is missing, must be .*mock/),
    ])
  })

  it('shows no password', () => {
    const found = complaintsOf({ ...NOTHING, set: ['mqtt.url=mqt://me:hush@host', 'mqtt://me:hush@host'] })
    expect(found).toHaveLength(2)
    expect(found.join()).not.toContain('hush')
  })

  it.each([
    ['ENOENT', /no such file.*copy of config\/desktop\.yaml/],
    ['EACCES', /may not read.*ls -l/],
    ['EISDIR', /directory: name the YAML file in it/],
    ['EIO', /cannot be read: EIO/],
  ])('says in one complaint what to do about a file that fails with %s, and keeps the cause', (code, advice) => {
    expect(() => loadConfig(unreadable(code))).toThrow(advice)
    expect(complaintsOf(unreadable(code))).toHaveLength(1)
    expect(() => loadConfig(unreadable(code))).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ code }) }),
    )
  })

  it('tells a duplicate key together with the rest', () => {
    expect(complaintsOf(written('web:\n  port: 1\n  port: -1\n'))).toEqual([
      expect.stringContaining('desktop.yaml:3: this key occurs a second time'),
      expect.stringContaining('desktop.yaml:3: web.port is -1'),
    ])
  })

  it('does not judge the content of a file that is not YAML', () => {
    expect(complaintsOf(written('id: A B\nneuron: [1\n'))).toEqual([
      expect.stringMatching(/^desktop\.yaml:\d: this is not YAML/),
    ])
  })
})

it('ships a desktop configuration without a mistake, with a simulated knob and lamp', () => {
  const config = loadConfig({ ...NOTHING, file: 'config/desktop.yaml', drivers: DRIVERS })
  expect(config).toMatchObject({ preset: 'classroom', neuron: { tauMs: 100 }, mqtt: { broker: { enabled: true } } })
  expect([config.input.driver, ...config.outputs.map(({ driver }) => driver)]).toEqual(['mock', 'mock'])
})

describe('a text that YAML would take for something else', () => {
  const TEXTS = ['12', '007', '0123', '0x10', '0o17', '1e3', '1.50', '12345678901234567890', '-5', 'true', 'on']
  const KEYS = ['username', 'passwordFile', 'base', 'caFile'] as const

  it.each(TEXTS)('is taken as it was written, in the file, the environment and a flag alike: %s', text => {
    const block = `mqtt:\n${KEYS.map(key => `  ${key}: ${text}   # one of 30\n`).join('')}`
    const flow = `{${KEYS.map(key => `${key}: ${text}`).join(', ')}}`
    const env = Object.fromEntries(KEYS.map(key => [`NEUROND_MQTT__${key.toUpperCase()}`, text]))
    const sources: readonly Sources[] = [
      written(block),
      written(`mqtt: ${flow}`),
      { ...NOTHING, env },
      { ...NOTHING, env: { NEUROND_MQTT: flow } },
      { ...NOTHING, set: KEYS.map(key => `mqtt.${key}=${text}`) },
      { ...NOTHING, set: [`mqtt=${flow}`] },
    ]
    const wanted = Object.fromEntries(KEYS.map(key => [key, text]))
    for (const source of sources) expect(loadConfig(source).mqtt).toMatchObject(wanted)
  })

  it('may be the id, the name of an output and the sender of a synapse', () => {
    const yaml = 'id: 012\noutputs: [{name: 1, driver: lamp}]\nsynapses:\n  - from: 0013\n    weightNa: 1\n'
    const loaded = loadWithOrigins(written(yaml))
    const { id, outputs, synapses } = loaded.config
    expect([id, outputs[0]!.name, synapses[0]!.from]).toEqual(['012', '1', '0013'])
    expect(loaded.originOf(['synapses', 0, 'from'])).toBe('desktop.yaml:4')
    expect(loadConfig({ ...NOTHING, set: ['id=12'] }).id).toBe('12')
    expect(loadConfig({ ...NOTHING, env: { NEUROND_ID: '1e3' } }).id).toBe('1e3')
    expect(loadConfig({ ...NOTHING, set: ['synapses=[{from: 0x10, weightMv: 5}]'] }).synapses[0]!.from).toBe('0x10')
    expect(loadConfig(written(configYaml(loaded, true))), 'written and read again').toEqual(loaded.config)
  })

  it('may be every text of every driver', () => {
    for (const { kind, name, fields } of DRIVERS) {
      for (const [key] of Object.entries(fields).filter(([, field]) => field.type === 'text')) {
        const part = `{driver: ${name}, name: led, ${key}: 007}`
        const { outputs, input } = loadConfig({
          ...NOTHING,
          drivers: DRIVERS,
          set: kind === 'output' ? [`outputs=[${part}]`] : [`input={driver: ${name}, ${key}: 007}`],
        })
        expect((kind === 'output' ? outputs[0]! : input)[key], `${name}.${key}`).toBe('007')
      }
    }
  })

  it('is refused as it was written, and so is a list', () => {
    expect(complaintsOf(written('id: 0xAB'))[0]).toContain('id is "0xAB", must be 1 to 32')
    expect(complaintsOf(written('mqtt: {url: 0x75B}'))[0]).toContain('mqtt.url is "0x75B", must be empty')
    expect(complaintsOf(written('mqtt: {username: [1]}'))[0]).toContain('must be a text')
  })

  it('stays a number where a number is wanted, and null takes it back to its default', () => {
    expect(loadConfig({ ...NOTHING, set: ['web.port=0x10', 'mqtt.keepaliveS=007'] })).toMatchObject({
      web: { port: 16 },
      mqtt: { keepaliveS: 7 },
    })
    expect(loadConfig(written('id: 12\n', { set: ['id=null'] })).id).toBe('pi')
  })
})
