import type { Config } from './schema.ts'
import { settingsIn } from './settings-with-origins.ts'

/** What a daemon can take over while it runs; everything else is read at its start alone. */
const LIVE =
  /^(version|preset|keepChanges|neuron\..*|input\.(minNa|maxNa|sampleHz|holdMs|fromLevel|toLevel)|loop\.speed|synapses.*|outputs.*|log\.(level|levels.*))$/

/** The settings, as people write their paths, that differ and take effect at the next start only. */
export function needingRestart(before: Config, after: Config): readonly string[] {
  return differing(before, after).filter(path => !LIVE.test(path))
}

/** Do they say the same, whatever the order of their keys? */
export function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  const plain = (list: readonly unknown[]) =>
    JSON.stringify(
      list.map(one =>
        Object.entries(one as object)
          .filter(([, value]) => value !== undefined)
          .sort(),
      ),
    )
  return plain(a) === plain(b)
}

function differing(before: Config, after: Config): string[] {
  const [old, now] = [leavesOf(before), leavesOf(after)]
  const paths = new Set([...old.keys(), ...now.keys()])
  return [...paths].filter(path => old.get(path) !== now.get(path))
}

function leavesOf(config: Config): ReadonlyMap<string, unknown> {
  const leaves = settingsIn([], config, '').filter(({ value }) => typeof value !== 'object')
  return new Map(leaves.map(({ path, value }) => [path.join('.'), value]))
}
