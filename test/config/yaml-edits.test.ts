import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DRIVERS } from '../../drivers/registry.ts'
import { loadConfig } from '../../src/config/load.ts'
import { ConfigError } from '../../src/config/messages.ts'
import { yamlWithEdits, yamlWithLiveValues } from '../../src/config/yaml-edits.ts'
import { neuronFrom } from '../../src/neuron/params.ts'

const FILE = [
  '# my neuron',
  'preset: classroom',
  'neuron:',
  '  thresholdMv: -54   # a little harder',
  'input:',
  '  driver: mock',
  '  maxNa: 3',
  '',
].join('\n')

const resolve = (text: string) =>
  loadConfig({ file: 'my.yaml', env: {}, set: [], drivers: DRIVERS, hostname: 'pi', readFile: () => text })

/** What holds in a neuron that was started with a text, and then changed. */
function live(text: string, { minNa, maxNa, ...changed }: { minNa?: number; maxNa?: number; [key: string]: unknown }) {
  const { neuron, input, loop } = resolve(text)
  const { capacitanceNf: _same, seed = 4711, ...rest } = neuron
  const params = neuronFrom({ ...rest, seed, ...changed })
  return { params: { ...params, minNa: minNa ?? input.minNa, maxNa: maxNa ?? input.maxNa, speed: loop.speed } }
}

const keep = (changed: Parameters<typeof live>[1], only?: readonly string[], text = FILE) =>
  yamlWithLiveValues(text, live(text, changed), only, resolve)

describe('what was changed while the neuron ran', () => {
  it('is nothing when nothing was: the text stays, and a seed that was drawn is not written', () => {
    expect(keep({})).toEqual({ text: FILE, changes: [] })
  })

  it('is the seed where it was chosen, or where the file gives one', () => {
    const paths = (...args: Parameters<typeof keep>) => keep(...args).changes.map(({ path }) => path)
    expect(paths({ seed: 7 }, ['seed'])).toEqual(['neuron.seed'])
    expect(paths({ seed: 7 }, ['tauMs'])).toEqual([])
    expect(paths({ seed: 7 }, undefined, 'neuron: {seed: 5}\n')).toEqual(['neuron.seed'])
  })

  it('goes into its lines; comments and all other lines stay', () => {
    const { text, changes } = keep({ thresholdMv: -53.5, maxNa: 4 })
    expect(text).toBe(FILE.replace('-54 ', '-53.5 ').replace('maxNa: 3', 'maxNa: 4'))
    expect(changes).toEqual([
      { path: 'neuron.thresholdMv', from: -54, to: -53.5 },
      { path: 'input.maxNa', from: 3, to: 4 },
    ])
  })

  it.each([
    'neuron:\n  resistanceMohm: 10\n  capacitanceNf: 2\n',
    'neuron: {resistanceMohm: 10, "capacitanceNf": 2}\n',
  ])('is a capacitance where the file gives one, however it is laid out: %j', file => {
    const { text, changes } = keep({ resistanceMohm: 20, tauMs: 50 }, undefined, file)
    expect(text).toBe(file.replace(': 2', ': 2.5').replace('10', '20'))
    expect(changes.map(({ path }) => path)).toEqual(['neuron.resistanceMohm', 'neuron.capacitanceNf'])
  })

  it('overrides a preset, in full precision', () => {
    const { text } = keep({ tauMs: 12.3456789 })
    expect(text).toContain('  thresholdMv: -54   # a little harder\n  tauMs: 12.3456789\n')
    expect(resolve(text).neuron.tauMs).toBe(12.3456789)
  })

  it('is said by the capacitance where the file says it so', () => {
    const file = FILE.replace('thresholdMv: -54   # a little harder', 'capacitanceNf: 2')
    const { text, changes } = keep({ tauMs: 30 }, undefined, file)
    expect(changes.map(({ path }) => path)).toEqual(['neuron.capacitanceNf'])
    expect(resolve(text).neuron).toMatchObject({ tauMs: 30, capacitanceNf: 3 })
  })

  it('is the floor of the threshold where it does not follow from the rest, and where something can reach it', () => {
    const paths = (changed: Parameters<typeof live>[1], only?: readonly string[]) =>
      keep(changed, only).changes.map(({ path }) => path)
    const coupled = { thresholdCoupling: 0.5, resetMv: -60 }
    expect(paths({ ...coupled, thresholdFloorMv: -57 })).toEqual(['neuron.resetMv', 'neuron.thresholdCoupling'])
    expect(paths({ ...coupled, thresholdFloorMv: -58 })).toContain('neuron.thresholdFloorMv')
    expect(paths({ ...coupled, thresholdFloorMv: -58 }, ['resetMv', 'thresholdCoupling'])).toContain(
      'neuron.thresholdFloorMv',
    )
    expect(paths({ resetMv: -60, thresholdFloorMv: -70 })).toEqual(['neuron.resetMv'])
  })

  it('writes a start of its own only where it does not follow from the rest', () => {
    expect(keep({ restMv: -65, initialMv: -65 }).changes.map(({ path }) => path)).toEqual(['neuron.restMv'])
    expect(keep({ restMv: -65, initialMv: -70 }).changes.map(({ path }) => path)).toEqual([
      'neuron.restMv',
      'neuron.initialMv',
    ])
  })

  it('and nothing else, when only some names are asked for: what was edited by hand meanwhile stays', () => {
    const edited = FILE.replace('maxNa: 3', 'maxNa: 5')
    const { text } = yamlWithLiveValues(edited, live(FILE, { tauMs: 50 }), ['tauMs', 'capacitanceNf'], resolve)
    expect(text).toContain('maxNa: 5')
    expect(resolve(text).neuron.tauMs).toBe(50)
  })

  it('holds the synapses too', () => {
    const synapses = [{ from: 'pi-b', weightNa: 1.5, tauMs: 5 }]
    const { text } = yamlWithLiveValues(FILE, { ...live(FILE, {}), synapses }, undefined, resolve)
    expect(resolve(text).synapses).toMatchObject(synapses)
    expect(text).toContain('# a little harder')
  })

  it('is refused where the file would be wrong afterwards', () => {
    const edited = FILE.replace('maxNa: 3', 'maxNa: 3\n  minNa: 2')
    expect(() => yamlWithLiveValues(edited, live(FILE, { maxNa: 1 }), ['maxNa'], resolve)).toThrow(ConfigError)
  })
})

