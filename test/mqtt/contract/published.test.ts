import { type FastifyInstance, fastify } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withoutNeuron } from '../../../src/loop/control/live-params.ts'
import { openFiringMeter } from '../../../src/loop/firing-rate.ts'
import { healthReader, snapshotOf } from '../../../src/loop/host/shared-memory-reader.ts'
import { createShared } from '../../../src/loop/shared/memory.ts'
import type { Health, Snapshot, Spike } from '../../../src/loop/types.ts'
import { PUBLISHED } from '../../../src/mqtt/contract/schemas.ts'
import {
  type Message,
  paramsMessage,
  spikeMessage,
  spikesMessage,
  stateMessage,
  timingMessage,
} from '../../../src/mqtt/payloads.ts'
import { traceMessage } from '../../../src/mqtt/requests/reply-payloads.ts'
import { topicsOf } from '../../../src/mqtt/topics.ts'
import { neuronFrom } from '../../../src/neuron/params.ts'
import { createTestLoop, type TestLoop } from '../../fakes/loop-on-manual-clock.ts'
import { READY } from '../example-neuron.ts'

type Settings = Parameters<typeof createTestLoop>[0]
type Name = keyof typeof PUBLISHED
type Content = Readonly<Record<string, unknown>>

const TOPICS = topicsOf('neuron/v1', 'pi-a')
const BOOT = 'k3v9qa'
const NOW_US = 1_795_198_454_000_000
const FIGURES = {
  ...{ sent: 9, acked: 8, dropped: 0, waitingBatches: 0, waitingSpikes: 0, reconnects: 0 },
  ...{ synapses: { arrived: 0, clipped: 0, refused: 0 }, warnings: [] },
}

/** What a neuron has come to: as it is, in health and with its spikes. */
interface Lived {
  readonly now: Snapshot & Health
  readonly spikes: readonly Spike[]
}

/** A neuron whose thread has not yet said a word. */
function fresh(): Lived {
  const shared = createShared()
  return { now: { ...snapshotOf(shared, 3.3), ...healthReader(shared, () => '')() }, spikes: [] }
}

function lived(settings: Settings, durationMs = 1500, prepare: (loop: TestLoop) => void = () => {}): Lived {
  const loop = createTestLoop(settings)
  prepare(loop)
  return { now: loop.run(durationMs), spikes: loop.spikes }
}

const NEURONS: readonly [string, () => Lived, nulls: Readonly<Record<string, readonly string[]>>][] = [
  [
    'that is fresh',
    fresh,
    {
      state: ['isiMs', 'cv'],
      timing: ['tickUs.p50', 'tickUs.p99', 'tickUs.max', 'lateUs.p50', 'lateUs.p99', 'lateUs.max', 'cpu'],
    },
  ],
  [
    'that is silent',
    () => lived({ maxNa: 1 }),
    { state: ['isiMs', 'cv'], timing: ['lateUs.p50', 'lateUs.p99', 'lateUs.max', 'cpu'] },
  ],
  [
    'that is paused from its first tick on',
    () => lived({}, 1500, loop => loop.send({ type: 'run', on: false }, 0)),
    { state: ['isiMs', 'cv'], timing: ['lateUs.p50', 'lateUs.p99', 'lateUs.max', 'cpu'] },
  ],
  ['that fires', () => lived({}), { state: [], timing: ['cpu'] }],
  [
    'that is paused after some spikes',
    () => lived({}, 1500, loop => loop.send({ type: 'run', on: false }, 900)),
    { state: [], timing: ['cpu'] },
  ],
  ['that has fired once', () => lived({}, 20), { state: ['isiMs', 'cv'], timing: ['cpu'] }],
  ['that has fired three times', () => lived({}, 40), { state: ['cv'], timing: ['cpu'] }],
  [
    'whose knob was never there',
    () =>
      lived({}, 1500, loop => {
        loop.knob.fault = 'no answer'
      }),
    { state: ['isiMs', 'cv', 'knobV'], timing: ['lateUs.p50', 'lateUs.p99', 'lateUs.max', 'cpu'] },
  ],
  [
    'that spikes twice in one moment',
    () =>
      lived({ neuron: neuronFrom({}), maxNa: 0 }, 600, loop => {
        for (const weight of [16, 21]) loop.send({ type: 'synapse', atMs: 500, tauMs: 0, weight }, 400)
      }),
    { state: ['rateHz', 'cv'], timing: ['cpu'] },
  ],
]

