import type { z } from 'zod'
import type { Driver } from '../../drivers/contract.ts'
import { complaintsAbout, type NeuronInput, neuronFrom } from '../neuron/params.ts'
import { PRESETS, presetNamed } from '../neuron/presets.ts'
import { gpioOf } from './header-pins.ts'
import { AUTO } from './input-output-schemas.ts'
import { type ConfigComplaint, ConfigError, redactedText } from './messages.ts'
import { type Config, configSchema } from './schema.ts'
import {
  dotted,
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
  /** `desktop.yaml:12`, `NEUROND_MQTT__URL`, `--set mqtt.url`, `preset classroom`, `derived from …` or `default`. */
  readonly originOf: (path: Path) => string
  /** What was left out without being wrong: sentences for people. */
  readonly notes: readonly string[]
}

/** The settings of one source: a preset, the file, the environment or the flags. */
type Layer = readonly Setting[]

/**
 * The configuration that the layers make, each layer over the ones before it.
 * @param known complaints that were found while the layers were read; reported together with the rest
 * @throws ConfigError with every complaint at once, in the order of the sources and their lines.
 */
export function resolveConfig(
  given: readonly Layer[],
  known: readonly ConfigComplaint[],
  drivers: readonly Driver[],
  hostname: string,
): LoadedConfig {
  const { layers: numbered, complaints: unclear } = withGpioNumbers(given, drivers)
  const { layers, notes } = withoutReplacedDrivers(numbered, drivers)
  const schema = configSchema(drivers)
  const settings = textsAsWritten(withOneTimeConstant([presetLayer(layers.flat()), ...layers]).flat(), schema)
  const { tree, complaints: misplaced } = mergeSettings(settings)
  const result = schema.safeParse(tree)
  const issues = result.success ? [] : [...result.error.issues, ...neuronIssues(tree)]
  const complaints = [...known, ...unclear, ...misplaced, ...complaintsFrom(issues, settings)]
  // In a file of a later version, what changed with the version would look like mistakes.
  const version = complaints.filter(({ path }) => path === 'version')
  if (version.length > 0) throw new ConfigError(version)
  if (!result.success || complaints.length > 0) {
    throw new ConfigError(complaints.map(one => ({ ...one, message: redactedText(one.message) })))
  }
  const config = completed(result.data as ValidConfig, hostname)
  return { config, originOf: path => originOf(settings, path) ?? originWithoutSetting(settings, path), notes }
}

/** What the values are computed from that no setting gives. */
const DERIVED: Readonly<Record<string, readonly string[]>> = {
  'neuron.initialMv': ['neuron.restMv'],
  'neuron.thresholdFloorMv': ['neuron.resetMv', 'neuron.thresholdMv'],
  'neuron.tauMs': ['neuron.resistanceMohm', 'neuron.capacitanceNf'],
  'neuron.capacitanceNf': ['neuron.tauMs', 'neuron.resistanceMohm'],
}

/** `derived from neuron.tauMs, neuron.resistanceMohm`, `name of this machine` or `default`. */
function originWithoutSetting(settings: Layer, path: Path): string {
  const name = dotted(path)
  if (name === 'id') return 'name of this machine'
  // The time constant has a default of its own: it is derived only where a capacitance is given.
  const isDefault = name === 'neuron.tauMs' && !settings.some(one => dotted(one.path) === 'neuron.capacitanceNf')
  const from = isDefault ? undefined : DERIVED[name]
  return from ? `derived from ${from.join(', ')}` : 'default'
}

/** The settings with 007, 12 or true as the texts that they are where the schema wants a text: an id, a user name. */
function textsAsWritten(settings: Layer, schema: z.ZodType): Layer {
  const { error } = schema.safeParse(mergeSettings(settings).tree)
  const wanted = error?.issues.filter(issue => issue.code === 'invalid_type' && issue.expected === 'string') ?? []
  const places = new Set(wanted.map(({ path }) => dotted(path)))
  return settings.map(setting => {
    const { path, written } = setting
    return written !== undefined && places.has(dotted(path)) ? { ...setting, value: written } : setting
  })
}

/** The settings of the last preset that the layers name. */
function presetLayer(settings: Layer): Layer {
  const name = settings.findLast(({ path }) => path.length === 1 && path[0] === 'preset')?.value
  if (typeof name !== 'string' || !Object.hasOwn(PRESETS, name)) return []
  const { neuron, input } = presetNamed(name)
  return settingsIn([], { neuron, input }, `preset ${name}`)
}

// tauMs and capacitanceNf are the same parameter (tau = R C): one of them in a later layer replaces either in an earlier
// one. Within one layer the two contradict each other, and the neuron's own check refuses them.
function withOneTimeConstant(layers: readonly Layer[]): readonly Layer[] {
  const decisive = layers.findLastIndex(layer => layer.some(isTimeConstant))
  return layers.map((layer, index) => (index < decisive ? layer.filter(setting => !isTimeConstant(setting)) : layer))
}

function isTimeConstant({ path, value }: Setting): boolean {
  return path[0] === 'neuron' && (path[1] === 'tauMs' || path[1] === 'capacitanceNf') && value !== null
}

/**
 * The layers without the settings of drivers that a later layer replaces by another driver: of these only the settings
 * that the new driver does not have are left out. A setting that neither driver has stays, and is refused later; so is
 * a contradiction within one layer. `notes` says what was left out, in sentences for people.
 */
