import { execFile } from 'node:child_process'
import { loadDatagrams, type SendDatagram } from '../../drivers/bus/libc.ts'
import type { Timers } from '../loop/clock.ts'
import type { Health } from '../loop/types.ts'

/** What a service tells systemd about itself (sd_notify(3)). Nothing happens where nobody listens. */
export interface Supervisor {
  /** How often it wants a sign of life at most, ms; 0 where it wants none. */
  readonly watchdogMs: number
  /** Everything is open; also: a reload is over. */
  ready(): void
  /** One line for `systemctl status`. */
  status(text: string): void
  /** The sign of life. */
  watchdog(): void
  /** The configuration is being read anew; `ready` ends it. */
  reloading(): void
  stopping(): void
}

/** The context around it, for tests. */
export interface SupervisorWorld {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly pid: number
  readonly datagrams: () => SendDatagram
  /** Runs the program systemd-notify, without waiting for it. */
  readonly program: (args: readonly string[], failed: (error: Error) => void) => void
  /** Told once, when systemd cannot be reached. */
  readonly warn: (message: string) => void
}

/** Room for the path in `struct sockaddr_un`, with its closing NUL. */
const MOST_PATH_BYTES = 108
const AF_UNIX = 1

/** @param warn told once, when systemd cannot be reached */
export function systemd(warn: (message: string) => void): SupervisorWorld {
  return {
    env: process.env,
    pid: process.pid,
    datagrams: loadDatagrams,
    program: (args, failed) => void execFile('systemd-notify', args, error => error && failed(error)),
    warn,
  }
}

/** Of the process that systemd started with Type=notify; of any other one a supervisor that wants nothing. */
export function openSupervisor(context: SupervisorWorld): Supervisor {
  const { NOTIFY_SOCKET: socket = '', WATCHDOG_USEC: usec, WATCHDOG_PID: watched } = context.env
  const send = socket === '' ? () => {} : sender(socket, context)
  const isWatched = watched === undefined || Number(watched) === context.pid
  return {
    watchdogMs: (isWatched && Number(usec) / 1000) || 0,
    ready: () => send('READY=1'),
    status: text => send(`STATUS=${text.replaceAll('\n', ' ')}`),
    watchdog: () => send('WATCHDOG=1'),
    reloading: () => send('RELOADING=1'),
    stopping: () => send('STOPPING=1'),
  }
}

function sender(socket: string, { datagrams, program, pid, warn }: SupervisorWorld): (message: string) => void {
  let told = false
  const fail = (reason: string) => {
    if (!told) warn(`systemd cannot be told how the neuron is, and may restart it: ${reason}`)
    told = true
  }
  const address = socketAddress(socket)
  if (address === undefined) return () => fail(`NOTIFY_SOCKET is '${socket}', must be a path or begin with @`)
  try {
    const send = datagrams()
    return message => {
      const result = send(address, Buffer.from(message))
      if (result < 0) fail(`${socket} answers with error ${-result}`)
    }
  } catch {
    // Without koffi: slower, and only where systemd's own program is.
    return message => program([`--pid=${pid}`, message], error => fail(error.message))
  }
}

/** The bytes of `struct sockaddr_un`; undefined where it is none. A leading @ stands for the NUL of an abstract name. */
export function socketAddress(socket: string): Uint8Array | undefined {
  const path = Buffer.from(socket)
  if (!/^[/@]./.test(socket) || path.length >= MOST_PATH_BYTES) return undefined
  const family = new Uint8Array(Uint16Array.of(AF_UNIX).buffer)
  if (socket.startsWith('@')) path[0] = 0
  return Buffer.concat([family, path])
}

/** How the neuron is, at a glance. */
export interface Vitals extends Pick<Health, 'ticks' | 'tickAgeMs'> {
  /** In words, for people. */
  readonly words: string
}

/** Of the time that the watchdog waits: three signs of life may be lost. */
const BEATS_PER_WATCHDOG = 4
/** Where no watchdog waits, only the line of `systemctl status` is kept up to date. */
const UNWATCHED_MS = 5000
/** A tick may be this late: longer ones are integrated through no more. */
const LATEST_TICK_MS = 1000

/**
 * Tell the supervisor how the neuron is: ready once it ticks, and then a sign of life for as long as it does. A neuron
 * thread that hangs sends none, however well this thread is. Returns what ends it.
 */
export function watchOver(supervisor: Supervisor, look: () => Vitals, timers: Timers): () => void {
  let last: Vitals | undefined
  let ready = false
  const beat = () => {
    const now = look()
    const alive = ticks(last, now)
    last = now
    supervisor.status(alive ? now.words : `the neuron's thread has not ticked for ${Math.round(now.tickAgeMs)} ms`)
    if (!alive) return
    if (ready) supervisor.watchdog()
    else supervisor.ready()
    ready = true
  }
  beat()
  const periodMs = supervisor.watchdogMs > 0 ? supervisor.watchdogMs / BEATS_PER_WATCHDOG : UNWATCHED_MS
  return timers.every(periodMs, beat)
}

/** Has it ticked since, and in time? */
function ticks(before: Vitals | undefined, now: Vitals): boolean {
  return now.ticks > 0 && now.ticks !== before?.ticks && now.tickAgeMs < LATEST_TICK_MS
}
