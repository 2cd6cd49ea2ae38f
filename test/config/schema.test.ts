import { describe, expect, it } from 'vitest'
import { DRIVERS } from '../../drivers/registry.ts'
import { INPUT_FIELDS, OUTPUT_FIELDS } from '../../src/config/input-output-schemas.ts'
import { loadConfig } from '../../src/config/load.ts'
import { configSchema, jsonSchema, LOG_FIELDS } from '../../src/config/schema.ts'
import { checkValue, type Field } from '../../src/fields/field-types-and-checks.ts'
import { LOOP_FIELDS } from '../../src/loop/options.ts'
import { BROKER_FIELDS, MQTT_FIELDS } from '../../src/mqtt/link-and-synapse-options.ts'
import { NEURON_FIELDS } from '../../src/neuron/params.ts'
import { WEB_FIELDS } from '../../src/web/options.ts'
import { CATALOG } from '../fakes/catalog.ts'

const SCHEMA = configSchema(CATALOG)
const LAMP = { name: 'led', driver: 'lamp' }

function complaintsAbout(file: object): string[] {
  const result = SCHEMA.safeParse(file)
  return result.success ? [] : result.error.issues.map(issue => issue.message)
}

describe('the ranges of the fields', () => {
  const sections: [string, Readonly<Record<string, Field>>, (values: object) => object][] = [
    // Without a refractory period, currents that add up may let the rate grow without end.
    ['neuron', NEURON_FIELDS, neuron => ({ neuron: { refractoryMs: 1, ...neuron } })],
    ['input', INPUT_FIELDS, input => ({ input: { minNa: -1000, maxNa: 1000, ...input } })],
    ['outputs', OUTPUT_FIELDS, output => ({ outputs: [{ ...LAMP, ...output }] })],
    ['mqtt', MQTT_FIELDS, mqtt => ({ mqtt })],
    ['mqtt.broker', BROKER_FIELDS, broker => ({ mqtt: { broker } })],
    ['web', WEB_FIELDS, web => ({ web })],
    ['loop', LOOP_FIELDS, loop => ({ loop })],
    ['log', LOG_FIELDS, log => ({ log })],
    ['a driver', CATALOG[1]!.fields, options => ({ input: { driver: 'dial', ...options } })],
  ]

  it.each(sections)('hold in %s', (_, fields, fileWith) => {
    for (const [key, field] of Object.entries(fields)) {
      for (const value of probesOf(field)) {
        const found = complaintsAbout(fileWith({ [key]: value })).filter(message => message.includes(`${key} is`))
        const ofItself = found.filter(message => !message.includes('must be below'))
        const allowed = checkValue(field, value) === null
        expect(ofItself, `${key}: ${String(value)}`).toHaveLength(allowed ? 0 : 1)
      }
    }
  })

  it('are told in the words that the fields have for them', () => {
    for (const [key, field] of Object.entries(NEURON_FIELDS).filter(([, { type }]) => type === 'number')) {
      expect(complaintsAbout({ neuron: { [key]: -1e12 } })).toEqual([`neuron.${key} ${checkValue(field, -1e12)}`])
    }
  })
})

function probesOf(field: Field): unknown[] {
  if (field.type !== 'number') return [field.default, 7, {}, []]
  const { min, max } = field
  return [min, max, min - 1e-6, max + 1e-3, min + 0.5, Number.NaN, Infinity, '5', true, []]
}

