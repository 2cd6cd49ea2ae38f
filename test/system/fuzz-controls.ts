/** Random sequences of valid requests, with values up to the ends of their ranges, for a real daemon. */
import { setTimeout as sleep } from 'node:timers/promises'
import mqtt, { type MqttClient } from 'mqtt'
import type { Field } from '../../src/fields/field-types-and-checks.ts'
import { LIVE_FIELDS } from '../../src/loop/control/live-params.ts'
import { VERBS } from '../../src/loop/control/verbs.ts'
import { SYNAPSE_FIELDS } from '../../src/mqtt/link-and-synapse-options.ts'
import { type Random, randomFrom, uniform } from '../../src/neuron/random.ts'
import { FREE_PORTS, MAIN, type Running, start } from './processes.ts'

/** A request as it is sent; `times` is how often, at once. */
interface Request {
  readonly door: 'http' | 'mqtt'
  readonly topic: string
  readonly payload: object
  readonly times: number
}

const MOST_REQUESTS = 6
/** How long an answer, a command and the end may take, ms. */
export interface Patience {
  readonly healthzMs: number
  readonly obeyedMs: number
  readonly exitMs: number
}
const HEADERS = { 'content-type': 'application/json' }
const VERB_NAMES = Object.keys(VERBS) as (keyof typeof VERBS)[]

/** What a run found: the requests that were answered with a refusal are no fault, a random neuron may be impossible. */
export interface FuzzResult {
  readonly sequences: number
  readonly requests: number
  readonly spikes: number
  /** Spikes that the ledger names as lost. */
  readonly named: number
  /** The slowest answers, ms. */
  readonly slowestHealthzMs: number
  readonly slowestObeyedMs: number
  readonly exitMs: number
}

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
 * Runs so many sequences on one daemon, after `known` ones.
 * @throws Error with the seed and the last requests, at the first fault
 */
export async function fuzzControls(
  seed: number,
  sequences: number,
  patience: Patience,
  known: typeof KNOWN = [],
): Promise<FuzzResult> {
  const random = randomFrom(seed)
  const settings = ['--set', 'id=pi-a', '--set', `loop.tickMs=${pick(random, [0.5, 1, 1, 20])}`]
  const daemon = start(process.execPath, ['--max-semi-space-size=1', MAIN, ...FREE_PORTS, ...settings])
  let latest: readonly Request[] = []
  try {
    const { url, port } = await addressesOf(daemon)
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 })
    const ledger = await followLedger(client)
    let requests = 0
    let slowestHealthzMs = 0
    let slowestObeyedMs = 0
    for (let n = 0; n < known.length + sequences; n++) {
      latest =
        known[n] ?? Array.from({ length: 1 + Math.floor(MOST_REQUESTS * uniform(random)) }, () => randomRequest(random))
      for (const request of latest) await send(request, url, client, patience)
      requests += latest.length
      await sleep(150 * uniform(random))
      slowestHealthzMs = Math.max(slowestHealthzMs, await answerMs(`${url}/healthz`, patience))
      slowestObeyedMs = Math.max(slowestObeyedMs, await obeyedMs(url, n % 2 === 0, patience))
    }
    const { exitMs, spikes } = await terminated(daemon, patience)
    const named = await ledger.complete(spikes)
    await client.endAsync(true)
    return { sequences, requests, spikes, named, slowestHealthzMs, slowestObeyedMs, exitMs }
  } catch (error) {
    const words = latest.map(({ door, topic, payload, times }) => `${door} ${topic} ${shown(payload)} x ${times}`)
    throw new Error(`seed ${seed}: ${(error as Error).message}\n${words.join('\n')}\n${daemon.printed().slice(-1500)}`)
  } finally {
    daemon.process.kill('SIGKILL')
  }
}

const shown = (payload: object) => JSON.stringify(payload).slice(0, 300)

