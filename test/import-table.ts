import { type Import, type Scan, scan } from './import-scan.ts'

/** Repository path → source text. */
export type Sources = ReadonlyMap<string, string>

interface Area {
  /** Folders and files that it may import, and those of which it may only import types; itself always. */
  readonly values: readonly string[]
  readonly types?: readonly string[]
  readonly packages: readonly string[]
  /** Packages that it may load on demand only, each in a single file. */
  readonly native?: readonly string[]
  readonly node: boolean
}

const PURE = ['src/fields', 'src/neuron']
const PARTS = [...PURE, 'drivers', 'src/loop', 'src/lessons', 'src/mqtt', 'src/web', 'src/config']

/** Who may import whom. The first name that a path begins with is its area, so single files come before their folder. */
const AREAS: Readonly<Record<string, Area>> = {
  'src/fields': { values: [], packages: [], node: false },
  'src/neuron': { values: ['src/fields'], packages: [], node: false },
  drivers: { values: [], packages: [], native: ['i2c-bus', 'onoff', 'pigpio', 'koffi'], node: true },
  // The entry of the neuron thread opens the drivers inside of the thread.
  'src/loop/thread/main.ts': { values: ['src/loop', ...PURE, 'drivers'], packages: [], node: true },
  'src/loop': { values: PURE, types: ['drivers'], packages: [], node: true },
  'src/lessons': { values: PURE, packages: ['zod', 'yaml'], node: false },
  'src/mqtt': {
    values: [...PURE, 'src/loop/health.ts'],
    types: ['src/loop', 'src/lessons'],
    packages: ['mqtt', 'aedes', 'mqtt-packet', 'ws'],
    node: true,
  },
  // The browser shares the server's formats, and knows nothing of Node.
  'src/web/public': {
    values: [
      'src/web/wire-format.ts',
      'src/web/downsample.ts',
      'src/web/data-sources.ts',
      ...PURE,
      'src/loop/health.ts',
    ],
    types: ['src/web', 'src/loop', 'src/lessons', 'src/mqtt/types.ts'],
    packages: ['uplot', 'lit-html', 'idb', 'uqr'],
    node: false,
  },
  'src/web': {
    values: [...PURE, 'src/loop/health.ts'],
    types: ['src/loop', 'src/lessons', 'src/mqtt/types.ts'],
    packages: ['fastify', '@fastify/websocket'],
    node: true,
  },
  'src/config': {
    values: [
      ...PURE,
      'src/lessons/options.ts',
      'src/loop/options.ts',
      'src/mqtt/link-and-synapse-options.ts',
      'src/mqtt/connection/address.ts',
      'src/web/options.ts',
    ],
    types: ['drivers'],
    packages: ['zod', 'yaml'],
    node: true,
  },
  // The only place where parts meet.
  'src/daemon': { values: [...PARTS, 'src/log.ts'], packages: [], node: true },
  'src/log.ts': { values: [], packages: ['pino', 'pino-pretty'], node: true },
  'src/cli': {
    values: [...PARTS, 'src/daemon', 'src/log.ts'],
    packages: ['commander', 'uqr', 'picocolors'],
    node: true,
  },
}

const CLOCK_FILE = 'src/loop/clock.ts'

/** Every breach of the import table in these files, as sentences. */
export function breachesIn(sources: Sources): string[] {
  const scans = new Map([...sources].map(([path, source]) => [path, scan(path, source)]))
  return [
    ...[...scans].flatMap(([path, { imports }]) => forbiddenImports(path, imports)),
    ...sharedNatives(scans),
    ...circles(scans),
    ...[...scans].flatMap(([path, { clocks }]) => ownClocks(path, clocks)),
  ]
}

function forbiddenImports(path: string, imports: readonly Import[]): string[] {
  const name = Object.keys(AREAS).find(area => isInside(path, area))
  if (name === undefined) return [`${path} stands in no area: give it one in the import table`]
  const area = AREAS[name]!
  const forbidden = imports.filter(one => !(one.isFile ? mayReach(name, area, one) : mayUse(area, one)))
  return forbidden.map(({ target, typeOnly }) => `${path} may not import ${typeOnly ? 'types of ' : ''}${target}`)
}

function mayReach(name: string, area: Area, { target, typeOnly }: Import): boolean {
  const reachable = [name, ...area.values, ...(typeOnly ? (area.types ?? []) : [])]
  return reachable.some(one => isInside(target, one))
}

function mayUse(area: Area, { target, lazy, typeOnly }: Import): boolean {
  if (target.startsWith('node:')) return area.node
  if (area.native?.includes(target)) return lazy || typeOnly
  return area.packages.includes(target)
}

function sharedNatives(scans: ReadonlyMap<string, Scan>): string[] {
  return AREAS.drivers!.native!.flatMap(native => {
    const users = [...scans].filter(([, { imports }]) => imports.some(one => one.target === native && !one.typeOnly))
    const paths = users.map(([path]) => path)
    return paths.length > 1 ? [`${native} is loaded in ${paths.join(' and ')}, one file is enough`] : []
  })
}

/** Imports run one way at every level: between files, and between the folders and files beside each other in a folder. */
function circles(scans: ReadonlyMap<string, Scan>): string[] {
  const levels = new Map<string, Map<string, Set<string>>>()
  for (const [path, { imports }] of scans) {
    for (const { target } of imports.filter(one => one.isFile)) {
      const [folder, from, to] = whereTheyPart(path, target)
      const level = levels.get(folder) ?? new Map<string, Set<string>>()
      level.set(from, (level.get(from) ?? new Set()).add(to))
      levels.set(folder, level)
    }
  }
  return [...levels.values()].flatMap(level => {
    const circle = circleIn(level)
    return circle === undefined ? [] : [`these import each other: ${circle}`]
  })
}

/** The folder that two paths share, and what each of them goes through there. */
function whereTheyPart(from: string, to: string): [folder: string, from: string, to: string] {
  const [a, b] = [from.split('/'), to.split('/')]
  const shared = a.findIndex((part, index) => part !== b[index])
  const upTo = (parts: readonly string[], count: number) => parts.slice(0, count).join('/')
  return shared < 0 ? [from, from, from] : [upTo(a, shared), upTo(a, shared + 1), upTo(b, shared + 1)]
}

/** A circle in a graph as `a → b → a`; undefined if there is none. */
function circleIn(graph: ReadonlyMap<string, ReadonlySet<string>>): string | undefined {
  const done = new Set<string>()
  const follow = (node: string, trail: readonly string[]): string | undefined => {
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node].join(' → ')
    if (done.has(node)) return undefined
    done.add(node)
    return firstFound(graph.get(node) ?? [], next => follow(next, [...trail, node]))
  }
  return firstFound(graph.keys(), node => follow(node, []))
}

function firstFound<T>(items: Iterable<T>, find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

function ownClocks(path: string, clocks: readonly string[]): string[] {
  return path === CLOCK_FILE
    ? []
    : clocks.map(clock => `${path} uses ${clock}: time comes from ${CLOCK_FILE}, as an argument`)
}

function isInside(path: string, area: string): boolean {
  return path === area || path.startsWith(`${area}/`)
}
