/** Measures the start of the daemon up to the first spike at a subscriber, and its memory. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { monotonicMs, realTimers } from '../../loop/clock.ts'
import { neuronFrom } from '../../neuron/params.ts'
import { presetNamed } from '../../neuron/presets.ts'
import { currentForRateHz } from '../../neuron/theory.ts'
import { interruptible, pause } from '../interruption.ts'
import { type BenchJob, type MemoryFigures, median, type StartFigures } from './results-and-medians.ts'

const STARTS = 5
const SAMPLE_MS = 500
const RATE_HZ = 100

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url))
const ANY_PORT = ['--set', 'mqtt.broker.port=0', '--set', 'web.port=0']
const STOP_MS = 3000
const LONGEST_START_MS = 20_000

/** Starts the daemon several times with config/desktop.yaml, each time until a subscriber has the first spike. */
export async function measureStart(job: BenchJob): Promise<StartFigures> {
  const firstSpikesMs: number[] = []
  for (let start = 1; start <= STARTS; start++) {
    job.progress(`start ${start} of ${STARTS}`)
    firstSpikesMs.push(await oneStart(job.signal))
  }
  return { firstSpikeMs: median(firstSpikesMs), slowestMs: Math.max(...firstSpikesMs), starts: STARTS }
}

/** Resident memory of the daemon at 100 Hz, with one subscriber on its built-in broker. */
export async function measureMemory(job: BenchJob): Promise<MemoryFigures> {
  job.progress('memory')
  const neuron = presetNamed('bio').neuron
  const iNa = currentForRateHz(neuronFrom(neuron), RATE_HZ)
  const daemon = startDaemon(['preset=bio', 'input.shape=constant', 'input.level=1', `input.maxNa=${iNa}`])
  try {
    await interruptible(daemon.firstSpikeMs, job.signal)
    const samplesMb = [daemon.rssMb()]
    for (let i = 0; i < Math.max(3, (job.seconds * 1000) / SAMPLE_MS); i++) {
      await pause(SAMPLE_MS, job.signal)
      samplesMb.push(daemon.rssMb())
    }
    return memoryFigures(samplesMb, (samplesMb.length - 1) * (SAMPLE_MS / 1000))
  } finally {
    await daemon.close()
  }
}

/** @param samplesMb at equal distances, at least three. */
export function memoryFigures(samplesMb: readonly number[], observedS: number): MemoryFigures {
  const third = Math.floor(samplesMb.length / 3)
  const middle = samplesMb.slice(third, 2 * third)
  const last = samplesMb.slice(-third)
  return {
    startMb: samplesMb[0]!,
    endMb: samplesMb.at(-1)!,
    maxMb: Math.max(...samplesMb),
    growthMb: median(last) - median(middle),
    observedS,
  }
}

async function oneStart(signal: AbortSignal): Promise<number> {
  const daemon = startDaemon([])
  try {
    return await interruptible(daemon.firstSpikeMs, signal)
  } finally {
    await daemon.close()
  }
}

interface MeasuredDaemon {
  /** From the start of the process to the first spike at the subscriber, ms. @throws Error if the daemon ends before. */
  readonly firstSpikeMs: Promise<number>
  /** VmRSS in MB of 1e6 bytes; NaN where the kernel does not say. */
  rssMb(): number
  /** Stops it as Ctrl-C does; kills it if it does not stop. */
  close(): Promise<void>
}

