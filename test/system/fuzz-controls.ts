/** A real daemon on a random configuration, what random sequences of steps do to it, and what it must do after each. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import mqtt, { type MqttClient } from 'mqtt'
import { type Random, randomFrom, uniform } from '../../src/neuron/random.ts'
import { MAIN, start } from './processes.ts'
import {
  ID,
  pick,
  QUIT_KEYS,
  type Request,
  randomConfig,
  randomSequence,
  SENDER,
  type Step,
} from './random-controls.ts'
import { startOnTerminal } from './terminal.ts'

/** How long an answer, a command and the end may take, ms. */
export interface Patience {
  readonly healthzMs: number
  readonly obeyedMs: number
  readonly exitMs: number
}

export interface FuzzRun {
  readonly seed: number
  readonly sequences: number
  /** With keys, and without SIGHUP, which ends it there. */
  readonly onTerminal: boolean
  /** Sequences that come first. */
  readonly known?: readonly (readonly Step[])[]
}

/** What a run found: the requests that were answered with a refusal are no fault, a random neuron may be impossible. */
export interface FuzzResult {
  readonly sequences: number
  readonly steps: Readonly<Partial<Record<Step['door'], number>>>
  readonly spikes: number
  /** Spikes that the ledger names as lost. */
  readonly named: number
  /** The slowest answers, ms. */
  readonly slowestHealthzMs: number
  readonly slowestObeyedMs: number
  readonly exitMs: number
}

const HEADERS = { 'content-type': 'application/json' }

const http = (topic: string, payload: object): Request => ({ door: 'http', topic, payload, times: 1 })
const events = (payload: object, times: number): Request => ({ door: 'mqtt', topic: 'syn/fuzz', payload, times })

/** Sequences that were too much for the daemon once, or that are as near to that as requests can come. */
export const KNOWN: readonly (readonly Request[])[] = [
  [http('cmd/take', { level: 0.3 }), http('cmd/preset', { name: 'seed000' })],
  [http('cmd/take', { level: 1 })],
  [http('cmd/speed', { speed: 100 })],
  [http('params/set', { thresholdMv: -55, resetMv: -55.000001, tauMs: 0.001 })],
  [http('params/set', { noiseMv: 1000, refractoryMs: 0 })],
  [http('params/set', { model: 'pif', noiseMv: 0, capacitanceNf: 1e-6 })],
  [
    http('cmd/preset', { name: 'bio' }),
    http('cmd/stim', { shape: 'train', periodMs: 0.1, widthMs: 0.05, ms: 600_000 }),
  ],
  [http('cmd/stim', { shape: 'samples', dtMs: 0.1, valuesNa: Array.from({ length: 5000 }, (_, k) => k % 2) })],
  [http('params/set', { tauMs: 0.001 }), events({ weightNa: 1, tauMs: 1000 }, 1000)],
  [http('cmd/preset', { name: 'bio' }), events({ weightMv: 100 }, 1000)],
]

/**
 * Runs the sequences on one daemon, each with a look at what the daemon does then, and ends it.
 * @throws Error with the seed, the configuration and the last steps, at the first fault
 */
