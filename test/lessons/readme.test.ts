import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { CHECKS, HELD, type Lesson, lessonSchema, REPLIED, THEORY } from '../../src/lessons/format.ts'
import { readLesson } from '../../src/lessons/read-lesson.ts'
import { playIdeal, playLazy } from '../../src/lessons/students.ts'
import { translated } from '../../src/lessons/translate.ts'
import { NEURON_FIELDS } from '../../src/neuron/params.ts'
import { PRESETS } from '../../src/neuron/presets.ts'

const TEXT = readFileSync(new URL('../../config/lessons/README.md', import.meta.url), 'utf8')
const [example = '', german = ''] = [...TEXT.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml]) => yaml as string)
const { lesson, complaints } = readLesson(example) as { lesson: Lesson; complaints: unknown }

it('has an example that is a lesson, with its translation', () => {
  expect(complaints).toEqual([])
  expect(translated(lesson, german, 'de')).toMatchObject({ missing: [], complaints: [] })
})

it('has an example that passes both students', () => {
  const chance = () => () => 0
  expect(playIdeal(lesson, chance()).map(({ state }) => state)).not.toContain('stuck')
  expect(playLazy(lesson, chance).map(({ state }) => state)).not.toContain('passed')
})

const NEURON = new Set([...Object.keys(NEURON_FIELDS), ...Object.keys(PRESETS)])

/** Every name in a schema: of keys, and of what a key can be. */
function namesIn(node: unknown): readonly string[] {
  if (typeof node !== 'object' || node === null) return []
  const { properties = {}, enum: choices = [] } = node as { properties?: object; enum?: readonly unknown[] }
  const inner = Object.values(node).flatMap(namesIn)
  return [...Object.keys(properties), ...choices.filter(one => typeof one === 'string'), ...inner]
}

it('names every key', () => {
  const schemas = [lessonSchema, ...Object.values(CHECKS)]
  const names = schemas.flatMap(schema => namesIn(z.toJSONSchema(schema, { unrepresentable: 'any' })))
  const isSaid = (name: string) => new RegExp(`(?<![A-Za-z])${name}(?![A-Za-z])`).test(TEXT)
  // Parameters and presets are those of the neuron, and described there.
  const keys = new Set([...names, ...THEORY, ...HELD, ...REPLIED].filter(name => !NEURON.has(name)))
  expect(keys.size).toBeGreaterThan(80)
  expect([...keys].filter(name => !isSaid(name))).toEqual([])
})
