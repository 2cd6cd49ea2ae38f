import pino, { type Logger } from 'pino'
import pretty from 'pino-pretty'

export type Log = Logger

export interface LogOptions {
  readonly level: string
  /** `json` for programs, `pretty` for people. */
  readonly format: 'json' | 'pretty'
  readonly colour: boolean
  /** Where it goes; standard output unless given. */
  readonly stream?: NodeJS.WritableStream
}

/** The only logger. Rooms are handed functions that write to a child of it. */
export function openLog({ level, format, colour, stream }: LogOptions): Log {
  if (format === 'json') return pino({ level }, stream ?? pino.destination({ fd: 1, sync: true }))
  const people = pretty({
    colorize: colour,
    colorizeObjects: false,
    destination: stream ?? 1,
    sync: true,
    ignore: 'pid,hostname,room',
    messageFormat: '{if room}{room}: {end}{msg}',
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
  })
  return pino({ level }, people)
}
