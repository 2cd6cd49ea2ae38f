import { readFileSync } from 'node:fs'
import { type FastifyInstance, fastify } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VERBS } from '../../../src/loop/control/verbs.ts'
import { asyncApi } from '../../../src/mqtt/contract/asyncapi.ts'

type Json = Record<string, unknown>

const DOCUMENT = JSON.stringify(asyncApi('1.2.3', 'neuron/v1', VERBS))

describe('the AsyncAPI document, by the official schema of AsyncAPI 3.0.0', () => {
  // Fastify checks bodies with ajv, which knows draft-07 with all its conditions.
  let app: FastifyInstance

  beforeAll(async () => {
    const body = JSON.parse(readFileSync(new URL('../../reference/asyncapi.json', import.meta.url), 'utf8'))
    const exact = { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: true, strict: false }
    app = fastify({ ajv: { customOptions: exact } })
    app.post('/', { schema: { body } }, () => 'valid')
    await app.ready()
  })

  afterAll(() => app.close())

  async function verdictOn(document: unknown): Promise<string> {
    const answer = await app.inject({ method: 'POST', url: '/', payload: document as object })
    return answer.statusCode === 200 ? 'valid' : JSON.parse(answer.body).message
  }

  it('is valid', async () => {
    expect(await verdictOn(JSON.parse(DOCUMENT))).toBe('valid')
  })

  it.each<[string, (document: { [part: string]: Json }) => void]>([
    ['a quality of service of 3', ({ operations }) => Object.assign(bindingsOf(operations, 'sendSpikes'), { qos: 3 })],
    [
      'a flag that is a text',
      ({ operations }) => Object.assign(bindingsOf(operations, 'sendState'), { retain: 'yes' }),
    ],
    ['a direction of its own', ({ operations }) => Object.assign(operations!.sendSpike as Json, { action: 'publish' })],
    ['a channel that is none', ({ channels }) => Object.assign(channels!, { spike: 'neuron/v1' })],
    ['a parameter with a schema', ({ channels }) => Object.assign(parameterOf(channels, 'info'), { schema: {} })],
    ['a payload of no type', ({ channels }) => Object.assign(payloadOf(channels, 'state'), { type: 'thing' })],
    ['a part that is not known', document => Object.assign(document, { topics: {} })],
    ['no version', ({ info }) => void delete info!.version],
  ])('would not be with %s', async (_, spoil) => {
    const document = JSON.parse(DOCUMENT)
    spoil(document)
    expect(await verdictOn(document)).toMatch(/^body/)
  })
})

const bindingsOf = (operations: Json | undefined, name: string) => at(operations, name, 'bindings', 'mqtt')
const parameterOf = (channels: Json | undefined, name: string) => at(channels, name, 'parameters', 'id')
const payloadOf = (channels: Json | undefined, name: string) => at(channels, name, 'messages', name, 'payload')

function at(value: unknown, ...path: readonly string[]): Json {
  return path.reduce((part, key) => (part as Json)[key], value) as Json
}
