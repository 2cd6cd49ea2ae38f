import type { Driver } from '../../drivers/contract.ts'
import { complaintsAbout, type NeuronInput, neuronFrom } from '../neuron/params.ts'
import { PRESETS, presetNamed } from '../neuron/presets.ts'
import { withExchangedDrivers } from './exchange.ts'
import { dotted } from './field-schemas.ts'
import { type Complaint, ConfigError } from './messages.ts'
import { redactedText } from './redaction.ts'
import { type Config, configSchema } from './schema.ts'
import { culpritOf, originOf, type Path, type Setting, settingsIn, treeOf } from './settings.ts'

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
export function resolved(
  given: readonly (readonly Setting[])[],
  complaints: readonly Complaint[],
  drivers: readonly Driver[],
  hostname: string,
): LoadedConfig {
  const { layers, notes } = withExchangedDrivers(given, drivers)
  const settings = withOneMembrane([presetSettings(layers.flat()), ...layers]).flat()
  const { tree, complaints: misfits } = treeOf(settings)
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

function complaintsOf(issues: readonly Issue[], settings: readonly Setting[]): Complaint[] {
  const located = issues.map(issue => ({ issue, culprit: culpritOf(settings, issue.path as Path) }))
  // Both halves of a part may refuse the same thing: once is enough.
  const unique = located.filter(({ issue }, index) => issues.findIndex(other => samePath(other, issue)) === index)
  return unique
    .sort((a, b) => a.culprit - b.culprit)
    .map(({ issue, culprit }) => ({
      path: dotted(issue.path),
      message: issue.message,
      where: settings[culprit]?.where ?? 'defaults',
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
