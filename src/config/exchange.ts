import type { Driver } from '../../drivers/contract.ts'
import { AUTO } from './drivers.ts'
import { isPrefix, type Path, type Setting, treeOf } from './settings.ts'

export interface Exchanged {
  /** The layers without what belonged to drivers that a later layer has exchanged for others. */
  readonly layers: readonly (readonly Setting[])[]
  /** What was left out, and why: sentences for people. */
  readonly notes: readonly string[]
}

/**
 * Whoever names another driver, in a later layer, means its settings too: those that only the driver before it knows
 * are left out. What neither of them knows stays, to be complained of; and so does a contradiction within one layer.
 */
export function withExchangedDrivers(layers: readonly (readonly Setting[])[], drivers: readonly Driver[]): Exchanged {
  const kept: (readonly Setting[])[] = []
  const notes: string[] = []
  for (const layer of layers) {
    for (const choice of layer.filter(isDriver)) {
      const part = choice.path.slice(0, -1)
      if (layer.some(setting => isReplaced(setting, part))) continue
      const before = driverAt(treeOf(kept.flat()).tree, part)
      const orphans = orphanKeys(drivers, part, before, String(choice.value ?? AUTO))
      const isOrphan = ({ path }: Setting) => isPrefix(part, path) && orphans.has(String(path[part.length]))
      for (const [index, earlier] of kept.entries()) {
        for (const { path, where } of earlier.filter(isOrphan))
          notes.push(
            `${where}: ${path.join('.')} is left out: it is of the driver ${before}, and ${choice.where} names another`,
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
