/** Writes values that were changed while the neuron ran into the text of its configuration file. Pure. */

import { isMap, isNode, isScalar, parseDocument, type YAMLMap } from 'yaml'
import { hasFloor, type NeuronParams } from '../neuron/params.ts'
import { sameList } from './changes.ts'
import type { Config } from './schema.ts'
import { dotted, type Path } from './settings-with-origins.ts'
import { parseConfigYaml } from './yaml-file.ts'

/** The values of a running neuron that can be changed over MQTT and HTTP. */
export interface LiveValues {
  /** The neuron's parameters, `minNa`, `maxNa` and `speed`. */
  readonly params: object
  readonly synapses?: readonly unknown[] | undefined
}

interface SavedChange {
  readonly path: string
  readonly from: unknown
  readonly to: unknown
}

export interface SavedText {
  readonly text: string
  readonly changes: readonly SavedChange[]
}

/** A value to be written into a configuration file. */
export interface YamlEdit {
  readonly path: Path
  /** A plain value; a list or map is written in brackets. */
  readonly value: unknown
}

const INPUT_PARAMS = ['minNa', 'maxNa']

/** Parameters that follow from others unless the file gives them. */
const DERIVED: Readonly<Record<string, readonly string[]>> = {
  initialMv: ['restMv'],
  thresholdFloorMv: ['resetMv', 'thresholdMv'],
}

/**
 * The text of the file with the live values in it; comments and all other lines stay.
 * @param only the parameters that may be written; without it all that differ
 * @param resolve the configuration that the text of a file gives by itself
 * @throws ConfigError if the file would be wrong afterwards
 */
export function yamlWithLiveValues(
  text: string,
  live: LiveValues,
  only: readonly string[] | undefined,
  resolve: (text: string) => Config,
): SavedText {
  const followers = Object.keys(DERIVED).filter(key => DERIVED[key]?.some(name => only?.includes(name)))
  const names = only && new Set([...only, ...followers])
  const changesOf = (text: string) =>
    changesIn(text, resolve(text), live, names?.has('seed') ?? false).filter(({ key }) => names?.has(key) ?? true)
  const given = new Set(parseConfigYaml(text, '').settings.map(({ path }) => dotted(path)))
  const isDerived = ({ key, path }: LiveChange) => Object.hasOwn(DERIVED, key) && !given.has(dotted(path))
  // They are compared after those that they follow from.
  const changes = changesOf(text).filter(change => !isDerived(change))
  const edited = yamlWithEdits(text, changes)
  const derived = changesOf(edited).filter(isDerived)
  const saved = yamlWithEdits(edited, derived)
  resolve(saved)
  const listed = [...changes, ...derived].map(({ path, from, value }) => ({ path: dotted(path), from, to: value }))
  return { text: saved, changes: listed }
}

/**
 * The text of a YAML file with some values changed or added; comments, order and all other lines stay.
 * @throws Error if the text is no YAML, or if something that is no map stands where one is needed.
 */
export function yamlWithEdits(text: string, edits: readonly YamlEdit[]): string {
  return edits.reduce(withEdit, text)
}

interface LiveChange extends YamlEdit {
  /** Name of the parameter, or `synapses`. */
  readonly key: string
  readonly from: unknown
}

/** @param isSeedChosen the seed was changed: it is none that was drawn at the start */
function changesIn(
  text: string,
  config: Config,
  { params, synapses }: LiveValues,
  isSeedChosen: boolean,
): LiveChange[] {
  const { settings } = parseConfigYaml(text, '')
  const givesCapacitance = settings.some(({ path, value }) => dotted(path) === 'neuron.capacitanceNf' && value !== null)
  const changes = Object.entries(params).flatMap(([key, value]) => {
    const path = pathOfParam(key)
    const from = valueAt(config, path)
    const isDrawn = key === 'seed' && config.neuron.seed === undefined && !isSeedChosen
    // A floor that the threshold cannot come down to says nothing.
    const isIdle = key === 'thresholdFloorMv' && !hasFloor(params as NeuronParams)
    if (from === value || isDrawn || isIdle || !isWritten(key, givesCapacitance)) return []
    return [{ key, path, from, value }]
  })
  if (synapses === undefined || sameList(config.synapses, synapses)) return changes
  return [...changes, { key: 'synapses', path: ['synapses'], from: config.synapses, value: synapses }]
}

