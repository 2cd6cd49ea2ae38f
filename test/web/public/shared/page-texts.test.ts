import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { LIVE_FIELDS } from '../../../../src/loop/control/live-params.ts'
import { VERBS } from '../../../../src/loop/control/verbs.ts'
import { SYNAPSE_FIELDS } from '../../../../src/mqtt/link-and-synapse-options.ts'
import * as english from '../../../../src/web/public/shared/english-words.ts'
import * as german from '../../../../src/web/public/shared/german-words.ts'

const FOLDER = new URL('../../../../src/web/public/', import.meta.url)

/** Files whose texts are for people to be in one of the languages. */
const WORDS = /words\.ts$/
/** What is the same in every language. */
const NAMES = /^(neurond|nA|mV|ms|Hz|MB|CSV|PNG|SVG|JSON|dt|EL)$/

/** What a template shows, and the attributes of its tags that are read out; § stands for its expressions. */
function shownIn(template: string): string[] {
  const attributes = [...template.matchAll(/\b(?:title|aria-label|placeholder|alt)="([^"]*)"/g)].map(
    ([, text]) => text!,
  )
  return [...attributes, ...template.replace(/<[^>]*>/g, '§').split('§')]
}

/** The templates of a source, with § for each expression, and its strings. A template in an expression stands apart. */
function scanned(source: string): { readonly templates: readonly string[]; readonly strings: readonly string[] } {
  const templates: string[] = []
  const strings: string[] = []
  let at = 0
  const skipPast = (end: string) => {
    const found = source.indexOf(end, at + 1)
    at = found < 0 ? source.length : found + end.length
  }
  function readCode(): void {
    for (let depth = 0; at < source.length; ) {
      const [two, one] = [source.slice(at, at + 2), source[at]]
      if (two === '//') skipPast('\n')
      else if (two === '/*') skipPast('*/')
      else if (one === "'" || one === '"') readString(one)
      else if (one === '`') readTemplate()
      else {
        at++
        if (one === '{') depth++
        if (one === '}' && depth-- === 0) return
      }
    }
  }
  function readString(quote: string): void {
    // A regular expression may have a lone quote: no string is longer than its line.
    const inside = quote === "'" ? /^(?:\\.|[^\\\n'])*/ : /^(?:\\.|[^\\\n"])*/
    const [text = ''] = inside.exec(source.slice(at + 1)) ?? []
    const isWhole = source[at + 1 + text.length] === quote
    if (isWhole) strings.push(text)
    at += text.length + 2
  }
  function readTemplate(): void {
    const isShown = /\b(?:html|svg|mathml)$/.test(source.slice(Math.max(0, at - 8), at))
    let text = ''
    for (at++; at < source.length && source[at] !== '`'; ) {
      if (source.startsWith('${', at)) {
        at += 2
        readCode()
        text += '§'
      } else {
        text += source[at]
        at += source[at] === '\\' ? 2 : 1
      }
    }
    at++
    if (isShown) templates.push(text)
  }
  while (at < source.length) readCode()
  return { templates, strings }
}

/** Words between tags, and strings that are sentences. */
function literalsIn(source: string): string[] {
  const { templates, strings } = scanned(source)
  const words = templates.flatMap(shownIn).filter(text => {
    return (text.match(/\p{L}{2,}/gu) ?? []).some(word => !NAMES.test(word))
  })
  const sentences = strings.filter(text => /^\p{Lu}?\p{Ll}+ \p{Ll}+ \p{Ll}/u.test(text))
  return [...words.map(text => text.trim()), ...sentences]
}

it('no view says anything by itself: all texts are in the files of the languages', () => {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  const views = files.filter(file => file.endsWith('.ts') && !WORDS.test(file))
  expect(views.length).toBeGreaterThan(50)
  const sources = views.map(file => readFileSync(new URL(file, FOLDER), 'utf8'))
  expect(sources.flatMap(source => scanned(source).templates).length).toBeGreaterThan(200)
  const found = views.flatMap(file =>
    literalsIn(readFileSync(new URL(file, FOLDER), 'utf8')).map(text => `${file}: ${text}`),
  )
  expect(found).toEqual([])
})

it.each([
  ['html`<p>Hold the knob</p>`', 'Hold the knob'],
  [`html\`<p class=\${a ? 'b' : ''}>\${c} still</p>\``, 'still'],
  [`html\`<button title="Go on">\${a}</button>\``, 'Go on'],
  [`html\`<ul>\${all.map(one => html\`<li>\${{ one }} of all</li>\`)}</ul>\``, 'of all'],
  ["const why = 'The broker is away'", 'The broker is away'],
])('such a text is found: %s', (source, text) => expect(literalsIn(source)).toEqual([text]))

/** The terms that a text names, wherever it is in an object. */
function termsIn(words: object): string[] {
  return Object.entries(words).flatMap(([key, value]) => {
    if (typeof value === 'object') return termsIn(value).map(term => `${key}.${term}`)
    // Of a function its source has them.
    return [...String(value).matchAll(/\{(\w+)\|/g)].map(([, term]) => `${key} ${term}`)
  })
}

it('a text names the same terms in both languages, each of which is explained', () => {
  for (const [one, other] of [
    [english.DASHBOARD, german.DASHBOARD],
    [english.CELL, german.CELL],
    [english.WALL, german.WALL],
  ] as const) {
    const named = termsIn(one)
    expect(named).not.toEqual([])
    expect(termsIn(other)).toEqual(named)
    for (const term of named) expect(Object.keys(english.GLOSSARY.terms)).toContain(term.split(' ').at(-1))
  }
})

it('every field of a stimulus and of a synapse has a German help', () => {
  const names = ['iNa', 'offsetNa', 'ms', 'periodMs', 'widthMs'] as const
  expect(Object.keys(VERBS.stim.fields)).toEqual(expect.arrayContaining([...names]))
  const synapse = ['weightMv', 'weightNa', 'tauMs', 'delayMs'] as const
  expect(Object.keys(SYNAPSE_FIELDS)).toEqual(expect.arrayContaining([...synapse]))
  const keys = [...names.map(name => `stimulus.${name}`), ...synapse.map(name => `synapse.${name}`)]
  expect(Object.keys(german.HELPS).sort()).toEqual(keys.sort())
})

describe('on a German page', () => {
  let numbers: typeof import('../../../../src/web/public/shared/number-format.ts')
  let reading: typeof import('../../../../src/web/public/shared/parse-number.ts')
  let names: typeof import('../../../../src/web/public/shared/spoken-names.ts')
  const root = { lang: '' }

  beforeAll(async () => {
    vi.resetModules()
    vi.stubGlobal('document', { documentElement: root })
    vi.stubGlobal('navigator', { language: 'en-GB', languages: ['fr', 'de-AT', 'en'] })
    numbers = await import('../../../../src/web/public/shared/number-format.ts')
    reading = await import('../../../../src/web/public/shared/parse-number.ts')
    names = await import('../../../../src/web/public/shared/spoken-names.ts')
    return () => vi.unstubAllGlobals()
  })

  it('the first of the browser’s languages that there is counts, and the page says so', () => {
    expect(root.lang).toBe('de')
  })

  it('numbers have a comma, and are read with a comma or a point', () => {
    const { formatFixed, formatShort, formatTicks, formatTyped, formatCount } = numbers
    expect([formatFixed(-1.25, 2), formatShort(1 / 3), formatTyped(-0.5)]).toEqual(['−1,25', '0,3333', '-0,5'])
    expect(formatTicks([-2.5, 0, 2.5])).toEqual(['−2,5', '0', '2,5'])
    expect([0, 1, 2].map(n => formatCount(n, 'Spike', 'Spikes'))).toEqual(['0 Spikes', '1 Spike', '2 Spikes'])
    expect(['1,503', '1.503', '−0,5 nA', '1e3'].map(text => reading.parseNumber(text, 'nA'))).toEqual([
      1.503, 1.503, -0.5, 1000,
    ])
    expect(reading.parseNumber('1.000,5')).toBeNaN()
  })

  it.each([
    [
      'resetMv is -40, must be below thresholdMv, which is -55 mV: at or above it the neuron would spike without end',
      'Reset V_reset ist -40, muss unter Schwelle V_th liegen, das bei -55 mV ist: Darauf oder darüber würde das Neuron ohne Ende feuern',
    ],
    [
      'widthMs is 0.001, must be a number from 0.01 to 600000 ms',
      'widthMs ist 0,001, erlaubt ist eine Zahl von 0,01 bis 600000 ms',
    ],
    [
      'the broker mqtt://10.0.0.1:1883 cannot be reached (no route): nobody can be asked',
      'der Broker mqtt://10.0.0.1:1883 ist nicht erreichbar (no route): Niemand kann gefragt werden',
    ],
    ['an unknown fault at 0.5 V', 'an unknown fault at 0.5 V'],
  ])('%s', (sentence, words) => expect(names.inWords(sentence)).toBe(words))

  it.each(
    Object.entries(LIVE_FIELDS).filter(([, field]) => field.type === 'number'),
  )('a refused %s is said without an English word', (name, field) => {
    const range = field as { readonly min: number; readonly max: number; readonly aboveMin?: boolean }
    const said = `${name} is 1e99, must be a number ${range.aboveMin ? 'above' : 'from'} ${range.min} to ${range.max}`
    expect(names.inWords(said)).not.toMatch(/\b(is|must|be|number|from|above|to)\b/)
  })
})
