import { isAlias, isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument } from 'yaml'
import { type ConfigComplaint, redactedText, shortened } from './messages.ts'
import type { Path, Setting } from './settings-with-origins.ts'

/** What is no YAML at all has many mistakes; the first few show it. */
const MOST_ERRORS = 3

/** What a YAML file says, and what is wrong with it as YAML. */
export interface ParsedConfigYaml {
  readonly settings: readonly Setting[]
  readonly complaints: readonly ConfigComplaint[]
  /** It could not be made out: complaints about what seems to be missing would only mislead. */
  readonly isBroken: boolean
}

/** Read the text of a YAML file; `name` is how complaints call it. */
export function parseConfigYaml(text: string, name: string): ParsedConfigYaml {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  const where = (offset: number) => `${name}:${lines.linePos(offset).line}`
  const errors = document.errors.map(error => ({
    path: '',
    message: adviceOn(error.code, error.message),
    where: where(error.pos[0]),
  }))
  if (document.errors.some(error => error.code !== 'DUPLICATE_KEY')) {
    return { settings: [], complaints: firstOf(errors, name), isBroken: true }
  }
  const root = document.contents
  if (root === null || (isScalar(root) && root.value === null))
    return { settings: [], complaints: errors, isBroken: false }
  if (!isMap(root)) {
    const message = 'this is not a map of settings: begin with lines like "id: pi-a" or "preset: classroom"'
    return { settings: [], complaints: [{ path: '', message, where: where(0) }], isBroken: true }
  }
  const { settings, complaints } = walked(root, where)
  return { settings, complaints: [...errors, ...complaints], isBroken: false }
}

function firstOf(errors: readonly ConfigComplaint[], name: string): ConfigComplaint[] {
  const more = errors.length - MOST_ERRORS
  const first = errors.slice(0, MOST_ERRORS)
  return more > 0 ? [...first, { path: '', message: `and ${more} more like these`, where: name }] : first
}

interface Walk {
  readonly settings: Setting[]
  readonly complaints: ConfigComplaint[]
  readonly where: (offset: number) => string
}

function walked(root: unknown, where: Walk['where']): Walk {
  const walk: Walk = { settings: [], complaints: [], where }
  visit(walk, root, [], 0)
  return walk
}

function visit(walk: Walk, node: unknown, path: Path, offset: number): void {
  const origin = walk.where(offset)
  if (isAlias(node)) {
    const message = `${shortened(path.join('.'))} is the alias *${shortened(node.source)}, must be written out: aliases are not followed here`
    walk.complaints.push({ path: path.join('.'), message, where: origin })
  } else if (isMap(node)) {
    walk.settings.push({ path, value: {}, origin })
    for (const pair of node.items) visitPair(walk, pair, path, offset)
  } else if (isSeq(node)) {
    walk.settings.push({ path, value: [], origin })
    node.items.forEach((item, index) => {
      visit(walk, item, [...path, index], startOf(item) ?? offset)
    })
  } else {
    walk.settings.push({ path, value: isScalar(node) ? node.value : null, origin })
  }
}

function visitPair(walk: Walk, { key, value }: Pair, path: Path, offset: number): void {
  visit(walk, value, [...path, isScalar(key) ? String(key.value) : String(key)], startOf(key) ?? offset)
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] } | null)?.range?.[0]
}

function adviceOn(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'this key occurs a second time in its map: keep one of the two'
  if (code === 'TAB_AS_INDENT') return 'this line is indented with a tab: use spaces'
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here: keep one and remove the line ---'
  return `this is not YAML (${shortened(redactedText(message))}): compare the indentation, colons and quotes of this line and the one before`
}
