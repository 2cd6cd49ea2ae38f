import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FastifyInstance, fastify } from 'fastify'
import mqtt from 'mqtt'
import { afterEach, expect, it } from 'vitest'
import { closeAfterTest, closeAll } from '../mqtt/link-on-real-broker.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'
import { endAll, MAIN, neurond } from './processes.ts'
import { needs } from './programs.ts'

type Json = Readonly<Record<string, unknown>>
interface Channel {
  readonly address: string
  readonly messages: Readonly<Record<string, { readonly payload: Json; readonly contentType?: string }>>
}

const ROOT = 'neuron/v1/pi-a'
const PATIENCE_S = 60

afterEach(async () => {
  endAll()
  await closeAll()
})

/** The document as a user gets it. */
function documentedChannels() {
  const text = execFileSync(process.execPath, [MAIN, 'config', 'schema', '--asyncapi'], { encoding: 'utf8' })
  const { channels, operations } = JSON.parse(text) as {
    channels: Record<string, Channel>
    operations: Record<string, { action: string; channel: { $ref: string } }>
  }
  const names = (action: string) =>
    Object.values(operations)
      .filter(operation => operation.action === action)
      .map(({ channel }) => channel.$ref.split('/').at(-1) as string)
  return { channels, sent: names('send'), received: names('receive') }
}

/** Fastify checks bodies with ajv. */
async function openValidator(channels: Readonly<Record<string, Channel>>): Promise<FastifyInstance> {
  const exact = { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: true, strict: false }
  const app = fastify({ ajv: { customOptions: exact }, bodyLimit: 2 ** 24 })
  for (const [name, { messages }] of Object.entries(channels)) {
    // A text is checked as the value of a key: the body of a request is an object.
    const value = Object.values(messages)[0]!.payload
    const body = { type: 'object', properties: { value }, required: ['value'] }
    app.post(`/${name}`, { schema: { body } }, () => 'valid')
  }
  await app.ready()
  return closeAfterTest(app)
}

/** Keys that the schema does not name, as paths. Where it names none it leaves them open. */
function unnamedKeys(schema: Json, value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap(item => unnamedKeys((schema.items ?? {}) as Json, item, `${path}[]`))
  const properties = schema.properties as Readonly<Record<string, Json>> | undefined
  if (properties === undefined || typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const known = properties[key]
    return known ? unnamedKeys(known, inner, `${path}.${key}`) : [`${path}.${key}`]
  })
}

const FILE = `id: pi-a
preset: bio
input: {driver: mock, shape: constant, level: 0.9}
outputs:
  - {name: led, driver: mock}
web: {port: 0}
`

