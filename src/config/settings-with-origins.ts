import type { ConfigComplaint } from './messages.ts'

/** Keys and list indices that lead to a value. */
export type Path = readonly (string | number)[]

/** One value as somebody wrote it, and where. Maps and lists come first and empty, their contents after them. */
export interface Setting {
  readonly path: Path
  readonly value: unknown
  /** `desktop.yaml:12`, `NEUROND_MQTT__URL`, `--set mqtt.url`, `preset classroom`. */
  readonly origin: string
}

/** A value with everything in it as settings. */
export function settingsIn(path: Path, value: unknown, origin: string): readonly Setting[] {
  if (typeof value !== 'object' || value === null) return [{ path, value, origin }]
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value)
  const contents = keys.flatMap(key => settingsIn([...path, key], (value as Tree)[key], origin))
  return [{ path, value: Array.isArray(value) ? [] : {}, origin }, ...contents]
}

/**
 * What the settings amount to, later ones over earlier ones: a map is added to, a list or a plain value is replaced,
 * and null takes the value back to its default. What fits in nowhere is complained of.
 */
export function mergeSettings(settings: readonly Setting[]): {
  readonly tree: unknown
  readonly complaints: ConfigComplaint[]
} {
  const tree = emptyMap()
  const complaints: ConfigComplaint[] = []
  for (const setting of settings) {
    const message = placed(tree, setting)
    // What is in a map that has no place has none either: once is enough.
    if (message === null || message === complaints.at(-1)?.message) continue
    complaints.push({ path: setting.path.join('.'), message, where: setting.origin })
  }
  return { tree, complaints }
}

/** Who set exactly this value last; undefined if nobody did. */
export function originOf(settings: readonly Setting[], path: Path): string | undefined {
  return settings.findLast(setting => isPrefix(setting.path, path) && setting.path.length === path.length)?.origin
}

/** Index of the setting to fix when there is a complaint about `path`, of whose value there may be nothing. */
export function settingToFix(settings: readonly Setting[], path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length)
    const exact = settings.findLastIndex(({ path }) => path.length === length && isPrefix(part, path))
    if (exact >= 0) return exact
    const inside = settings.findLastIndex(({ path }) => isPrefix(part, path))
    if (inside >= 0) return inside
  }
  return -1
}

// Without a prototype a key may have any name, `constructor` too.
type Tree = Record<string | number, unknown>

function emptyMap(): Tree {
  return Object.create(null)
}

function isContainer(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null
}

// Puts a value into the tree, or says why it cannot be there.
function placed(root: Tree, { path, value }: Setting): string | null {
  // The schema does not see a key of this name.
  const hidden = path.indexOf('__proto__')
  if (hidden >= 0) return `${path.slice(0, hidden + 1).join('.')} is not a setting: leave it out`
  let node = root
  for (const [depth, key] of path.entries()) {
    if (Array.isArray(node) && !(typeof key === 'number' && key <= node.length)) {
      const list = path.slice(0, depth).join('.')
      return `${path.join('.')} is not there: ${list} is a list of ${node.length}, the first is ${list}.0`
    }
    if (depth === path.length - 1) put(node, key, value)
    else node = childOf(node, key, path[depth + 1]!)
  }
  return null
}

function childOf(node: Tree, key: string | number, next: string | number): Tree {
  const child = node[key]
  if (isContainer(child)) return child
  const made: Tree = typeof next === 'number' ? ([] as unknown as Tree) : emptyMap()
  node[key] = made
  return made
}

function put(parent: Tree, key: string | number, value: unknown): void {
  if (value === null && !Array.isArray(parent)) delete parent[key]
  else if (Array.isArray(value)) parent[key] = []
  else if (!isContainer(value)) parent[key] = value
  else if (!isContainer(parent[key]) || Array.isArray(parent[key])) parent[key] = emptyMap()
}

export function isPrefix(prefix: Path, path: Path): boolean {
  return prefix.every((key, index) => path[index] === key)
}
