import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { yamlWithEdits } from '../../src/config/save.ts'

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