describe('the schema', () => {
  it('answers an unknown key with the known ones', () => {
    expect(complaintsAbout({ loop: { tick: 2 } })).toEqual([
      'loop.tick is not a setting; did you mean tickMs? known here: tickMs, speed, realtime, priority, spinUs',
    ])
  })

  it('knows the settings of the chosen driver and of no other', () => {
    expect(complaintsAbout({ input: { driver: 'dial', address: 0x4b, inverted: true } })).toEqual([])
    expect(complaintsAbout({ input: { driver: 'auto', address: 0x4b } })).toEqual([
      'input.address is not a setting; known here: driver, minNa, maxNa, holdMs, sampleHz, fromLevel, toLevel',
    ])
  })

  it('does not let an output be driven by a knob’s driver', () => {
    expect(complaintsAbout({ outputs: [{ ...LAMP, driver: 'dial' }] })).toEqual([
      'outputs.0.driver is "dial", must be lamp',
    ])
  })

  it('wants the left end of the knob below the right one', () => {
    expect(complaintsAbout({ input: { minNa: 3, maxNa: 3 } })).toEqual([
      'input.minNa is 3, must be below input.maxNa, which is 3 nA: the knob turns from the one to the other',
    ])
  })

  it('wants a name of its own for every output', () => {
    expect(complaintsAbout({ outputs: [LAMP, { ...LAMP, line: 18 }] })).toEqual([
      'outputs.1.name is "led", the name of outputs.0: give each output its own',
    ])
  })

  it('lets the brightness of those outputs only follow the potential that can be dimmed', () => {
    const complaints = (driver: string) => {
      const result = configSchema(DRIVERS).safeParse({ outputs: [{ name: 'led', driver, follows: 'potential' }] })
      return result.success ? [] : result.error.issues.map(({ message }) => message)
    }
    for (const driver of ['pwm', 'led', 'mock']) expect(complaints(driver)).toEqual([])
    expect(complaints('cdev')).toEqual([
      'outputs.0.follows is "potential", but cdev can only be on or off: drivers that can dim are pwm, led, mock',
    ])
  })

  it('passes on what the neuron says about its parameters together', () => {
    expect(complaintsAbout({ neuron: { resetMv: -50 } })).toEqual([
      expect.stringMatching(/^neuron\.resetMv is -50, must be below thresholdMv/),
    ])
  })

  it('knows the presets by name', () => {
    expect(complaintsAbout({ preset: 'clasroom' })).toEqual([
      expect.stringMatching(/one of classroom, bio, .*did you mean classroom\?/),
    ])
    expect(complaintsAbout({ preset: 'toString' })).toHaveLength(1)
  })

  it.each([
    ...['mqtt://pi', 'mqtts://user:pw@pi.local:8883', 'mqtt://[::1]:1883', ''],
    ...['MQTT://pi', 'ws://pi', 'wss://pi:8084/ws?a=b', 'mqtt://bücher.local', 'mqtt://[fe80::1%eth0]:1883'],
  ])('accepts the broker %j', url => {
    expect(complaintsAbout({ mqtt: { url } })).toEqual([])
  })

  it.each(['pi', 'http://pi', 'mqtt://', 'mqtt:pi', 'mqtt://pi x'])('refuses the broker %j with an example', url => {
    expect(complaintsAbout({ mqtt: { url } })).toEqual([expect.stringContaining('for example mqtt://')])
  })

  it.each([
    ['mqtt://pi:99999', '99999'],
    ['mqtt://pi:abc', 'abc'],
    ['mqtts://[::1]:0', '0'],
    ['mqtt://me:pa:ss@pi:-1/', '-1'],
  ])('refuses the broker %j for its port, with the range', (url, port) => {
    expect(complaintsAbout({ mqtt: { url } })).toEqual([
      expect.stringContaining(`its port is ${port}, must be a whole number from 1 to 65535`),
    ])
  })

  it.each([5, 4, '5', '4', 'auto'])('accepts the MQTT version %j', protocolVersion => {
    expect(complaintsAbout({ mqtt: { protocolVersion } })).toEqual([])
  })

  it.each([3, '3.1.1', 311, true, ''])('refuses the MQTT version %j, with the choice', protocolVersion => {
    expect(complaintsAbout({ mqtt: { protocolVersion } })).toEqual([
      expect.stringMatching(/^mqtt\.protocolVersion is .*, must be one of auto, 5, 4/),
    ])
  })

  it.each(['a/b', 'neuron'])('accepts the topic base %j', base => {
    expect(complaintsAbout({ mqtt: { base } })).toEqual([])
  })

  it.each(['', '/a', 'a/', 'a//b', 'a/+', 'a/#', 'a b', '$SYS/a', 'a'.repeat(201)])('refuses the base %j', base => {
    expect(complaintsAbout({ mqtt: { base } })).toHaveLength(1)
  })

  it('refuses the id of a whole class, with the reason', () => {
    expect(complaintsAbout({ id: 'all' })).toEqual([
      'id is "all", must be another name: this one means every neuron of a class',
    ])
  })

  it.each(['', 'A', 'a_b', 'a'.repeat(33), 7])('refuses the id %j', id => {
    expect(complaintsAbout({ id })).toEqual([expect.stringContaining('1 to 32 of the characters a-z, 0-9 and "-"')])
  })

  it.each([
    [{ mqtt: 5 }, 'mqtt is 5, must be a map'],
    [{ outputs: {} }, 'outputs is {}, must be a list'],
    [{ outputs: [3] }, 'outputs.0 is 3, must be a map'],
    [{ input: 'auto' }, 'input is "auto", must be a map'],
  ])('says of %j what it should be', (file, complaint) => {
    expect(complaintsAbout(file).join()).toContain(complaint)
  })
})

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

describe('the schema for editors', () => {
  it('describes every setting, with its unit, range and default', () => {
    const undescribed = settingsWithout(jsonSchema(CATALOG), 'description')
    expect(undescribed).toEqual([])
    expect(jsonSchema(CATALOG)).toMatchObject({
      properties: {
        neuron: {
          properties: {
            tauMs: {
              description: 'tau_m = R_m C, membrane time constant (ms)',
              exclusiveMinimum: 0,
              maximum: 1e5,
              default: 10,
            },
          },
          additionalProperties: { not: {} },
        },
        log: { properties: { level: { enum: expect.arrayContaining(['info', 'silent']), default: 'info' } } },
        input: {
          allOf: [
            { properties: { holdMs: { default: 500 } } },
            { oneOf: [{}, { properties: { address: { minimum: 0x48 } } }] },
          ],
        },
      },
    })
  })
})

// A setting is a property that has a type; `{}` only repeats the name of one that is described elsewhere.
function settingsWithout(schema: unknown, keyword: string, path = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const properties = Object.entries((schema as { properties?: Record<string, object> }).properties ?? {})
  const lacking = properties.filter(
    ([, property]) => 'type' in property && !('const' in property) && !(keyword in property),
  )
  const inner = Object.entries(schema).flatMap(([key, value]) => settingsWithout(value, keyword, `${path}/${key}`))
  return [...lacking.map(([key]) => `${path}/${key}`), ...inner]
}
