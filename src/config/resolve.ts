import { Document, isScalar } from 'yaml'
import type { Driver } from '../../drivers/contract.ts'
import { complaintsAbout, type NeuronInput, neuronFrom } from '../neuron/params.ts'
import { PRESETS, presetNamed } from '../neuron/presets.ts'
import { dotted } from './field-schemas.ts'
import { AUTO } from './input-output-schemas.ts'
import { type ConfigComplaint, ConfigError, redacted, redactedText } from './messages.ts'
import { type Config, configSchema } from './schema.ts'
import {
  isPrefix,
  mergeSettings,
  originOf,
  type Path,
  type Setting,
  settingsIn,
  settingToFix,
} from './settings-with-origins.ts'

/** A configuration that knows where each of its values comes from. */
export interface LoadedConfig {
  readonly config: Config
  /** `desktop.yaml:12`, `NEUROND_MQTT__URL`, `--set mqtt.url`, `preset classroom` or `default`. */
  readonly originOf: (path: Path) => string
  /** What was left out without being wrong: sentences for people. */
  readonly notes: readonly string[]
}

/**
 * The configuration that layers of settings amount to, each layer over the ones before it.
 * @param complaints what is already known to be wrong; told together with the rest.
 * @throws ConfigError with every complaint at once, in the order of the sources and their lines.
 */
export function resolveConfig(
  given: readonly (readonly Setting[])[],
  complaints: readonly ConfigComplaint[],
  drivers: readonly Driver[],
  hostname: string,
): LoadedConfig {
  const { layers, notes } = withExchangedDrivers(given, drivers)
  const settings = withOneMembrane([presetSettings(layers.flat()), ...layers]).flat()
  const { tree, complaints: misfits } = mergeSettings(settings)
  const result = configSchema(drivers).safeParse(tree)
  const issues = result.success ? [] : [...result.error.issues, ...neuronIssues(tree)]
  const found = [...complaints, ...misfits, ...complaintsOf(issues, settings)]
  // What a later version has changed would be told as mistakes, one by one.
  const version = found.filter(({ path }) => path === 'version')
  if (version.length > 0) throw new ConfigError(version)
  if (!result.success || found.length > 0) {
    throw new ConfigError(found.map(complaint => ({ ...complaint, message: redactedText(complaint.message) })))
  }
  const config = completed(result.data as ValidFile, hostname)
  return { config, originOf: path => originOf(settings, path) ?? 'default', notes }
}

/** The machine's name as it may stand in a topic. */
function slugOf(hostname: string): string {
  const slug = hostname
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 32)
    .replace(/^-+|-+$/g, '')
  return slug === '' || slug === 'all' ? 'neuron' : slug
}

function presetSettings(settings: readonly Setting[]): readonly Setting[] {
  const name = settings.findLast(({ path }) => path.length === 1 && path[0] === 'preset')?.value
  if (typeof name !== 'string' || !Object.hasOwn(PRESETS, name)) return []
  const { neuron, input } = presetNamed(name)
  return settingsIn([], { neuron, input }, `preset ${name}`)
}

// tauMs and capacitanceNf say the same thing (tau = R C): whoever gives one of them, in a later layer, means it instead
// of the other, not in contradiction to it. Within one layer a contradiction stays one.
function withOneMembrane(layers: readonly (readonly Setting[])[]): readonly (readonly Setting[])[] {
  const decisive = layers.findLastIndex(layer => layer.some(isMembrane))
  return layers.map((layer, index) => (index < decisive ? layer.filter(setting => !isMembrane(setting)) : layer))
}

function isMembrane({ path, value }: Setting): boolean {
  return path[0] === 'neuron' && (path[1] === 'tauMs' || path[1] === 'capacitanceNf') && value !== null
}

/** What the schema lets through: the neuron is sound but not complete, the name may be missing. */
type ValidFile = Omit<Config, 'id' | 'neuron'> & { readonly id?: string; readonly neuron: NeuronInput }

interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

// The schema looks at relations between parameters only where each of them is sound by itself.
function neuronIssues(tree: unknown): Issue[] {
  const { neuron } = tree as { readonly neuron?: unknown }
  if (typeof neuron !== 'object' || neuron === null || Array.isArray(neuron)) return []
  return complaintsAbout(neuron).map(({ path, message }) => {
    return { path: ['neuron', path], message: `${dotted(['neuron', path])} ${message}` }
  })
}

