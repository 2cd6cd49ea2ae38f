/** What was changed while the neuron ran, as edits of its configuration file. Pure. */
import { sameList } from './changes.ts'
import { type Edit, editedYaml } from './edit.ts'
import type { Config } from './schema.ts'
import type { Path } from './settings.ts'
import { configDocument } from './yaml-file.ts'

/** What holds in a running neuron: everything that can be changed over MQTT and HTTP. */
export interface Live {
  /** The neuron's parameters, `minNa`, `maxNa` and `speed`. */
  readonly params: object
  readonly synapses?: readonly unknown[] | undefined
}

export interface Change {
  readonly path: string
  readonly from: unknown
  readonly to: unknown
}

export interface Kept {
  readonly text: string
  readonly changes: readonly Change[]
}

const INPUT = ['minNa', 'maxNa']

/**
 * The text of the file with what holds in it; comments and all other lines stay.
 * @param only the parameters that may be written; all that differ, unless given
 * @param resolve the configuration that a text amounts to, by itself
 * @throws ConfigError if the file would be wrong afterwards
 */
export function keptYaml(
  text: string,
  live: Live,
  only: readonly string[] | undefined,
  resolve: (text: string) => Config,
): Kept {
  const wanted = only && new Set([...only, ...(only.includes('restMv') ? ['initialMv'] : [])])
  const before = resolve(text)
  const changes = changesIn(before, live, text).filter(({ key }) => key !== 'initialMv' && (wanted?.has(key) ?? true))
  const edited = editedYaml(text, changes)
  // Where the neuron begins follows from its rest, unless it was set apart.
  const rest = changesIn(resolve(edited), live, edited).filter(
    ({ key }) => key === 'initialMv' && (wanted?.has(key) ?? true),
  )
  const all = [...changes, ...rest]
  const done = editedYaml(edited, rest)
  resolve(done)
  return { text: done, changes: all.map(({ path, from, value }) => ({ path: path.join('.'), from, to: value })) }
}

interface KeyedEdit extends Edit {
  readonly key: string
  readonly from: unknown
}

function changesIn(config: Config, { params, synapses }: Live, text: string): KeyedEdit[] {
  const { settings } = configDocument(text, '')
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
