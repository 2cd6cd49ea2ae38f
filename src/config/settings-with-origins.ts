import type { ConfigComplaint } from './messages.ts'

/** Keys and list indices that lead to a value. */
export type Path = readonly (string | number)[]

/**
 * One value as a source gives it. A map or list is a setting with an empty value; its contents are settings that follow.
 */
export interface Setting {
  readonly path: Path
  readonly value: unknown
  /** A number, true or false as it was written, like 007 or 0x10: the value of a setting that is a text. */
  readonly written?: string
  /** `desktop.yaml:12`, `NEUROND_MQTT__URL`, `--set mqtt.url`, `preset classroom`. */
  readonly origin: string
}

/** A value and everything in it as settings. */
export function settingsIn(path: Path, value: unknown, origin: string): readonly Setting[] {
  if (!isContainer(value)) return [{ path, value, origin }]
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value)
  const contents = keys.flatMap(key => settingsIn([...path, key], value[key], origin))
  return [{ path, value: Array.isArray(value) ? [] : {}, origin }, ...contents]
}

/** The plain values in a configuration, without its maps and lists. */
export function plainValuesIn(config: object): readonly Pick<Setting, 'path' | 'value'>[] {
  return settingsIn([], config, '').filter(({ value }) => !isContainer(value))
}

/**
 * The settings as one tree, later ones over earlier ones: a map is added to, a list or a plain value is replaced, and
 * null takes the value back to its default. A setting that has no place in the tree becomes a complaint.
 */
export function mergeSettings(settings: readonly Setting[]): {
  readonly tree: unknown
  readonly complaints: ConfigComplaint[]
} {
  const tree = emptyMap()
  const complaints: ConfigComplaint[] = []
  for (const setting of settings) {
    const message = addToTree(tree, setting)
    // The contents of a map without a place have none either: one complaint is enough.
    if (message === null || message === complaints.at(-1)?.message) continue
    complaints.push({ path: dotted(setting.path), message, where: setting.origin })
  }
  return { tree, complaints }
}

/** The origin of exactly this value; undefined if no setting gives it. */
export function originOf(settings: readonly Setting[], path: Path): string | undefined {
  return settings.findLast(setting => setting.path.length === path.length && isPrefix(setting.path, path))?.origin
}

/** Index of the setting to fix when `path` is wrong or missing: itself, or else the nearest one around it; -1 if none. */
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

/** Is `path` the place of `prefix`, or inside it? */
export function isPrefix(prefix: Path, path: Path): boolean {
  return prefix.every((key, index) => path[index] === key)
}

/** The path of these keys; digits are the index in a list. */
export function pathOf(keys: readonly string[]): Path {
  return keys.map(key => (/^\d+$/.test(key) ? Number(key) : key))
}

/** A path as people write it: `outputs.0.pulseMs`. */
export function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.')
}

// Without a prototype a key may have any name, `constructor` too.
type Container = Record<string | number, unknown>

function emptyMap(): Container {
  return Object.create(null)
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null
}

/** Returns why the setting has no place in the tree; null if it was added. */
function addToTree(root: Container, { path, value }: Setting): string | null {
  // The schema does not see a key of this name.
  const hidden = path.indexOf('__proto__')
  if (hidden >= 0) return `${dotted(path.slice(0, hidden + 1))} is not a setting: leave it out`
  let node = root
  for (const [depth, key] of path.entries()) {
    if (Array.isArray(node) && !(typeof key === 'number' && key <= node.length)) {
      const list = dotted(path.slice(0, depth))
      return `${dotted(path)} is not there: ${list} is a list of ${node.length}, the first is ${list}.0`
    }
    if (depth === path.length - 1) setChild(node, key, value)
    else node = childOf(node, key, path[depth + 1]!)
  }
  return null
}

function childOf(node: Container, key: string | number, next: string | number): Container {
  const child = node[key]
  if (isContainer(child)) return child
  const made: Container = typeof next === 'number' ? ([] as unknown as Container) : emptyMap()
  node[key] = made
  return made
}

function setChild(parent: Container, key: string | number, value: unknown): void {
  if (value === null && !Array.isArray(parent)) delete parent[key]
  else if (Array.isArray(value)) parent[key] = []
  else if (!isContainer(value)) parent[key] = value
  else if (!isContainer(parent[key]) || Array.isArray(parent[key])) parent[key] = emptyMap()
}