/** Starts the daemon with its built-in broker on free ports, without the NEUROND_ variables of this environment. */
export function startDaemon(settings: readonly string[]): MeasuredDaemon {
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
  let subscriber: SpikeSubscriber | undefined
  let cancelTimeout = () => {}
  const firstSpikeMs = new Promise<number>((resolve, reject) => {
    const onSpike = () => resolve(monotonicMs() - startedMs)
    whenBrokerListens(child, port => {
      subscriber = openSubscriber(port, 'neuron/v1/bench/spike', onSpike)
    })
    whenEnded(child, reason => reject(new Error(`the daemon ended without a spike: ${reason}`)))
    cancelTimeout = realTimers.after(LONGEST_START_MS, () => {
      reject(new Error(`the daemon published no spike within ${LONGEST_START_MS / 1000} s`))
    })
  })
  // A daemon that is closed early has no first spike: that is no unhandled rejection.
  firstSpikeMs.catch(() => {})
  return {
    firstSpikeMs,
    rssMb: () => rssMbOf(child.pid),
    async close() {
      cancelTimeout()
      subscriber?.close()
      await stopChild(child)
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
  const onData = (chunk: string) => {
    log += chunk
    const port = brokerPortIn(log)
    if (port === undefined) return
    child.stdout!.off('data', onData).resume()
    onPort(port)
  }
  child.stdout!.setEncoding('utf8').on('data', onData)
}

function whenEnded(child: ChildProcess, onEnd: (reason: string) => void): void {
  let errorOutput = ''
  child.stderr!.setEncoding('utf8').on('data', chunk => {
    errorOutput = (errorOutput + chunk).slice(-2000)
  })
  child.on('error', error => onEnd(error.message))
  child.on('close', (code, signal) => onEnd(errorOutput.trim() || `exit ${code ?? signal}`))
}

function rssMbOf(pid: number | undefined): number {
  try {
    return rssMbIn(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return Number.NaN
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const cancelForce = realTimers.after(STOP_MS, () => void child.kill('SIGKILL'))
  await exited
  cancelForce()
}

interface SpikeSubscriber {
  close(): void
}

/**
 * Calls `onMessage` for every message from the broker on this machine; errors end it silently. Written by hand because
 * an MQTT library would wait for the CONNACK before it subscribes, and so miss the first spike of a fast start.
 */
function openSubscriber(port: number, filter: string, onMessage: () => void): SpikeSubscriber {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let rest: Buffer = Buffer.alloc(0)
  socket.on('connect', () =>
    socket.write(Buffer.concat([connectPacket(`bench-${process.pid}`), subscribePacket(filter)])),
  )
  socket.on('data', data => {
    const packets = packetsIn(Buffer.concat([rest, data]))
    rest = packets.rest
    for (const type of packets.types) if (type === PUBLISH) onMessage()
  })
  socket.on('error', () => socket.destroy())
  return { close: () => void socket.destroy() }
}

/** Packet types, the upper half of the first byte (MQTT 3.1.1, 2.2.1). */
const CONNECT = 1
const PUBLISH = 3
const SUBSCRIBE = 8
const CLEAN_SESSION = 2

/** Clean session, no keep-alive. */
export function connectPacket(clientId: string): Buffer {
  const header = Buffer.from([4, CLEAN_SESSION, 0, 0])
  return packet(CONNECT << 4, Buffer.concat([text('MQTT'), header, text(clientId)]))
}

/** QoS 0. */
export function subscribePacket(filter: string): Buffer {
  return packet((SUBSCRIBE << 4) | 2, Buffer.concat([Buffer.from([0, 1]), text(filter), Buffer.from([0])]))
}

/** The types of the packets that have come completely, and what is left over. */
export function packetsIn(received: Buffer): { readonly types: readonly number[]; readonly rest: Buffer } {
  const types: number[] = []
  let at = 0
  for (;;) {
    let length = 0
    let head = at + 1
    for (let shift = 0; ; shift += 7) {
      const byte = received[head++]
      if (byte === undefined) return { types, rest: received.subarray(at) }
      length += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) break
    }
    if (head + length > received.length) return { types, rest: received.subarray(at) }
    types.push(received[at]! >> 4)
    at = head + length
  }
}

/** For bodies below 128 bytes, whose length is one byte. */
function packet(firstByte: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([firstByte, body.length]), body])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
}
