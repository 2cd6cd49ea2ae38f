import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLError,
} from 'yaml'
import { type ConfigComplaint, redactedText, shortened } from './messages.ts'
import { dotted, type Path, type Setting } from './settings-with-origins.ts'

/** Of a file that is no YAML at all, only the first mistakes are reported. */
const MOST_ERRORS = 3

/** The settings in a YAML file, and what is wrong with it as YAML. */
export interface ParsedConfigYaml {
  readonly settings: readonly Setting[]
  readonly complaints: readonly ConfigComplaint[]
  /** It could not be parsed: complaints about missing settings would mislead. */
  readonly isBroken: boolean
}

/** Parse the text of a YAML file; origins and complaints call it `name`. */
export function parseConfigYaml(text: string, name: string): ParsedConfigYaml {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  const lineAt = (offset: number) => `${name}:${lines.linePos(offset).line}`
  const errors = document.errors.map(error => ({ path: '', message: adviceOn(error), where: lineAt(error.pos[0]) }))
  if (document.errors.some(error => error.code !== 'DUPLICATE_KEY')) {
    return { settings: [], complaints: firstOf(errors, name), isBroken: true }
  }
  const root = document.contents
  if (root === null || (isScalar(root) && root.value === null)) {
    return { settings: [], complaints: errors, isBroken: false }
  }
  if (!isMap(root)) {
    const message = 'this is not a map of settings: begin with lines like "id: pi-a" or "preset: classroom"'
    return { settings: [], complaints: [{ path: '', message, where: lineAt(0) }], isBroken: true }
  }
  const { settings, complaints } = settingsOfNode(root, [], lineAt)
  return { settings, complaints: [...errors, ...complaints], isBroken: false }
}

/**
 * The settings in a node of a YAML document, and complaints about its aliases.
 * @param path the place of the node
 * @param originAt where a place in the text is, in words
 */
export function settingsOfNode(node: unknown, path: Path, originAt: (offset: number) => string): Found {
  const found: Found = { settings: [], complaints: [], originAt }
  addNode(found, node, path, 0)
  return found
}

function firstOf(errors: readonly ConfigComplaint[], name: string): ConfigComplaint[] {
  const more = errors.length - MOST_ERRORS
  const first = errors.slice(0, MOST_ERRORS)
  return more > 0 ? [...first, { path: '', message: `and ${more} more like these`, where: name }] : first
}

interface Found {
  readonly settings: Setting[]
  readonly complaints: ConfigComplaint[]
  readonly originAt: (offset: number) => string
}

function addNode(found: Found, node: unknown, path: Path, offset: number): void {
  const origin = found.originAt(offset)
  if (isAlias(node)) {
    const message = `${shortened(dotted(path))} is the alias *${shortened(node.source)}, must be written out: aliases are not followed here`
    found.complaints.push({ path: dotted(path), message, where: origin })
  } else if (isMap(node)) {
    found.settings.push({ path, value: {}, origin })
    for (const pair of node.items) addPair(found, pair, path, offset)
  } else if (isSeq(node)) {
    found.settings.push({ path, value: [], origin })
    node.items.forEach((item, index) => {
      addNode(found, item, [...path, index], startOf(item) ?? offset)
    })
  } else {
    found.settings.push(isScalar(node) ? { path, ...plainValue(node), origin } : { path, value: null, origin })
  }
}

function plainValue({ value, source }: Scalar): Pick<Setting, 'value' | 'written'> {
  const isText = typeof value === 'string' || value === null || source === undefined
  return isText ? { value } : { value, written: source }
}

function addPair(found: Found, { key, value }: Pair, path: Path, offset: number): void {
  addNode(found, value, [...path, isScalar(key) ? String(key.value) : String(key)], startOf(key) ?? offset)
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] } | null)?.range?.[0]
}

function adviceOn({ code, message }: YAMLError): string {
  if (code === 'DUPLICATE_KEY') return 'this key occurs a second time in its map: keep one of the two'
  if (code === 'TAB_AS_INDENT') return 'this line is indented with a tab: use spaces'
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here: keep one and remove the line ---'
  return `this is not YAML (${shortened(redactedText(message))}): compare the indentation, colons and quotes of this line and the one before`
}