export async function fuzzControls(run: FuzzRun, patience: Patience): Promise<FuzzResult> {
  const { seed, sequences, onTerminal, known = [] } = run
  const random = randomFrom(seed)
  const folder = mkdtempSync(join(tmpdir(), 'neurond-fuzz-'))
  const file = join(folder, 'neuron.yaml')
  let config = randomConfig(random)
  let latest: readonly Step[] = []
  writeFileSync(file, JSON.stringify(config, null, 1))
  const daemon = await startDaemon(file, onTerminal)
  try {
    const { url, port } = await addressesOf(daemon)
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 })
    const ledger = await followLedger(client)
    const doors = { file, url, client, daemon, patience }
    const steps: Partial<Record<Step['door'], number>> = {}
    let slowestHealthzMs = 0
    let slowestObeyedMs = 0
    for (let n = 0; n < known.length + sequences; n++) {
      latest = known[n] ?? randomSequence(random, onTerminal)
      for (const step of latest) {
        if (step.door === 'reload') config = step.config
        steps[step.door] = (steps[step.door] ?? 0) + 1
        await take(step, doors)
      }
      await sleep(150 * uniform(random))
      slowestHealthzMs = Math.max(slowestHealthzMs, await answerMs(`${url}/healthz`, patience))
      slowestObeyedMs = Math.max(slowestObeyedMs, await obeyedMs(url, n % 2 === 0, patience))
    }
    const { exitMs, spikes } = await ended(daemon, random, patience)
    const named = await ledger.complete(spikes)
    await client.endAsync(true)
    return { sequences, steps, spikes, named, slowestHealthzMs, slowestObeyedMs, exitMs }
  } catch (error) {
    const again = `FUZZ_SEED=${seed} FUZZ_SEQUENCES=${sequences} FUZZ_TERMINAL=${onTerminal ? 1 : 0}`
    const words = [
      (error as Error).message,
      JSON.stringify(config),
      ...latest.map(shown),
      daemon.printed().slice(-1500),
    ]
    throw new Error(`${again}: ${words.join('\n')}`)
  } finally {
    daemon.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

const shown = (step: Step) => JSON.stringify(step).slice(0, 300)

/** A daemon on a terminal or without one. */
interface Daemon {
  /** All that it has printed so far, without colours. */
  printed(): string
  says(words: string): Promise<void>
  readonly onTerminal: boolean
  type(keys: string): void
  kill(signal: NodeJS.Signals): void
  isRunning(): boolean
}

async function startDaemon(file: string, onTerminal: boolean): Promise<Daemon> {
  const argv = [process.execPath, '--max-semi-space-size=1', MAIN, 'run', '--config', file] as const
  if (onTerminal) {
    const daemon = await startOnTerminal(argv)
    const kill = (signal: NodeJS.Signals) => void (daemon.isRunning() && process.kill(daemon.pid, signal))
    return { ...daemon, onTerminal, kill, printed: () => stripVTControlCharacters(daemon.shown()), says: daemon.shows }
  }
  const [program, ...args] = argv
  const daemon = start(program, args)
  let isRunning = true
  daemon.exit.then(() => (isRunning = false))
  return {
    ...daemon,
    onTerminal,
    type(keys) {
      throw new Error(`there is no terminal to type ${JSON.stringify(keys)} on`)
    },
    kill: signal => void daemon.process.kill(signal),
    isRunning: () => isRunning,
  }
}

async function addressesOf({ says, printed }: Daemon) {
  await says('dashboard: http://')
  await says('spikes for others')
  const url = /dashboard: (http:[^\s,"]+)/.exec(printed())?.[1] as string
  const port = Number(/spikes for others.*\(mqtt:\/\/127\.0\.0\.1:(\d+)\)/.exec(printed())?.[1])
  return { url, port }
}

interface Doors {
  readonly file: string
  readonly url: string
  readonly client: MqttClient
  readonly daemon: Daemon
  readonly patience: Patience
}

async function take(step: Step, doors: Doors): Promise<void> {
  switch (step.door) {
    case 'keys':
      return doors.daemon.type(step.keys)
    case 'reload':
      return reload(step.config, doors)
    case 'save':
      return save(doors)
    case 'sender':
      for (let n = 0; n < step.times; n++) doors.client.publish(`neuron/v1/${SENDER}/spike`, 'on')
      return
    default:
      return send(step, doors)
  }
}

async function reload(config: object, { file, daemon, patience }: Doors): Promise<void> {
  // Whether it was applied or, where the neuron has too much to do, refused as a whole.
  const answers = () => daemon.printed().match(/configuration read again|everything stays as it was/g)?.length ?? 0
  const before = answers()
  writeFileSync(file, JSON.stringify(config, null, 1))
  daemon.kill('SIGHUP')
  await within(patience.exitMs, () => answers() > before, 'the configuration to be read again')
  const refused = daemon.printed().match(/^.*the configuration is refused/gm)?.length ?? 0
  if (refused > (daemon.printed().match(/too much to do/g)?.length ?? 0))
    throw new Error('a valid configuration is refused')
}

async function save({ file, url }: Doors): Promise<void> {
  const saving = start(process.execPath, [MAIN, 'config', 'save', file, '--from', url, '--yes'])
  const code = await saving.exit
  if (code !== 0) throw new Error(`config save ends with ${code}: ${saving.printed()}`)
}

async function within(ms: number, isSo: () => boolean, what: string): Promise<number> {
  const fromMs = performance.now()
  while (!isSo()) {
    if (performance.now() - fromMs > ms) throw new Error(`waited ${ms} ms for ${what}`)
    await sleep(10)
  }
  return performance.now() - fromMs
}

async function send({ door, topic, payload, times }: Request, { url, client, patience }: Doors): Promise<void> {
  if (door === 'mqtt') {
    for (let n = 0; n < times; n++) client.publish(`neuron/v1/${ID}/${topic}`, JSON.stringify(payload))
    return
  }
  const isPatch = topic === 'params/set'
  const { status } = await request(
    `${url}/api/${isPatch ? 'params' : topic}`,
    isPatch ? 'PATCH' : 'POST',
    payload,
    patience,
  )
  if (status >= 500) throw new Error(`status ${status}`)
}

function request(url: string, method: string, payload: object, { obeyedMs }: Patience): Promise<Response> {
  const signal = AbortSignal.timeout(obeyedMs)
  return fetch(url, { method, headers: HEADERS, body: JSON.stringify(payload), signal })
}

/** How long the answer took, ms. @throws Error where that is too long, or where it is not well */
async function answerMs(url: string, { healthzMs }: Patience): Promise<number> {
  const fromMs = performance.now()
  const response = await fetch(url, { signal: AbortSignal.timeout(healthzMs) })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return performance.now() - fromMs
}

/** How long it took until the neuron thread did as it was told, ms. */
async function obeyedMs(url: string, on: boolean, patience: Patience): Promise<number> {
  const fromMs = performance.now()
  await request(`${url}/api/cmd/mute`, 'POST', { on }, patience)
  for (;;) {
    const { muted } = (await (await fetch(`${url}/api/state`)).json()) as { muted: boolean }
    const passedMs = performance.now() - fromMs
    if (muted === on) return passedMs
    if (passedMs > patience.obeyedMs) throw new Error(`not muted after ${Math.round(passedMs)} ms`)
    await sleep(10)
  }
}

/** SIGTERM ends it within the time; on a terminal, so do three keys. */
async function ended(daemon: Daemon, random: Random, patience: Patience) {
  const way = daemon.onTerminal ? pick(random, ['SIGTERM', 'SIGHUP', ...QUIT_KEYS]) : 'SIGTERM'
  if (way.startsWith('SIG')) daemon.kill(way as NodeJS.Signals)
  else daemon.type(way)
  const exitMs = await within(patience.exitMs, () => !daemon.isRunning(), `the end after ${JSON.stringify(way)}`)
  const spikes = Number(/stopped after (\d+) spikes?; outputs are low/.exec(daemon.printed())?.[1])
  return { exitMs, spikes }
}

interface Range {
  readonly from: number
  readonly to: number
}

/** Which spikes the ledger has brought or named, from the first that was heard. */
async function followLedger(client: MqttClient) {
  const brought: Range[] = []
  const named: Range[] = []
  client.on('message', (_topic, payload) => {
    const { seq0, n, gap = [] } = JSON.parse(payload.toString())
    brought.push({ from: seq0, to: seq0 + n - 1 })
    named.push(...gap)
  })
  await client.subscribeAsync(`neuron/v1/${ID}/spikes`, { qos: 1 })
  return {
    /** The number of those that were named. @throws Error that names the holes up to `last` */
    async complete(last: number): Promise<number> {
      let holes: Range[] = []
      for (let tries = 0; tries < 50; tries++) {
        holes = holesIn([...brought, ...named], last)
        if (holes.length === 0) break
        await sleep(20)
      }
      const words = holes.map(({ from, to }) => `${from} to ${to}`).join(', ')
      if (holes.length > 0) throw new Error(`of ${last} spikes the ledger neither has nor names ${words}`)
      return named.reduce((sum, { from, to }) => sum + to - from + 1, 0)
    },
  }
}

function holesIn(ranges: readonly Range[], last: number): Range[] {
  const holes: Range[] = []
  const sorted = [...ranges, { from: last + 1, to: last + 1 }].toSorted((a, b) => a.from - b.from)
  let next = sorted[0]!.from
  for (const { from, to } of sorted) {
    if (from > next && next <= last) holes.push({ from: next, to: Math.min(from - 1, last) })
    next = Math.max(next, to + 1)
  }
  return holes
}
