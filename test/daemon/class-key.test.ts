import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { hiddenUniform, openClassKey } from '../../src/daemon/class-key.ts'
import { readLesson } from '../../src/lessons/read-lesson.ts'
import { setUpParams } from '../../src/lessons/set-up.ts'
import { rheobaseNa } from '../../src/neuron/theory.ts'

const folder = mkdtempSync(join(tmpdir(), 'neurond-key-'))
afterAll(() => rmSync(folder, { recursive: true }))

const KEY = 'a key of the teacher'
const MYSTERY = readLesson(readFileSync(new URL('../../config/lessons/mystery.yaml', import.meta.url), 'utf8')).lesson!

const hidden = (key: string, neuron: string) => setUpParams(MYSTERY, hiddenUniform(key, 'mystery', neuron))

describe('a hidden neuron', () => {
  it('is the same whenever it is drawn from one key', () => {
    expect(hidden(KEY, 'pi-a')).toEqual(hidden(KEY, 'pi-a'))
  })

  it('stays the one that was printed for the teacher, in whatever version of the program', () => {
    const uniform = hiddenUniform(KEY, 'mystery', 'pi-a')
    expect([uniform(), uniform()]).toEqual([0.3007438374782687, 0.5872775400992545])
  })

  it('is another one for another neuron, lesson or key', () => {
    const first = (key: string, lesson: string, neuron: string) => hiddenUniform(key, lesson, neuron)()
    const drawn = [
      first(KEY, 'mystery', 'pi-a'),
      first(KEY, 'mystery', 'pi-b'),
      first(KEY, 'mystery-pi', 'a'),
      first(`${KEY}s`, 'mystery', 'pi-a'),
    ]
    expect(new Set(drawn).size).toBe(drawn.length)
  })

  it('of a class of 30 differs from every other one, and fits what the lesson demands', () => {
    const neurons = Array.from({ length: 30 }, (_, index) => hidden(KEY, `pi-${index}`))
    expect(new Set(neurons.map(neuron => JSON.stringify(neuron))).size).toBe(30)
    for (const neuron of neurons) {
      expect(rheobaseNa(neuron)).toBeGreaterThanOrEqual(0.8)
      expect(rheobaseNa(neuron)).toBeLessThanOrEqual(2)
    }
  })

  it('is drawn by numbers that fill the range from 0 to 1 evenly', () => {
    const uniform = hiddenUniform(KEY, 'mystery', 'pi-a')
    const numbers = Array.from({ length: 2000 }, uniform)
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...numbers)).toBeLessThan(1)
    const tenths = Array.from({ length: 10 }, (_, k) => numbers.filter(x => Math.floor(10 * x) === k).length)
    expect(Math.min(...tenths)).toBeGreaterThan(150)
    expect(Math.max(...tenths)).toBeLessThan(250)
  })
})

describe('the key of the class', () => {
  const warnings: string[] = []
  const open = (chosen: string, own?: string) => openClassKey(chosen, own, message => warnings.push(message))

  it('is the first line of the file that the teacher names', () => {
    const file = join(folder, 'teacher')
    writeFileSync(file, `  ${KEY} \nmore`)
    expect(open(file)()).toBe(KEY)
  })

  it('is refused if it cannot be read or is easily guessed, without telling it', () => {
    const short = join(folder, 'short')
    writeFileSync(short, 'brain\n')
    expect(open(short)).toThrow('the key in lessons.classKeyFile has 5 characters, must have 12 or more')
    expect(open(join(folder, 'none'))).toThrow(/^lessons.classKeyFile is ".*none", which cannot be read/)
  })

  it('is made and kept where the teacher has chosen none', () => {
    const file = join(folder, 'state', 'class-key')
    const key = open('', file)()
    expect(key).toMatch(/^[\w-]{32}$/)
    expect(open('', file)()).toBe(key)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(warnings).toEqual([])
  })

  it('holds until the end of the program where it cannot be kept, and that is said', () => {
    const key = open('', join(folder, 'teacher', 'class-key'))
    expect(key()).toBe(key())
    expect(warnings.splice(0).join()).toContain('others after the next start')
    const alone = open('')
    expect(alone()).toBe(alone())
    expect(alone()).not.toBe(open('')())
  })
})