needs('mosquitto')('a neuron on Mosquitto', () => {
  it('publishes in all its life what the AsyncAPI document says, and answers all that it names', async () => {
    const { channels, sent, received } = documentedChannels()
    const { port } = closeAfterTest(await startMosquitto())
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5, reconnectPeriod: 0 })
    closeAfterTest({ close: () => client.endAsync(true) })
    const got: { readonly topic: string; readonly text: string }[] = []
    client.on('message', (topic, payload) => got.push({ topic, text: payload.toString() }))
    await client.subscribeAsync('#', { qos: 1 })

    const file = join(mkdtempSync(join(tmpdir(), 'neurond-')), 'my.yaml')
    writeFileSync(file, FILE)
    const daemon = neurond('run', '--config', file, '--set', `mqtt.url=mqtt://127.0.0.1:${port}`)

    const all = (name: string) =>
      got.filter(({ topic }) => topic === `${ROOT}/${name}`).map(({ text }) => JSON.parse(text) as Json)
    const ask = (topic: string, content: unknown) => client.publishAsync(`${ROOT}/${topic}`, JSON.stringify(content))
    const waitFor = (name: string, isIt: (content: Json) => boolean) => {
      const from = all(name).length
      return until(() => all(name).slice(from).some(isIt), `${name} after:\n${daemon.printed()}`, PATIENCE_S)
    }
    let asked = 0
    const answered = async (topic: string, content: object, ok = true) => {
      const id = `x${++asked}`
      const reply = waitFor('reply', answer => answer.id === id)
      await ask(topic, { ...content, id })
      await reply
      const answer = all('reply').find(answer => answer.id === id)
      expect(answer, topic).toMatchObject({ ok })
      return answer as Json
    }

    await waitFor('spikes', ({ n }) => n !== 0)
    await answered('cmd/trace', { on: true, leaseS: 300, hz: 50 })
    for (const event of [{ weightNa: 0.4, tauMs: 5 }, { weightMv: 0.1 }, 0.1]) await ask('syn/finger', event)
    await waitFor('trace', ({ arrivals }) => arrivals !== undefined)
    await answered('syn/finger', { weightNa: 'much' }, false)
    await answered('cmd/replay', { from: 1, to: 3 })
    await answered('cmd/replay', { from: 9, to: 3 }, false)
    await answered('cmd/stim', { shape: 'sine', iNa: 0.2, ms: 500 })
    await answered('cmd/identify', { s: 0.1 })
    await answered('cmd/mute', { on: true })
    await waitFor('state', ({ muted }) => muted === true)
    await answered('cmd/mute', { on: false })
    await answered('params/set', { tauMs: 12 })
    await answered('params/set', { tauMs: -1 }, false)
    await answered('cmd/dance', {}, false)
    await client.publishAsync(`${ROOT}/cmd/run`, '{')
    await answered('cmd/speed', { speed: 0.5 })
    await waitFor('state', ({ speed }) => speed === 0.5)
    await answered('cmd/preset', { name: 'bio' })
    await answered('cmd/speed', { speed: 1 })

    const reloaded = waitFor('events', ({ type }) => type === 'reloaded')
    writeFileSync(file, FILE.replace('level: 0.9', 'level: 0.9, maxNa: 4'))
    daemon.process.kill('SIGHUP')
    await reloaded
    const refused = waitFor('events', ({ type }) => type === 'reloadRefused')
    writeFileSync(file, FILE.replace('preset: bio', 'preset: nobody'))
    daemon.process.kill('SIGHUP')
    await refused

    await answered('cmd/take', { level: 0 })
    await answered('cmd/reset', {})
    // A heartbeat has no spike, and a timing without a flash no lateness.
    await waitFor('spikes', ({ n }) => n === 0)
    await waitFor('timing', ({ lateUs }) => (lateUs as Json).p50 === null)
    await answered('cmd/run', { on: false })
    await waitFor('state', ({ running }) => running === false)
    await waitFor('timing', () => true)
    daemon.process.kill('SIGTERM')
    expect(await daemon.exit).toBe(0)
    await until(() => got.some(({ text }) => text === 'offline'), 'the end')

    writeFileSync(file, `${FILE}synapses: [{from: pi-b, weightNa: 1}]\n`)
    const again = waitFor('info', ({ prev, synapses }) => prev !== undefined && synapses !== undefined)
    const second = neurond('run', '--config', file, '--set', `mqtt.url=mqtt://127.0.0.1:${port}`)
    await again
    second.process.kill('SIGTERM')
    expect(await second.exit).toBe(0)

    const app = await openValidator(channels)
    const nameOf = (topic: string) =>
      Object.keys(channels).find(name => {
        const levels = channels[name]!.address.split('/')
        const given = topic.split('/')
        return levels.length === given.length && levels.every((level, i) => level.startsWith('{') || level === given[i])
      })
    const faults = new Set<string>()
    const seen = new Set<string>()
    for (const { topic, text } of got) {
      const name = nameOf(topic)
      if (name === undefined) {
        if (topic !== `${ROOT}/cmd/dance`) faults.add(`${topic} is not documented`)
        continue
      }
      seen.add(name)
      // The requests are those of this test, wrong ones among them.
      if (!sent.includes(name)) continue
      const { payload, contentType } = Object.values(channels[name]!.messages)[0]!
      const value = contentType === 'text/plain' ? text : JSON.parse(text)
      const answer = await app.inject({ method: 'POST', url: `/${name}`, payload: { value } })
      if (answer.statusCode !== 200) faults.add(`${name}: ${JSON.parse(answer.body).message} in ${text}`)
      // What comes with an event depends on its type.
      if (name === 'events') continue
      for (const key of unnamedKeys(payload, value)) faults.add(`${name}${key} is not documented`)
    }
    expect([...faults]).toEqual([])
    expect([...seen].sort()).toEqual([...sent, ...received].sort())
  })
})
