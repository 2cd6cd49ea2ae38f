import type { Config } from './schema.ts'
import { dotted, plainValuesIn } from './settings-with-origins.ts'

/** What a running daemon can take over; all other settings are read at its start only. */
const LIVE =
  /^(version|preset|keepChanges|neuron\..*|input\.(minNa|maxNa|sampleHz|holdMs|fromLevel|toLevel)|loop\.speed|synapses.*|outputs.*|log\.(level|levels.*))$/

/** Paths of the settings that differ and take effect at the next start only. */
export function needingRestart(before: Config, after: Config): readonly string[] {
  return differing(before, after).filter(path => !LIVE.test(path))
}

/** Are the maps in both lists equal, in whatever order their keys are? Undefined values count as left out. */
export function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return inOneOrder(a) === inOneOrder(b)
}

function inOneOrder(list: readonly unknown[]): string {
  const entriesOf = (map: unknown) => Object.entries(map as object).filter(([, value]) => value !== undefined)
  return JSON.stringify(list.map(map => entriesOf(map).sort()))
}

function differing(before: Config, after: Config): string[] {
  const [old, now] = [valuesByPath(before), valuesByPath(after)]
  const paths = new Set([...old.keys(), ...now.keys()])
  return [...paths].filter(path => old.get(path) !== now.get(path))
}

function valuesByPath(config: Config): ReadonlyMap<string, unknown> {
  return new Map(plainValuesIn(config).map(({ path, value }) => [dotted(path), value]))
}