function pathOfParam(param: string): Path {
  if (INPUT_PARAMS.includes(param)) return ['input', param]
  return param === 'speed' ? ['loop', 'speed'] : ['neuron', param]
}

/** Of tauMs and capacitanceNf, which are the same parameter, the one that the file gives. */
function isWritten(param: string, givesCapacitance: boolean): boolean {
  if (param === 'tauMs') return !givesCapacitance
  return param !== 'capacitanceNf' || givesCapacitance
}

function valueAt(config: Config, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], config)
}

type YamlDocument = ReturnType<typeof parseDocument>

function withEdit(text: string, { path, value }: YamlEdit): string {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'error' })
  const [error] = document.errors
  if (error) throw new Error(`the file is not YAML (${error.message}): see "neurond config check FILE"`)
  const section = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  const found = isMap(section) ? section.get(path.at(-1), true) : undefined
  const written = JSON.stringify(value)
  // Only these bytes are changed: printing the whole document would change the layout of other lines.
  if (isScalar(found) && found.range && found.range[1] > found.range[0]) {
    return text.slice(0, found.range[0]) + written + text.slice(found.range[1])
  }
  if (path.length === 2 && lacksSection(document, path[0])) return withNewSection(text, path, written)
  const place = found === undefined && isMap(section) ? placeAfter(text, section) : undefined
  if (place === undefined) return reprinted(document, path, value)
  return `${text.slice(0, place.offset)}${place.eol}${place.indent}${path.at(-1)}: ${written}${text.slice(place.offset)}`
}

function lacksSection({ contents }: YamlDocument, key: unknown): boolean {
  return isMap(contents) && !contents.flow && contents.items.length > 0 && !contents.has(key)
}

function withNewSection(text: string, [section, key]: Path, written: string): string {
  const eol = endOfLineIn(text)
  return `${text}${text.endsWith(eol) ? '' : eol}${section}:${eol}  ${key}: ${written}${eol}`
}

/** The end of the line of a map's last value; undefined unless that is a plain one. */
function placeAfter(text: string, section: YAMLMap) {
  const last = section.items.at(-1)
  const key = isNode(last?.key) ? last.key.range?.[0] : undefined
  const value = isScalar(last?.value) ? last.value.range?.[1] : undefined
  if (section.flow || key === undefined || value === undefined) return undefined
  const indent = text.slice(text.lastIndexOf('\n', key - 1) + 1, key)
  const eol = endOfLineIn(text)
  const lineEnd = text.indexOf(eol, value)
  return indent.trim() === '' ? { offset: lineEnd < 0 ? text.length : lineEnd, indent, eol } : undefined
}

function endOfLineIn(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}

function reprinted(document: YamlDocument, path: Path, value: unknown): string {
  makeMaps(document, path)
  document.setIn(path, value)
  return document.toString({ lineWidth: 0 })
}

/** Keys on the path without a value, like `input:` with nothing but comments below it, become maps. */
function makeMaps(document: YamlDocument, path: Path): void {
  for (let depth = 0; depth < path.length; depth++) {
    const above = path.slice(0, depth)
    const node = depth === 0 ? document.contents : document.getIn(above, true)
    if (isMap(node) || node === undefined) continue
    if (node !== null && !(isScalar(node) && node.value === null)) {
      throw new Error(`${dotted(above) || 'the file'} must be a map, to take ${dotted(path)}: fix it by hand`)
    }
    const map = document.createNode({})
    if (isNode(node)) map.commentBefore = node.commentBefore ?? node.comment ?? null
    if (depth === 0) document.contents = map as never
    else document.setIn(above, map)
  }
}
