import { createRequire } from 'node:module'
import pino, { type Logger } from 'pino'

export type Log = Logger

export interface Levels {
  readonly level: string
  /** Of single rooms, like `mqtt: debug`. */
  readonly levels: Readonly<Record<string, string>>
}

export interface LogOptions extends Levels {
  /** `json` for programs, `pretty` for people. */
  readonly format: 'json' | 'pretty'
  readonly colour: boolean
  /** Monotonic ms. */
  readonly nowMs: () => number
  /** Where it goes; standard output unless given. */
  readonly stream?: NodeJS.WritableStream
}

/** The same message is not written again for so long, ms: then once more, with how often it came. */
const QUIET_MS = 10_000
const MOST_KEPT = 100
/** Characters that wait for room on the disk; what comes then is dropped. */
const MOST_WAITING = 2 ** 18

/** What belongs to a log: the loggers of its rooms, and the messages that were held back. */
const belongings = new WeakMap<Log, { readonly children: Log[]; readonly repeats: Repeats }>()

/** The only logger. Rooms are handed functions that write to a child of it. */
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
  const log = pino(options, format === 'json' ? (stream ?? standardOutput()) : people(colour, stream))
  belongings.set(log, { children, repeats })
  // A child gets its level when it is made.
  const child = log.child.bind(log)
  log.child = ((bindings: pino.Bindings) =>
    child(bindings, { level: levels[bindings.room as string] ?? log.level })) as Log['child']
  return log
}

/** Other levels from now on. */
export function setLevels(log: Log, { level, levels }: Levels): void {
  log.level = level
  for (const child of belongings.get(log)?.children ?? [])
    child.level = levels[child.bindings().room as string] ?? level
}

/** Nothing comes after this: what was held back is told. */
export function closeLog(log: Log): void {
  belongings.get(log)?.repeats.tellAll()
}

/** Where the disk behind it is full, the program goes on: what cannot be written waits, and is written when there is room. */
function standardOutput() {
  const output = pino.destination({ fd: 1, sync: true, maxLength: MOST_WAITING })
  output.on('error', () => {})
  return output
}

/** Loaded only where somebody reads along: as a service it would make the start longer. */
function people(colour: boolean, stream: NodeJS.WritableStream | undefined) {
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
  tell(times: number): void
}

interface Repeats {
  readonly logMethod: NonNullable<NonNullable<pino.LoggerOptions['hooks']>['logMethod']>
  tellAll(): void
}

/** A flood of one message of a room becomes a line now and then; what was held back is told with the next line of any kind. */
function createRepeats(nowMs: () => number): Repeats {
  const recent = new Map<string, Repeated>()

  function tellSince(latestMs: number): void {
    for (const [key, repeated] of recent) {
      if (repeated.sinceMs > latestMs && recent.size <= MOST_KEPT) continue
      recent.delete(key)
      if (repeated.times > 0) repeated.tell(repeated.times)
    }
  }

  return {
    logMethod(args, method, level) {
      const atMs = nowMs()
      tellSince(atMs - QUIET_MS)
      const [message] = args as [unknown]
      const { room } = this.bindings()
      const key = `${level} ${room} ${message}`
      const repeated = recent.get(key)
      if (repeated) {
        repeated.times++
        return
      }
      const tell = (times: number) =>
        method.apply(this, [`${message} (repeated ${times === 1 ? 'once' : `${times} times`})`])
      // What people ask for by a key they may ask for twice.
      if (room !== undefined) recent.set(key, { sinceMs: atMs, times: 0, tell })
      method.apply(this, args)
    },
    tellAll: () => tellSince(Number.POSITIVE_INFINITY),
  }
}