const CONFIGS = new URL('../../config/', import.meta.url)
const EDITS = [
  { path: ['input', 'channel'], value: 2 },
  { path: ['input', 'fromLevel'], value: 0.0123 },
]

/** Lines of `after` that `before` does not have, and the other way round. */
function difference(before: string, after: string) {
  const [old, now] = [before.split('\n'), after.split('\n')]
  return { gone: old.filter(line => !now.includes(line)), come: now.filter(line => !old.includes(line)) }
}

describe('an edited file', () => {
  it('of ours differs in the edited lines only', () => {
    const text = readFileSync(new URL('pi.yaml', CONFIGS), 'utf8')
    expect(difference(text, yamlWithEdits(text, EDITS))).toEqual({
      gone: ['  channel: 0'],
      come: ['  channel: 2', '  fromLevel: 0.0123'],
    })
  })

  it('keeps comments, order, indentation, quotes and blank lines', () => {
    const text = [
      '# the whole file',
      'input:',
      '    driver: "auto" # which',
      '    channel: 0x1   # where',
      '',
      '    # what comes after the channel',
      '    minNa: 0',
      '',
      'outputs:',
      '- name: led # the red one',
      '  line: 17',
      '',
    ].join('\n')
    const edited = yamlWithEdits(text, EDITS)
    expect(difference(text, edited)).toEqual({
      gone: ['    channel: 0x1   # where'],
      come: ['    channel: 2   # where', '    fromLevel: 0.0123'],
    })
    expect(edited.indexOf('# what comes after')).toBeGreaterThan(edited.indexOf('# where'))
  })

  it.each([
    ['nothing', '', 'input:\n  channel: 2\n  fromLevel: 0.0123\n'],
    ['no such section', 'id: pi-a # me\n', 'id: pi-a # me\ninput:\n  channel: 2\n  fromLevel: 0.0123\n'],
    [
      'a section of comments',
      'input:\n  # driver: mock\nid: a\n',
      /^input:\n\s+# driver: mock\n\s+channel: 2\n\s+fromLevel: 0.0123\nid: a\n$/,
    ],
    ['no end of line', 'input:\n  minNa: 0', 'input:\n  minNa: 0\n  channel: 2\n  fromLevel: 0.0123'],
    [
      'a list as its last value',
      'outputs: []\ninput:\n  a: [1]\n',
      /^outputs: \[\]\ninput:\n {2}a: \[ ?1 ?\]\n {2}channel: 2\n/,
    ],
    ['a key without a value', 'input:\n  channel:\nid: a\n', 'input:\n  channel: 2\n  fromLevel: 0.0123\nid: a\n'],
    ['a section in braces', 'input: { driver: auto }\n', 'input: { driver: auto, channel: 2, fromLevel: 0.0123 }\n'],
  ])('may have had %s', (_, text, wanted) => {
    const edited = yamlWithEdits(text, EDITS)
    if (typeof wanted === 'string') expect(edited).toBe(wanted)
    else expect(edited).toMatch(wanted)
  })

  it('edited twice is the same as edited once', () => {
    const text = readFileSync(new URL('desktop.yaml', CONFIGS), 'utf8')
    const once = yamlWithEdits(text, EDITS)
    expect(yamlWithEdits(once, EDITS)).toBe(once)
  })
})

it.each([
  ['input: [1, 2]\n', 'input must be a map'],
  ['- a\n', 'the file must be a map'],
  ['input: {', 'the file is not YAML'],
])('%j is refused in words', (text, words) => {
  expect(() => yamlWithEdits(text, EDITS)).toThrow(words)
})
