import { describe, expect, it } from 'vitest'
import { parseConfigYaml } from '../../src/config/yaml-file.ts'

describe('a YAML file', () => {
  it('gives every value its line, maps and lists too', () => {
    const { settings } = parseConfigYaml(
      '# note\nweb:\n\n  port: 0x50\noutputs:\n  - name: led\n  - {name: b}\n',
      'f.yaml',
    )
    expect(settings.map(({ path, value, origin }) => [path.join('.'), value, origin])).toEqual([
      ['', {}, 'f.yaml:1'],
      ['web', {}, 'f.yaml:2'],
      ['web.port', 80, 'f.yaml:4'],
      ['outputs', [], 'f.yaml:5'],
      ['outputs.0', {}, 'f.yaml:6'],
      ['outputs.0.name', 'led', 'f.yaml:6'],
      ['outputs.1', {}, 'f.yaml:7'],
      ['outputs.1.name', 'b', 'f.yaml:7'],
    ])
  })

  it.each(['', '# only a comment\n', '---\n', '~'])('may be as empty as %j', text => {
    expect(parseConfigYaml(text, 'f.yaml')).toEqual({ settings: [], complaints: [], isBroken: false })
  })

  it.each([
    ['- id: a', 1, 'not a map of settings'],
    ['just text', 1, 'not a map of settings'],
    ['web:\n\tport: 1', 2, 'indented with a tab: use spaces'],
    ['id: a\n---\nid: b', 2, 'a second document begins here'],
    ['id: "a\nweb: {}', 2, 'this is not YAML'],
    ['web: {port: 1', 1, 'this is not YAML'],
  ])('%j is answered with one complaint and what to do', (text, line, advice) => {
    const { complaints, isBroken } = parseConfigYaml(text, 'f.yaml')
    expect(complaints).toEqual([{ path: '', where: `f.yaml:${line}`, message: expect.stringContaining(advice) }])
    expect(isBroken).toBe(true)
  })

  it('that is something else altogether is answered with the first three mistakes and how many more there are', () => {
    const { complaints, isBroken } = parseConfigYaml('a: b: c\n'.repeat(50), 'f.yaml')
    expect(complaints.map(({ where }) => where)).toEqual(['f.yaml:1', 'f.yaml:2', 'f.yaml:3', 'f.yaml'])
    expect(complaints[3]?.message).toMatch(/^and \d+ more like these$/)
    expect(isBroken).toBe(true)
  })

  it('is quoted only in part, and without passwords', () => {
    const text = `id: "a" mqtt://me:hush@host${'x'.repeat(5000)}`
    const { complaints } = parseConfigYaml(text, 'f.yaml')
    const messages = complaints.map(({ message }) => message).join()
    expect(messages).toContain('Unexpected scalar')
    expect(messages.length).toBeLessThan(500)
    expect(messages).not.toContain('hush')
  })

  it('refuses aliases, which could go round in circles', () => {
    const { complaints } = parseConfigYaml('web: &w\n  port: 1\n  more: *w\n', 'f.yaml')
    expect(complaints).toEqual([
      { path: 'web.more', where: 'f.yaml:3', message: expect.stringContaining('the alias *w, must be written out') },
    ])
  })
})