describe('what a neuron publishes, by the schemas of the AsyncAPI document', () => {
  // Fastify checks bodies with ajv, as in the test of the document itself.
  let app: FastifyInstance

  beforeAll(async () => {
    const exact = { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: true, strict: false }
    app = fastify({ ajv: { customOptions: exact } })
    for (const [name, body] of Object.entries(PUBLISHED)) app.post(`/${name}`, { schema: { body } }, () => 'valid')
    await app.ready()
  })

  afterAll(() => app.close())

  async function verdictOn(name: Name, content: unknown): Promise<string> {
    const answer = await app.inject({ method: 'POST', url: `/${name}`, payload: content as object })
    return answer.statusCode === 200 ? 'valid' : JSON.parse(answer.body).message
  }

  it.each(NEURONS)('of one %s', async (_, live, nulls) => {
    for (const { topic, payload } of messagesOf(live())) {
      const name = topic.split('/').at(-1) as Name
      const content = JSON.parse(payload)
      expect(await verdictOn(name, content), payload).toBe('valid')
      if (name in nulls) expect(nullsIn(content)).toEqual(nulls[name])
    }
  })

  it('refuses null where there is always a number', async () => {
    const messages = messagesOf(lived({}))
    for (const [name, key] of [
      ['state', 'iNa'],
      ['state', 'count'],
      ['timing', 'rssMb'],
      ['spikes', 't0Us'],
    ] as const) {
      const content = JSON.parse(messages.find(({ topic }) => topic === TOPICS[name])!.payload)
      expect(await verdictOn(name, content)).toBe('valid')
      expect(await verdictOn(name, { ...content, [key]: null })).toContain(key)
    }
  })

  it('has parameters as they are, and as null where a lesson hides them', async () => {
    const params = { ...neuronFrom({}), minNa: 0, maxNa: 3, speed: 1 }
    for (const told of [params, withoutNeuron(params)]) {
      const { payload } = paramsMessage(TOPICS, { rev: 1, params: told })
      expect(await verdictOn('params', JSON.parse(payload))).toBe('valid')
    }
  })

  it('says of every number that may be null what null means', () => {
    const described = nullableIn(PUBLISHED)
    expect(described.length).toBeGreaterThan(8)
    for (const description of described) expect(description).toMatch(/null|of the request/)
  })
})

function messagesOf({ now, spikes }: Lived): readonly Message[] {
  const meter = openFiringMeter()
  for (const spike of spikes) meter.count(spike, now.modelMs)
  const health = { ...now, tickTargetUs: 1000, loopP99Ms: 0, rssMb: 70 }
  const batch = { seq0: 1, tUs: spikes.slice(0, 64).map(({ tUs }) => tUs), speed: 1, late: false }
  return [
    stateMessage(TOPICS, BOOT, { ...now, ...meter.read(now) }, NOW_US),
    timingMessage(TOPICS, BOOT, health, READY, FIGURES, NOW_US),
    spikesMessage(TOPICS, BOOT, { batch, gap: [] }, NOW_US),
    ...spikes.slice(0, 2).map(spike => spikeMessage(TOPICS, spike)),
    traceMessage(TOPICS, BOOT, 1, [], []),
    traceMessage(TOPICS, BOOT, 2, [], [[NOW_US, 0, 5, 0, Number.NaN]]),
    traceMessage(TOPICS, BOOT, 3, [[NOW_US, now.vMv, now.iNa, now.level]], []),
  ]
}

/** The paths of the values that are null. */
function nullsIn(content: Content): string[] {
  return Object.entries(content).flatMap(([key, value]) => {
    if (value === null) return [key]
    if (typeof value !== 'object' || Array.isArray(value)) return []
    return nullsIn(value as Content).map(path => `${key}.${path}`)
  })
}

/** The descriptions of all that may be null. */
function nullableIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { type, description } = schema as Content
  const own = Array.isArray(type) && type.includes('null') ? [String(description)] : []
  return [...own, ...Object.values(schema).flatMap(nullableIn)]
}
