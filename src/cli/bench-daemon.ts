/** The daemon as a user starts it, in a process of its own, with a subscriber to its spikes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { monotonicMs, realTimers } from '../loop/clock.ts'
import { openSubscriber, type Subscriber } from './bench-subscriber.ts'

export interface WatchedDaemon {
  /** From the spawning to the first spike that the subscriber received, ms. @throws Error if the daemon ends before. */
  readonly firstSpikeMs: Promise<number>
  /** VmRSS in MB of 1e6 bytes; NaN where the kernel does not tell. */
  rssMb(): number
  /** Ends it as Ctrl-C does, by force if it must be. */
  close(): Promise<void>
}

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url))
const ANY_PORT = ['--set', 'mqtt.broker.port=0', '--set', 'web.port=0']
const STOP_MS = 3000
const LONGEST_START_MS = 20_000

/** Starts the daemon with its built-in broker on free ports; the settings of the caller's environment do not count. */
export function startDaemon(settings: readonly string[]): WatchedDaemon {
  const startedMs = monotonicMs()
  const flags = settings.flatMap(setting => ['--set', setting])
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=1', MAIN, 'run', '--set', 'id=bench', ...ANY_PORT, ...flags],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: plainEnvironment(process.env),
    },
  )
  let subscriber: Subscriber | undefined
  let cancelPatience = () => {}
  const firstSpikeMs = new Promise<number>((resolve, reject) => {
    const onSpike = () => resolve(monotonicMs() - startedMs)
    whenBrokerListens(child, port => {
      subscriber = openSubscriber(port, 'neuron/v1/bench/spike', onSpike)
    })
    whenEnded(child, reason => reject(new Error(`the daemon ended without a spike: ${reason}`)))
    cancelPatience = realTimers.after(LONGEST_START_MS, () => {
      reject(new Error(`the daemon published no spike within ${LONGEST_START_MS / 1000} s`))
    })
  })
  // Whoever closes it early does not wait for the spike.
  firstSpikeMs.catch(() => {})
  return {
    firstSpikeMs,
    rssMb: () => rssMbOf(child.pid),
    async close() {
      cancelPatience()
      subscriber?.close()
      await end(child)
    },
  }
}

/** The port in the line with which the daemon announces its broker. */
export function brokerPortIn(log: string): number | undefined {
  const found = /built-in broker: mqtt:\/\/[\d.]+:(\d+)\b/.exec(log)
  return found === null ? undefined : Number(found[1])
}

/** VmRSS of /proc/PID/status in MB of 1e6 bytes (the kernel's kB are KiB, proc(5)). */
export function rssMbIn(status: string): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(status)
  return found === null ? Number.NaN : (Number(found[1]) * 1024) / 1e6
}

function plainEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('NEUROND_')))
}

function whenBrokerListens(child: ChildProcess, onPort: (port: number) => void): void {
  let log = ''
  const look = (chunk: string) => {
    log += chunk
    const port = brokerPortIn(log)
    if (port === undefined) return
    child.stdout!.off('data', look).resume()
    onPort(port)
  }
  child.stdout!.setEncoding('utf8').on('data', look)
}

function whenEnded(child: ChildProcess, onEnd: (reason: string) => void): void {
  let complaint = ''
  child.stderr!.setEncoding('utf8').on('data', chunk => {
    complaint = (complaint + chunk).slice(-2000)
  })
  child.on('error', error => onEnd(error.message))
  child.on('close', (code, signal) => onEnd(complaint.trim() || `exit ${code ?? signal}`))
}

function rssMbOf(pid: number | undefined): number {
  try {
    return rssMbIn(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return Number.NaN
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const cancelForce = realTimers.after(STOP_MS, () => void child.kill('SIGKILL'))
  await exited
  cancelForce()
}