function withoutReplacedDrivers(given: readonly Layer[], drivers: readonly Driver[]) {
  const layers: Layer[] = []
  const notes: string[] = []
  for (const layer of given) {
    for (const choice of layer.filter(isDriver)) {
      const part = choice.path.slice(0, -1)
      if (layer.some(setting => replacesListOf(setting, part))) continue
      const before = driverAt(mergeSettings(layers.flat()).tree, part)
      const obsolete = obsoleteKeys(drivers, part, before, String(choice.value ?? AUTO))
      const isObsolete = ({ path }: Setting) => isPrefix(part, path) && obsolete.has(String(path[part.length]))
      for (const [index, earlier] of layers.entries()) {
        for (const { path, origin } of earlier.filter(isObsolete))
          notes.push(
            `${origin}: ${dotted(path)} is left out: it is of the driver ${before}, and ${choice.origin} names another`,
          )
        layers[index] = earlier.filter(setting => !isObsolete(setting))
      }
    }
    layers.push(layer)
  }
  return { layers, notes }
}

/**
 * The layers with the GPIO number of each line of the header, which may be given as `GPIO17` or `pin 11` too. A number alone
 * that is more likely a pin of the header is a complaint.
 */
function withGpioNumbers(layers: readonly Layer[], drivers: readonly Driver[]) {
  const complaints: ConfigComplaint[] = []
  const settings = layers.flat()
  const { tree } = mergeSettings(settings)
  const isOnHeader = ({ path }: Setting) => {
    const part = path.slice(0, -1)
    const named = drivers.find(({ kind, name }) => kind === 'output' && name === driverAt(tree, part))
    const hasChip = settings.some(
      ({ path: [...keys], value }) => dotted(keys) === dotted([...part, 'chip']) && value !== '',
    )
    return path[0] === 'outputs' && path.length === 3 && path[2] === 'line' && named?.linesOf !== undefined && !hasChip
  }
  const numbered = layers.map(layer =>
    layer.map(setting => {
      if (!isOnHeader(setting)) return setting
      const found = gpioOf(setting.value)
      if ('gpio' in found) return { ...setting, value: found.gpio }
      complaints.push({
        path: dotted(setting.path),
        message: `${dotted(setting.path)} ${found.fault}`,
        where: setting.origin,
      })
      // The complaint is enough: no other is to follow from it.
      return { ...setting, value: typeof setting.value === 'number' ? setting.value : null }
    }),
  )
  return { layers: numbered, complaints }
}

/** `input.driver` or `outputs.0.driver`. */
function isDriver({ path }: Setting): boolean {
  const isPart = (path[0] === 'input' && path.length === 2) || (path[0] === 'outputs' && path.length === 3)
  return isPart && path.at(-1) === 'driver'
}

/** A list replaces everything that earlier layers have in its place. */
function replacesListOf({ path, value }: Setting, part: Path): boolean {
  return Array.isArray(value) && isPrefix(path, part)
}

function driverAt(tree: unknown, part: Path): string {
  const found = [...part, 'driver'].reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], tree)
  return typeof found === 'string' ? found : AUTO
}

/** Settings that the driver `before` has and `after` has not; none where either is unknown. */
function obsoleteKeys(drivers: readonly Driver[], part: Path, before: string, after: string): ReadonlySet<string> {
  const kind = part[0] === 'input' ? 'adc' : 'output'
  const fieldsOf = (name: string) => drivers.find(driver => driver.kind === kind && driver.name === name)?.fields
  const [old, present] = [fieldsOf(before), fieldsOf(after)]
  return new Set(old && present ? Object.keys(old).filter(key => !Object.hasOwn(present, key)) : [])
}

interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

// The schema checks relations between parameters only where each of them is right by itself.
function neuronIssues(tree: unknown): Issue[] {
  const { neuron } = tree as { readonly neuron?: unknown }
  if (typeof neuron !== 'object' || neuron === null || Array.isArray(neuron)) return []
  return complaintsAbout(neuron).map(({ path, message }) => {
    return { path: ['neuron', path], message: `${dotted(['neuron', path])} ${message}` }
  })
}

/** The issues in the order of the settings that must be fixed. */
function complaintsFrom(issues: readonly Issue[], settings: Layer): ConfigComplaint[] {
  const located = issues.map(issue => ({ issue, fix: settingToFix(settings, issue.path as Path) }))
  // Both halves of the schema of an input or output may refuse the same value: once is enough.
  const unique = located.filter(({ issue }, index) => issues.findIndex(other => samePath(other, issue)) === index)
  return unique
    .sort((a, b) => a.fix - b.fix)
    .map(({ issue: { path, message }, fix }) => {
      return { path: dotted(path), message, where: settings[fix]?.origin ?? 'defaults' }
    })
}

function samePath(a: Issue, b: Issue): boolean {
  return dotted(a.path) === dotted(b.path)
}

/** What the schema accepts: the neuron's parameters may be incomplete, and the id may be missing. */
type ValidConfig = Omit<Config, 'id' | 'neuron'> & { readonly id?: string; readonly neuron: NeuronInput }

function completed(file: ValidConfig, hostname: string): Config {
  const { id = idFrom(hostname), ...rest } = file
  const { seed, ...neuron } = neuronFrom(rest.neuron)
  return deepFrozen({ id, ...rest, neuron: rest.neuron.seed === undefined ? neuron : { ...neuron, seed } })
}

/** The machine's name as an id, which may stand in a topic. */
function idFrom(hostname: string): string {
  const slug = hostname
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 32)
    .replace(/^-+|-+$/g, '')
  return slug === '' || slug === 'all' ? 'neuron' : slug
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFrozen)
  return Object.freeze(value)
}