function complaintsOf(issues: readonly Issue[], settings: readonly Setting[]): ConfigComplaint[] {
  const located = issues.map(issue => ({ issue, culprit: settingToFix(settings, issue.path as Path) }))
  // Both halves of a part may refuse the same thing: once is enough.
  const unique = located.filter(({ issue }, index) => issues.findIndex(other => samePath(other, issue)) === index)
  return unique
    .sort((a, b) => a.culprit - b.culprit)
    .map(({ issue, culprit }) => ({
      path: dotted(issue.path),
      message: issue.message,
      where: settings[culprit]?.origin ?? 'defaults',
    }))
}

function samePath(a: Issue, b: Issue): boolean {
  return dotted(a.path) === dotted(b.path)
}

function completed(file: ValidFile, hostname: string): Config {
  const { id = slugOf(hostname), ...rest } = file
  const { seed, ...neuron } = neuronFrom(rest.neuron)
  return frozen({ id, ...rest, neuron: rest.neuron.seed === undefined ? neuron : { ...neuron, seed } })
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen)
  return Object.freeze(value)
}

interface Exchanged {
  /** The layers without what belonged to drivers that a later layer has exchanged for others. */
  readonly layers: readonly (readonly Setting[])[]
  /** What was left out, and why: sentences for people. */
  readonly notes: readonly string[]
}

/**
 * Whoever names another driver, in a later layer, means its settings too: those that only the driver before it knows
 * are left out. What neither of them knows stays, to be complained of; and so does a contradiction within one layer.
 */
function withExchangedDrivers(layers: readonly (readonly Setting[])[], drivers: readonly Driver[]): Exchanged {
  const kept: (readonly Setting[])[] = []
  const notes: string[] = []
  for (const layer of layers) {
    for (const choice of layer.filter(isDriver)) {
      const part = choice.path.slice(0, -1)
      if (layer.some(setting => isReplaced(setting, part))) continue
      const before = driverAt(mergeSettings(kept.flat()).tree, part)
      const orphans = orphanKeys(drivers, part, before, String(choice.value ?? AUTO))
      const isOrphan = ({ path }: Setting) => isPrefix(part, path) && orphans.has(String(path[part.length]))
      for (const [index, earlier] of kept.entries()) {
        for (const { path, origin } of earlier.filter(isOrphan))
          notes.push(
            `${origin}: ${path.join('.')} is left out: it is of the driver ${before}, and ${choice.origin} names another`,
          )
        kept[index] = earlier.filter(setting => !isOrphan(setting))
      }
    }
    kept.push(layer)
  }
  return { layers: kept, notes }
}

/** `input.driver` or `outputs.0.driver`. */
function isDriver({ path }: Setting): boolean {
  const isPart = (path[0] === 'input' && path.length === 2) || (path[0] === 'outputs' && path.length === 3)
  return isPart && path.at(-1) === 'driver'
}

/** A list takes the place of all that was said of it before. */
function isReplaced({ path, value }: Setting, part: Path): boolean {
  return Array.isArray(value) && isPrefix(path, part)
}

function driverAt(tree: unknown, part: Path): string {
  const found = [...part, 'driver'].reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], tree)
  return String(found ?? AUTO)
}

/** Settings of the one driver that the other does not have; none where either is not known. */
function orphanKeys(drivers: readonly Driver[], part: Path, before: string, after: string): ReadonlySet<string> {
  const kind = part[0] === 'input' ? 'adc' : 'output'
  const fieldsOf = (name: string) => drivers.find(driver => driver.kind === kind && driver.name === name)?.fields
  const [old, present] = [fieldsOf(before), fieldsOf(after)]
  return new Set(old && present ? Object.keys(old).filter(key => !Object.hasOwn(present, key)) : [])
}

/** The configuration as a YAML file, without passwords; `origins` adds to each value who set it. */
export function configYaml({ config, originOf }: LoadedConfig, origins: boolean): string {
  const document = new Document(redacted(config))
  if (origins) {
    for (const { path } of leavesOf(config)) {
      const node = document.getIn(path, true)
      if (isScalar(node)) node.comment = ` ${originOf(path)}`
    }
  }
  return document.toString({ lineWidth: 0 })
}

/** The configuration as JSON, without passwords; with `origins` a list of path, value and origin. */
export function configJson({ config, originOf }: LoadedConfig, origins: boolean): string {
  const shown = redacted(config)
  const listed = leavesOf(shown).map(({ path, value }) => ({ path: path.join('.'), value, origin: originOf(path) }))
  return `${JSON.stringify(origins ? listed : shown, null, 2)}\n`
}

function leavesOf(config: object): { readonly path: Path; readonly value: unknown }[] {
  return settingsIn([], config, '').filter(({ value }) => typeof value !== 'object')
}