async function addressesOf(daemon: Running) {
  await daemon.says('dashboard: http://')
  await daemon.says('spikes for others')
  const url = /dashboard: (http:[^\s,"]+)/.exec(daemon.printed())?.[1] as string
  const port = Number(/spikes for others.*\(mqtt:\/\/127\.0\.0\.1:(\d+)\)/.exec(daemon.printed())?.[1])
  return { url, port }
}

function randomRequest(random: Random): Request {
  const door = pick(random, ['http', 'mqtt'] as const)
  const kind = uniform(random)
  if (kind < 0.35) return { door, topic: 'params/set', payload: randomParams(random), times: 1 }
  if (kind < 0.5) {
    const times = pick(random, [1, 10, 300])
    return { door: 'mqtt', topic: 'syn/fuzz', payload: randomSynapse(random), times }
  }
  const verb = pick(random, [...VERB_NAMES, 'take', 'take', 'stim', 'stim', 'preset', 'speed'] as const)
  return { door, topic: `cmd/${verb}`, payload: randomArguments(random, verb), times: 1 }
}

/** Some of the parameters. The voltages come together: the reset must be below the threshold. */
function randomParams(random: Random): object {
  const chosen = Object.entries(LIVE_FIELDS).filter(() => uniform(random) < 0.25)
  const params = Object.fromEntries(chosen.map(([name, field]) => [name, randomValue(random, field)]))
  if ('tauMs' in params || params.model === 'pif') delete params.capacitanceNf
  if (!('thresholdMv' in params || 'resetMv' in params)) return params
  const thresholdMv = Math.max(-999, randomValue(random, LIVE_FIELDS.thresholdMv) as number)
  const distanceMv = pick(random, [1e-9, 1e-3, 1, 20])
  return { ...params, thresholdMv, resetMv: thresholdMv - distanceMv }
}

function randomSynapse(random: Random): object {
  const { weightNa, weightMv, tauMs } = SYNAPSE_FIELDS
  return pick(random, [true, false])
    ? { weightNa: randomValue(random, weightNa), tauMs: randomValue(random, tauMs) }
    : { weightMv: randomValue(random, weightMv) }
}

function randomArguments(random: Random, verb: keyof typeof VERBS): object {
  const fields = Object.entries<Field>(VERBS[verb].fields)
  const isAlwaysGiven = verb === 'speed' || verb === 'preset' || verb === 'take'
  const given = fields.filter(() => isAlwaysGiven || uniform(random) < 0.6)
  const {
    valuesNa: _,
    tMs: __,
    dtMs,
    ...plain
  } = Object.fromEntries(given.map(([name, field]) => [name, randomValue(random, field)]))
  if (plain.shape !== 'samples') return plain
  const valuesNa = Array.from({ length: pick(random, [1, 10, 1000]) }, () => Math.round(200 * (uniform(random) - 0.5)))
  return { shape: 'samples', valuesNa, dtMs: Math.min(Number(dtMs ?? 0.1), 100) }
}

/** An end of the range, the default, or anything between: evenly, or evenly in its logarithm. */
function randomValue(random: Random, field: Field): unknown {
  if (field.type === 'choice') return pick(random, field.choices)
  if (field.type === 'flag') return uniform(random) < 0.5
  if (field.type !== 'number') return field.default
  const { min, max, integer = false } = field
  const least = 'aboveMin' in field && field.aboveMin ? min + Math.min(1e-6, (max - min) / 1e6) : min
  const even = least + (max - least) * uniform(random)
  const small = least + (max - least) * 10 ** (-8 * uniform(random))
  const usual = Number.isNaN(field.default) ? even : field.default
  const value = pick(random, [least, max, even, small, usual])
  return integer ? Math.round(value) : value
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(from.length * uniform(random))] as T
}

async function send(
  { door, topic, payload, times }: Request,
  url: string,
  client: MqttClient,
  patience: Patience,
): Promise<void> {
  if (door === 'mqtt') {
    for (let n = 0; n < times; n++) client.publish(`neuron/v1/pi-a/${topic}`, JSON.stringify(payload))
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

async function terminated(daemon: Running, patience: Patience) {
  const fromMs = performance.now()
  daemon.process.kill('SIGTERM')
  const exit = await Promise.race([daemon.exit, sleep(patience.exitMs, 'running', { ref: false })])
  if (exit !== 0) throw new Error(`${exit} after ${patience.exitMs} ms of SIGTERM`)
  const spikes = Number(/stopped after (\d+) spikes?; outputs are low/.exec(daemon.printed())?.[1])
  return { exitMs: performance.now() - fromMs, spikes }
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
  await client.subscribeAsync('neuron/v1/pi-a/spikes', { qos: 1 })
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
