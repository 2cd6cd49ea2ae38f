import { cycleIn, type Import, importsOf, withoutComments } from './imports.ts'

/** Repository path → source text. */
export type Sources = ReadonlyMap<string, string>

interface Room {
  /** Folders and files that it may import, and those of which it may only import types; itself always. */
  readonly values: readonly string[]
  readonly types?: readonly string[]
  readonly packages: readonly string[]
  /** Packages that it may load on demand only, each in a single file. */
  readonly native?: readonly string[]
  readonly node: boolean
}

const EVERY_ROOM = ['src/fields', 'src/neuron', 'drivers', 'src/loop', 'src/mqtt', 'src/web', 'src/config']

/** The import table. The first name that a path begins with is its room, so single files come before their folder. */
const ROOMS: Readonly<Record<string, Room>> = {
  'src/fields': { values: [], packages: [], node: false },
  'src/neuron': { values: ['src/fields'], packages: [], node: false },
  drivers: { values: [], packages: [], native: ['i2c-bus', 'onoff', 'pigpio', 'koffi'], node: true },
  // The thread's entry file opens the drivers, inside of the thread.
  'src/loop/thread/main.ts': { values: ['src/loop', 'src/neuron', 'drivers'], packages: [], node: true },
  'src/loop': { values: ['src/fields', 'src/neuron'], types: ['drivers'], packages: [], node: true },
  'src/mqtt': {
    values: ['src/fields', 'src/neuron'],
    types: ['src/loop'],
    packages: ['mqtt', 'aedes', 'mqtt-packet'],
    node: true,
  },
  // What runs in the browser may share the server's formats, and knows nothing of Node.
  'src/web/public': {
    values: ['src/web', 'src/neuron', 'src/fields'],
    types: ['src/loop', 'src/mqtt/types.ts'],
    packages: ['uplot', 'lit-html'],
    node: false,
  },
  'src/web': {
    values: ['src/fields', 'src/neuron'],
    types: ['src/loop', 'src/mqtt/types.ts'],
    packages: ['fastify', '@fastify/websocket'],
    node: true,
  },
  'src/config': {
    values: ['src/fields', 'src/neuron', 'src/loop/options.ts', 'src/mqtt/options.ts', 'src/web/options.ts'],
    types: ['drivers'],
    packages: ['zod', 'yaml'],
    node: true,
  },
  // The only place where parts meet.
  'src/daemon': { values: [...EVERY_ROOM, 'src/log.ts'], packages: [], node: true },
  'src/log.ts': { values: [], packages: ['pino', 'pino-pretty'], node: true },
  'src/cli': {
    values: [...EVERY_ROOM, 'src/daemon', 'src/log.ts'],
    packages: ['commander', 'uqr'],
    node: true,
  },
}

const CLOCK_FILE = 'src/loop/clock.ts'
// A timer that is a member of something, or the type of one, was handed in: that is how the rooms are to get it.
const CLOCKS =
  /\bDate\.now\b|\bperformance\.now\b|\bprocess\.(?:hrtime|uptime)\b|\bnew Date\(\)|(?:(?<![\w.])|\bglobalThis\.)(?<!typeof )set(?:Timeout|Interval)\b(?!\??:)|'node:(?:timers|perf_hooks)/

/** Every breach of the house rules in these files, as sentences. */
export function breachesIn(sources: Sources): string[] {
  const product = [...sources].filter(([path]) => !path.startsWith('test/'))
  const imports = new Map(product.map(([path, source]) => [path, importsOf(path, source)]))
  return [
    ...[...imports].flatMap(([path, found]) => importBreaches(path, found)),
    ...sharedNatives(imports),
    ...circles(imports),
    ...product.flatMap(([path, source]) => clockBreach(path, source)),
  ]
}

function importBreaches(path: string, imports: readonly Import[]): string[] {
  const name = roomOf(path)
  const room = name === undefined ? undefined : ROOMS[name]
  if (name === undefined || room === undefined) return [`${path} stands in no room: give it one in the import table`]
  const forbidden = imports.filter(one => !(one.isFile ? mayReach(name, room, one) : mayUse(room, one)))
  return forbidden.map(({ target, typeOnly }) => `${path} may not import ${typeOnly ? 'types of ' : ''}${target}`)
}

function mayReach(name: string, room: Room, { target, typeOnly }: Import): boolean {
  const areas = [name, ...room.values, ...(typeOnly ? (room.types ?? []) : [])]
  return areas.some(area => isInside(target, area))
}

function mayUse(room: Room, { target, lazy, typeOnly }: Import): boolean {
  if (target.startsWith('node:')) return room.node
  if (room.native?.includes(target)) return lazy || typeOnly
  return room.packages.includes(target)
}

function sharedNatives(imports: ReadonlyMap<string, readonly Import[]>): string[] {
  return ROOMS.drivers!.native!.flatMap(native => {
    const users = [...imports].filter(([, found]) =>
      found.some(({ target, typeOnly }) => target === native && !typeOnly),
    )
    return users.length > 1
      ? [`${native} is loaded in ${users.map(([path]) => path).join(' and ')}, one file is enough`]
      : []
  })
}

function circles(imports: ReadonlyMap<string, readonly Import[]>): string[] {
  const graph = new Map(
    [...imports].map(([path, found]) => [path, found.filter(one => one.isFile).map(one => one.target)] as const),
  )
  const cycle = cycleIn(graph)
  return cycle === undefined ? [] : [`these files import each other: ${cycle}`]
}

function clockBreach(path: string, source: string): string[] {
  const clock = path === CLOCK_FILE ? null : CLOCKS.exec(withoutComments(source))
  return clock ? [`${path} uses ${clock[0]}: time comes from ${CLOCK_FILE}, as an argument`] : []
}

function roomOf(path: string): string | undefined {
  return Object.keys(ROOMS).find(name => isInside(path, name))
}

function isInside(path: string, area: string): boolean {
  return path === area || path.startsWith(`${area}/`)
}
