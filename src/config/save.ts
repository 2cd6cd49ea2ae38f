/** What was changed while the neuron ran, as edits of its configuration file. Pure. */

import { isMap, isNode, isScalar, parseDocument, type YAMLMap } from 'yaml'
import { sameList } from './changes.ts'
import type { Config } from './schema.ts'
import type { Path } from './settings-with-origins.ts'
import { parseConfigYaml } from './yaml-file.ts'

/** What holds in a running neuron: everything that can be changed over MQTT and HTTP. */
export interface LiveValues {
  /** The neuron's parameters, `minNa`, `maxNa` and `speed`. */
  readonly params: object
  readonly synapses?: readonly unknown[] | undefined
}

export interface SavedChange {
  readonly path: string
  readonly from: unknown
  readonly to: unknown
}

export interface SavedText {
  readonly text: string
  readonly changes: readonly SavedChange[]
}

const INPUT = ['minNa', 'maxNa']

/**
 * The text of the file with what holds in it; comments and all other lines stay.
 * @param only the parameters that may be written; all that differ, unless given
 * @param resolve the configuration that a text amounts to, by itself
 * @throws ConfigError if the file would be wrong afterwards
 */
export function yamlWithLiveValues(
  text: string,
  live: LiveValues,
  only: readonly string[] | undefined,
  resolve: (text: string) => Config,
): SavedText {
  const wanted = only && new Set([...only, ...(only.includes('restMv') ? ['initialMv'] : [])])
  const before = resolve(text)
  const changes = changesIn(before, live, text).filter(({ key }) => key !== 'initialMv' && (wanted?.has(key) ?? true))
  const edited = yamlWithEdits(text, changes)
  // Where the neuron begins follows from its rest, unless it was set apart.
  const rest = changesIn(resolve(edited), live, edited).filter(
    ({ key }) => key === 'initialMv' && (wanted?.has(key) ?? true),
  )
  const all = [...changes, ...rest]
  const done = yamlWithEdits(edited, rest)
  resolve(done)
  return { text: done, changes: all.map(({ path, from, value }) => ({ path: path.join('.'), from, to: value })) }
}

interface KeyedEdit extends YamlEdit {
  readonly key: string
  readonly from: unknown
}

function changesIn(config: Config, { params, synapses }: LiveValues, text: string): KeyedEdit[] {
  const { settings } = parseConfigYaml(text, '')
  const byCapacitance = settings.some(({ path, value }) => path.join('.') === 'neuron.capacitanceNf' && value !== null)
  const edits = Object.entries(params).flatMap(([key, value]) => {
    const path = pathOf(key)
    const from = valueAt(config, path)
    if (from === value || !isWritten(key, config, byCapacitance)) return []
    return [{ key, path, from, value }]
  })
  if (synapses === undefined || sameList(config.synapses, synapses)) return edits
  return [...edits, { key: 'synapses', path: ['synapses'], from: config.synapses, value: synapses }]
}

function pathOf(key: string): Path {
  if (INPUT.includes(key)) return ['input', key]
  return key === 'speed' ? ['loop', 'speed'] : ['neuron', key]
}

/** A seed that was drawn is not one that was chosen; of tauMs and capacitanceNf, which say the same, one is written. */
function isWritten(key: string, { neuron }: Config, byCapacitance: boolean): boolean {
  if (key === 'seed') return neuron.seed !== undefined
  if (key === 'tauMs') return !byCapacitance
  return key !== 'capacitanceNf' || byCapacitance
}

function valueAt(config: Config, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], config)
}

/** A value to be put into a configuration file. */
export interface YamlEdit {
  readonly path: Path
  /** A plain value; a list or map is written in brackets. */
  readonly value: unknown
}

/**
 * The text of a YAML file with some values changed or added; comments, order and all other lines stay.
 * @throws Error if the text is no YAML, or if something that is no map stands where one is needed.
 */
export function yamlWithEdits(text: string, edits: readonly YamlEdit[]): string {
  return edits.reduce(withEdit, text)
}

type File = ReturnType<typeof parseDocument>

function withEdit(text: string, { path, value }: YamlEdit): string {
  const file = parseDocument(text, { prettyErrors: false, logLevel: 'error' })
  const [error] = file.errors
  if (error) throw new Error(`the file is not YAML (${error.message}): see "neurond config check FILE"`)
  const section = path.length === 1 ? file.contents : file.getIn(path.slice(0, -1), true)
  const found = isMap(section) ? section.get(path.at(-1), true) : undefined
  const written = JSON.stringify(value)
  // Only these bytes are changed: printing the whole document anew would lay out other people's lines.
  if (isScalar(found) && found.range && found.range[1] > found.range[0]) {
    return text.slice(0, found.range[0]) + written + text.slice(found.range[1])
  }
  if (path.length === 2 && lacksSection(file, path[0])) return withSection(text, path, written)
  const place = found === undefined && isMap(section) ? placeAfter(text, section) : undefined
  if (place === undefined) return printed(file, path, value)
  return `${text.slice(0, place.offset)}${place.eol}${place.indent}${path.at(-1)}: ${written}${text.slice(place.offset)}`
}

function lacksSection({ contents }: File, key: unknown): boolean {
  return isMap(contents) && !contents.flow && contents.items.length > 0 && !contents.has(key)
}

function withSection(text: string, [section, key]: Path, written: string): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  return `${text}${text.endsWith(eol) ? '' : eol}${section}:${eol}  ${key}: ${written}${eol}`
}

/** The end of the line of a map's last value, where that is a plain one. */
function placeAfter(text: string, section: YAMLMap) {
  const last = section.items.at(-1)
  const key = isNode(last?.key) ? last.key.range?.[0] : undefined
  const value = isScalar(last?.value) ? last.value.range?.[1] : undefined
  if (section.flow || key === undefined || value === undefined) return undefined
  const indent = text.slice(text.lastIndexOf('\n', key - 1) + 1, key)
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const lineEnd = text.indexOf(eol, value)
  return indent.trim() === '' ? { offset: lineEnd < 0 ? text.length : lineEnd, indent, eol } : undefined
}

function printed(file: File, path: Path, value: unknown): string {
  makeRoom(file, path)
  file.setIn(path, value)
  return file.toString({ lineWidth: 0 })
}

/** A key without a value, like `input:` with nothing but comments below it, becomes a map. */
function makeRoom(file: File, path: Path): void {
  for (let depth = 0; depth < path.length; depth++) {
    const above = path.slice(0, depth)
    const node = depth === 0 ? file.contents : file.getIn(above, true)
    if (isMap(node) || node === undefined) continue
    if (node !== null && !(isScalar(node) && node.value === null)) {
      throw new Error(`${above.join('.') || 'the file'} must be a map, to take ${path.join('.')}: fix it by hand`)
    }
    const map = file.createNode({})
    if (isNode(node)) map.commentBefore = node.commentBefore ?? node.comment ?? null
    if (depth === 0) file.contents = map as never
    else file.setIn(above, map)
  }
}
