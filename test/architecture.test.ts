import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scan } from './import-scan.ts'
import { breachesIn, type Sources } from './import-table.ts'

const HERE = new URL('..', import.meta.url).pathname

function filesIn(folder: string): Sources {
  const entries = readdirSync(join(HERE, folder), { recursive: true, encoding: 'utf8' })
  const paths = entries.filter(entry => entry.endsWith('.ts')).map(entry => `${folder}/${entry}`)
  return new Map(paths.map(path => [path, readFileSync(join(HERE, path), 'utf8')]))
}

it('every file keeps to the import table, to one clock and out of circles', () => {
  const sources = new Map([...filesIn('src'), ...filesIn('drivers')])
  expect(sources.size).toBeGreaterThan(30)
  expect(breachesIn(sources)).toEqual([])
})

describe('a breach is found', () => {
  it.each<[string, Record<string, string>, string]>([
    ['node in the model', { 'src/neuron/lif.ts': "import { readFileSync } from 'node:fs'" }, 'may not import node:fs'],
    ['a package in the model', { 'src/neuron/lif.ts': "import { z } from 'zod'" }, 'may not import zod'],
    [
      'the product in a driver',
      { 'drivers/mock/knob.ts': "import type { Field } from '../../src/neuron/field.ts'" },
      'may not import types of src/neuron/field.ts',
    ],
    [
      'a driver in the loop',
      { 'src/loop/engine.ts': "import { DRIVERS } from '../../drivers/registry.ts'" },
      'may not import drivers/registry.ts',
    ],
    [
      'a driver that is loaded late in the loop',
      { 'src/loop/engine.ts': "const drivers = await import('../../drivers/registry.ts')" },
      'may not import drivers/registry.ts',
    ],
    ['pino outside of log.ts', { 'src/daemon/daemon.ts': "import type { Logger } from 'pino'" }, 'types of pino'],
    [
      'the web in MQTT',
      { 'src/mqtt/link.ts': "import type { A } from '../web/server.ts'" },
      'types of src/web/server.ts',
    ],
    [
      'the running loop in MQTT',
      { 'src/mqtt/link.ts': "export { run } from '../loop/runner.ts'" },
      'src/loop/runner.ts',
    ],
    ['a package in the wrong room', { 'src/config/schema.ts': "import mqtt from 'mqtt'" }, 'may not import mqtt'],
    [
      'a room in the configuration',
      { 'src/config/load.ts': "import { a } from '../mqtt/link.ts'" },
      'src/mqtt/link.ts',
    ],
    [
      'the command line in the daemon',
      { 'src/daemon/daemon.ts': "import { run } from '../cli/run.ts'" },
      'src/cli/run.ts',
    ],
    [
      'a native module loaded on import',
      { 'drivers/bus/i2c.ts': "import i2c from 'i2c-bus'" },
      'may not import i2c-bus',
    ],
    [
      'a native module in two files',
      { 'drivers/a.ts': "const a = require('koffi')", 'drivers/b.ts': "const b = await import('koffi')" },
      'koffi is loaded in drivers/a.ts and drivers/b.ts',
    ],
    [
      'a circle of types',
      { 'src/neuron/a.ts': "import type { B } from './b.ts'", 'src/neuron/b.ts': "import type { A } from './a.ts'" },
      'src/neuron/a.ts → src/neuron/b.ts → src/neuron/a.ts',
    ],
    [
      'a circle of folders, without one of files',
      {
        'src/mqtt/a/one.ts': "import { b } from '../b/one.ts'",
        'src/mqtt/b/one.ts': '',
        'src/mqtt/b/two.ts': "import { a } from '../a/two.ts'",
        'src/mqtt/a/two.ts': '',
      },
      'src/mqtt/a → src/mqtt/b → src/mqtt/a',
    ],
    [
      'the server in the browser',
      { 'src/web/public/app.ts': "import { openWeb } from '../server.ts'" },
      'may not import src/web/server.ts',
    ],
    ['a native module in the loop', { 'src/loop/host/host.ts': "loadNative('koffi')" }, 'may not import koffi'],
    ['a file without an area', { 'src/helpers.ts': 'export const a = 1' }, 'stands in no area'],
    ['a clock', { 'src/mqtt/link.ts': 'const now = Date.now()' }, 'uses Date.now'],
    ['a timer', { 'src/daemon/daemon.ts': 'setInterval(beat, 1000)' }, 'uses setInterval'],
    ['a clock in disguise', { 'src/daemon/daemon.ts': "import { setTimeout } from 'node:timers/promises'" }, 'uses'],
  ])('%s', (_, files, sentence) => {
    expect(breachesIn(new Map(Object.entries(files))).join('\n')).toContain(sentence)
  })
})

describe('no breach is seen where there is none', () => {
  it.each<[string, Record<string, string>]>([
    [
      'a type of a driver in the loop',
      { 'src/loop/engine.ts': "import type { Adc } from '../../drivers/contract.ts'" },
    ],
    [
      'the drivers in the thread',
      { 'src/loop/thread/main.ts': "import { DRIVERS } from '../../../drivers/registry.ts'" },
    ],
    ['a clock in the clock’s file', { 'src/loop/clock.ts': 'const now = () => performance.now()' }],
    ['a timer that was handed in', { 'src/web/server.ts': 'timers.setTimeout(run, 5)' }],
    ['the type of a timer', { 'src/web/server.ts': 'interface T { readonly setTimeout: typeof setTimeout }' }],
    ['a comment', { 'src/neuron/lif.ts': "// Date.now() is too coarse\n/*\nimport 'pino'\n*/\nconst a = 1" }],
    [
      'a native module loaded on demand',
      { 'drivers/gpio/onoff.ts': "createRequire(import.meta.url)\nrequire('onoff')" },
    ],
    [
      'two files that import a third',
      {
        'src/neuron/a.ts': "import { c } from './c.ts'\nimport { b } from './b.ts'",
        'src/neuron/b.ts': "import { c } from './c.ts'",
        'src/neuron/c.ts': '',
      },
    ],
  ])('%s', (_, files) => {
    expect(breachesIn(new Map(Object.entries(files)))).toEqual([])
  })
})

it('the scan reads every form of import', () => {
  const source = [
    "import a, { b } from './a.ts'",
    "import * as c from '../c.ts'",
    "import type { D } from 'd/deep'",
    "import { type E } from '@e/e/deep'",
    "import './f.ts'",
    "export * from './g.ts'",
    "export type { H } from './h.ts'",
    'export {',
    '  i,',
    "} from './i.ts'",
    "const url = 'http://j' // './k.ts'",
    "const l = await import('./l.ts')",
    "type M = typeof import('./m.ts')",
    "export const n = 'o'",
    "const p = require('p') as typeof import('p')",
    "loadNative('q')",
  ].join('\n')
  const read = scan('src/x/y.ts', source).imports.map(
    ({ target, typeOnly, lazy }) => `${target}${typeOnly ? ' type' : ''}${lazy ? ' lazy' : ''}`,
  )
  expect(read).toEqual([
    'src/x/a.ts',
    'src/c.ts',
    'd type',
    '@e/e type',
    'src/x/f.ts',
    'src/x/g.ts',
    'src/x/h.ts type',
    'src/x/i.ts',
    'src/x/l.ts lazy',
    'src/x/m.ts type lazy',
    'p lazy',
    'p type lazy',
    'q lazy',
  ])
})

it('a file that is no TypeScript is no file without imports', () => {
  expect(() => scan('src/x/y.ts', 'import {')).toThrow('src/x/y.ts cannot be parsed')
})
