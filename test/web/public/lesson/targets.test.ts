import { readdirSync, readFileSync } from 'node:fs'
import { expect, it, test } from 'vitest'
import { targetNamed } from '../../../../src/web/public/lesson/targets.ts'

const LESSONS = new URL('../../../../config/lessons/', import.meta.url)
const files = readdirSync(LESSONS).filter(name => name.endsWith('.yaml'))

test.each(files)('every link in %s points at a control of the page', file => {
  const text = readFileSync(new URL(file, LESSONS), 'utf8')
  const names = [...text.matchAll(/\]\(#([^)]*)\)/g)].map(([, name]) => name!)
  expect(names.filter(name => targetNamed(name) === undefined)).toEqual([])
})

it('names parameters too, and nothing that is not there', () => {
  expect(targetNamed('tauMs')).toEqual({ selector: '#tauMs-number', panel: 'neuron' })
  expect(targetNamed('toString')).toBeUndefined()
})
