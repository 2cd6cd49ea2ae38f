/** The log: one pino logger, whose children write for the parts of the daemon (their `room`). */
import { createRequire } from 'node:module'
import pino, { type Logger } from 'pino'

export type Log = Logger

export interface Levels {
  readonly level: string
  /** Of single parts, like `mqtt: debug`. */
  readonly levels: Readonly<Record<string, string>>
}

export interface LogOptions extends Levels {
  /** `json` for programs, `pretty` for people. */
  readonly format: 'json' | 'pretty'
  readonly colour: boolean
  /** Monotonic ms. */
  readonly nowMs: () => number
  /** Standard output unless given. */
  readonly stream?: NodeJS.WritableStream
}

/** A message that repeats within so long, ms, is held back, and written once afterwards with how often it came. */
const QUIET_MS = 10_000
const MOST_HELD_BACK = 100
/** Characters that wait while the disk is full; more are dropped. */
const MOST_WAITING = 2 ** 18

/** The children of a log, and its messages that are held back. */
const states = new WeakMap<Log, { readonly children: Log[]; readonly repeats: Repeats }>()

/** Opens the only logger of the process. */
export function openLog({ level, levels, format, colour, nowMs, stream }: LogOptions): Log {
  const children: Log[] = []
  const repeats = createRepeats(nowMs)
  const options: pino.LoggerOptions = {
    level,
    hooks: { logMethod: repeats.logMethod },
    onChild(child) {
      children.push(child)
    },
  }
  const log = pino(options, format === 'json' ? (stream ?? standardOutput()) : prettyOutput(colour, stream))
  states.set(log, { children, repeats })
  // A child gets the level of its part when it is made.
  const child = log.child.bind(log)
  log.child = ((bindings: pino.Bindings) =>
    child(bindings, { level: levels[bindings.room as string] ?? log.level })) as Log['child']
  return log
}

/** Sets the levels from now on. */
export function setLevels(log: Log, { level, levels }: Levels): void {
  log.level = level
  for (const child of states.get(log)?.children ?? []) child.level = levels[child.bindings().room as string] ?? level
}

/** Writes what is held back; nothing is logged after this. */
export function closeLog(log: Log): void {
  states.get(log)?.repeats.writeAll()
}

/** On a full disk the program goes on: what cannot be written waits until there is room. */
function standardOutput() {
  const output = pino.destination({ fd: 1, sync: true, maxLength: MOST_WAITING })
  output.on('error', () => {})
  return output
}

/** Loaded only when it is used: it would slow the start of a service. */
function prettyOutput(colour: boolean, stream: NodeJS.WritableStream | undefined) {
  const pretty = createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty')
  return pretty({
    colorize: colour,
    colorizeObjects: false,
    destination: stream ?? standardOutput(),
    ignore: 'pid,hostname,room',
    messageFormat: '{if room}{room}: {end}{msg}',
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
  })
}

interface Repeated {
  readonly sinceMs: number
  times: number
  write(times: number): void
}

interface Repeats {
  readonly logMethod: NonNullable<NonNullable<pino.LoggerOptions['hooks']>['logMethod']>
  writeAll(): void
}

/** Holds back repeated messages of a part; they are written before the next message of any kind. */
function createRepeats(nowMs: () => number): Repeats {
  const recent = new Map<string, Repeated>()

  function writeUntil(latestMs: number): void {
    for (const [key, repeated] of recent) {
      if (repeated.sinceMs > latestMs && recent.size <= MOST_HELD_BACK) continue
      recent.delete(key)
      if (repeated.times > 0) repeated.write(repeated.times)
    }
  }

  return {
    logMethod(args, method, level) {
      const atMs = nowMs()
      writeUntil(atMs - QUIET_MS)
      const [message] = args as [unknown]
      const { room } = this.bindings()
      const key = `${level} ${room} ${message}`
      const repeated = recent.get(key)
      if (repeated) {
        repeated.times++
        return
      }
      const write = (times: number) =>
        method.apply(this, [`${message} (repeated ${times === 1 ? 'once' : `${times} times`})`])
      // Messages without a part answer keys of the user, who may press one twice.
      if (room !== undefined) recent.set(key, { sinceMs: atMs, times: 0, write })
      method.apply(this, args)
    },
    writeAll: () => writeUntil(Number.POSITIVE_INFINITY),
  }
}
