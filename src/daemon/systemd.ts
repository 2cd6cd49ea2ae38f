/** What a service tells systemd (sd_notify(3)): that it is ready, its status line, and that its watchdog need not fire. */

import { execFile } from 'node:child_process'
import { loadDatagrams, type SendDatagram } from '../../drivers/bus/libc.ts'
import type { Timers } from '../loop/clock.ts'
import type { Health } from '../loop/types.ts'

/** Sends systemd the messages of sd_notify; does nothing where systemd does not ask for them. */
export interface ServiceNotifier {
  /** systemd restarts the service after so long without `watchdog`, ms; 0 where it does not. */
  readonly watchdogMs: number
  /** Everything is open; also: a reload is over. */
  ready(): void
  /** One line for `systemctl status`. */
  status(text: string): void
  /** The service works. */
  watchdog(): void
  /** The configuration is being read again; `ready` ends it. */
  reloading(): void
  stopping(): void
}

/** What the notifier uses of the process, for tests. */
export interface SystemdContext {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly pid: number
  readonly datagrams: () => SendDatagram
  /** Runs the program systemd-notify, without waiting for it. */
  readonly program: (args: readonly string[], onFailure: (error: Error) => void) => void
  /** Called once, when systemd cannot be reached. */
  readonly warn: (message: string) => void
}

/** @param warn called once, when systemd cannot be reached */
export function systemdContext(warn: (message: string) => void): SystemdContext {
  return {
    env: process.env,
    pid: process.pid,
    datagrams: loadDatagrams,
    program: (args, onFailure) => void execFile('systemd-notify', args, error => error && onFailure(error)),
    warn,
  }
}

/** Works in a process that systemd started with Type=notify; in any other one it does nothing. */
export function openNotifier(context: SystemdContext): ServiceNotifier {
  const { NOTIFY_SOCKET: socket = '', WATCHDOG_USEC: usec, WATCHDOG_PID: watchedPid } = context.env
  const send = socket === '' ? () => {} : openSender(socket, context)
  const isWatched = watchedPid === undefined || Number(watchedPid) === context.pid
  return {
    watchdogMs: (isWatched && Number(usec) / 1000) || 0,
    ready: () => send('READY=1'),
    status: text => send(`STATUS=${text.replaceAll('\n', ' ')}`),
    watchdog: () => send('WATCHDOG=1'),
    reloading: () => send('RELOADING=1'),
    stopping: () => send('STOPPING=1'),
  }
}

/** What `systemctl status` and the watchdog need to know of the neuron. */
export interface WatchdogStatus extends Pick<Health, 'ticks' | 'tickAgeMs'> {
  /** For people. */
  readonly text: string
}

/** Two of these may be lost before systemd restarts the service. */
const SIGNALS_PER_WATCHDOG = 4
/** How often the status line is sent where there is no watchdog, ms. */
const UNWATCHED_MS = 5000
/** A tick may be this late, ms: longer gaps are not integrated. */
const LATEST_TICK_MS = 1000

/**
 * Sends `ready` once the neuron ticks, then `watchdog` and the status line for as long as it ticks. A neuron thread that
 * hangs stops the watchdog signals, although this thread still runs. Returns a function that ends it.
 */
export function startWatchdog(notifier: ServiceNotifier, read: () => WatchdogStatus, timers: Timers): () => void {
  let last: WatchdogStatus | undefined
  let isReady = false
  const signal = () => {
    const now = read()
    const isTicking = hasTicked(last, now)
    last = now
    notifier.status(isTicking ? now.text : `the neuron's thread has not ticked for ${Math.round(now.tickAgeMs)} ms`)
    if (!isTicking) return
    if (isReady) notifier.watchdog()
    else notifier.ready()
    isReady = true
  }
  signal()
  return timers.every(notifier.watchdogMs > 0 ? notifier.watchdogMs / SIGNALS_PER_WATCHDOG : UNWATCHED_MS, signal)
}

/** Since the last look, and less than a second ago. */
function hasTicked(last: WatchdogStatus | undefined, now: WatchdogStatus): boolean {
  return now.ticks > 0 && now.ticks !== last?.ticks && now.tickAgeMs < LATEST_TICK_MS
}

function openSender(socket: string, { datagrams, program, pid, warn }: SystemdContext): (message: string) => void {
  let hasWarned = false
  const fail = (reason: string) => {
    if (!hasWarned) warn(`systemd cannot be told how the neuron is, and may restart it: ${reason}`)
    hasWarned = true
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
    // Without koffi: slower, and only where systemd's own program is installed.
    return message => program([`--pid=${pid}`, message], error => fail(error.message))
  }
}

/** Room for the path in `struct sockaddr_un`, with its closing NUL. */
const MOST_PATH_BYTES = 108
const AF_UNIX = 1

/** The bytes of `struct sockaddr_un`; undefined for an unusable path. A leading @ is the NUL of an abstract name. */
export function socketAddress(socket: string): Uint8Array | undefined {
  const path = Buffer.from(socket)
  if (!/^[/@]./.test(socket) || path.length >= MOST_PATH_BYTES) return undefined
  const family = new Uint8Array(Uint16Array.of(AF_UNIX).buffer)
  if (socket.startsWith('@')) path[0] = 0
  return Buffer.concat([family, path])
}
