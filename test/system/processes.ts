import { type ChildProcess, spawn } from 'node:child_process'
import { until } from '../mqtt/mosquitto.ts'

export const MAIN = new URL('../../dist/src/cli/main.js', import.meta.url).pathname

/** A program as a user starts it, ended by its process id when the test is over. */
export interface Running {
  readonly process: ChildProcess
  /** All that it has printed so far, output and errors. */
  printed(): string
  says(words: string): Promise<void>
  /** The exit code, or the signal that ended it. */
  readonly exit: Promise<number | NodeJS.Signals | null>
}

const running: ChildProcess[] = []

/** End what a test has left. */
export function endAll(): void {
  for (const child of running.splice(0)) child.kill('SIGKILL')
}

export function start(program: string, args: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  running.push(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk))
  return {
    process: child,
    printed: () => text,
    says: words => until(() => text.includes(words), `"${words}" in:\n${text}`),
    exit: new Promise(resolve => child.on('close', (code, signal) => resolve(code ?? signal))),
  }
}

/** The built daemon or command, on free ports. */
export function neurond(...args: string[]): Running {
  return start(process.execPath, [MAIN, ...args])
}

/** Settings that keep a daemon away from the ports of this machine. */
export const FREE_PORTS = ['--set', 'web.port=0', '--set', 'mqtt.broker.port=0']
