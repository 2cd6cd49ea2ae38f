import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { VERBS } from '../../../src/loop/control/verbs.ts'
import { asyncApi } from '../../../src/mqtt/contract/asyncapi.ts'
import { PUBLISHED } from '../../../src/mqtt/contract/schemas.ts'
import { spike } from '../example-neuron.ts'
import { linkOfFakeNeuron } from '../fake-neuron.ts'

type Json = Readonly<Record<string, unknown>>

const DOCUMENT = JSON.parse(JSON.stringify(asyncApi('1.2.3', 'neuron/v1', VERBS)))
const CHANNELS = DOCUMENT.channels as Record<
  string,
  { address: string; parameters: Json; messages: Record<string, Json> }
>
const OPERATIONS = DOCUMENT.operations as Record<string, { action: string; channel: { $ref: string }; bindings: Json }>

function accepts(schema: unknown, value: unknown): boolean {
  return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value).success
}

describe('the AsyncAPI document', () => {
  it('has what AsyncAPI 3 requires, and no reference into nowhere', () => {
    expect(DOCUMENT).toMatchObject({ asyncapi: '3.0.0', info: { title: 'neurond', version: '1.2.3' } })
    const references = JSON.stringify(DOCUMENT).match(/"\$ref":"[^"]+"/g) ?? []
    expect(references.length).toBeGreaterThan(20)
    for (const reference of references) {
      const path = reference.slice('"$ref":"#/'.length, -1).split('/')
      expect(
        path.reduce<unknown>((value, key) => (value as Json)?.[key], DOCUMENT),
        reference,
      ).toBeDefined()
    }
    for (const { action, bindings } of Object.values(OPERATIONS)) {
      expect(['send', 'receive']).toContain(action)
      expect(bindings).toEqual({
        mqtt: { qos: expect.any(Number), retain: expect.any(Boolean), bindingVersion: '0.2.0' },
      })
    }
    for (const { address, parameters } of Object.values(CHANNELS)) {
      expect([...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)).toEqual(Object.keys(parameters))
    }
  })

  it('describes everything that is published, with the same topic, quality and retain flag', async () => {
    const { broker, link, timers, fake } = await linkOfFakeNeuron()
    link.spike(spike(1, { isiMs: Number.NaN }))
    link.spike(spike(2, { speed: 0.1, late: true }))
    link.event({ type: 'inputLost', reason: 'x' })
    broker.deliver('neuron/v1/pi-a/params/set', { synapses: [{ from: 'pi-b', weightNa: 1 }], id: 1 })
    broker.deliver('neuron/v1/pi-a/cmd/nonsense', {})
    broker.deliver('neuron/v1/pi-a/cmd/trace', {})
    for (const listen of fake.listeners) {
      listen(
        Float64Array.from([spike(1).tUs, -60, 1.5, 0.5]),
        Float64Array.from([spike(1).tUs, 5, 1, 0, Number.NaN]),
        new Float64Array(0),
      )
    }
    await timers.pass(5000)
    const names = new Set<string>()
    for (const { topic, payload, qos, retain } of broker.received) {
      const name = topic.split('/').at(-1) as keyof typeof PUBLISHED
      names.add(name)
      expect(CHANNELS[name]?.address).toBe(`neuron/v1/{id}/${name}`)
      const schema = CHANNELS[name]!.messages[name]!.payload
      expect(accepts(schema, name === 'status' ? payload : JSON.parse(payload)), payload).toBe(true)
      expect(OPERATIONS[`send${name.charAt(0).toUpperCase()}${name.slice(1)}`]?.bindings).toMatchObject({
        mqtt: { qos, retain },
      })
    }
    expect([...names].sort()).toEqual(Object.keys(PUBLISHED).sort())
  })

  it('refuses what is not like that', () => {
    expect(accepts(PUBLISHED.spike, { seq: -1, tUs: 1, isiMs: 1 })).toBe(false)
    expect(accepts(PUBLISHED.spikes, { v: 2 })).toBe(false)
    expect(accepts(PUBLISHED.status, 'dead')).toBe(false)
  })

  it('describes every command with its arguments and ranges', () => {
    for (const verb of [...Object.keys(VERBS), 'replay', 'trace']) {
      const name = `cmd${verb.charAt(0).toUpperCase()}${verb.slice(1)}`
      expect(CHANNELS[name]?.address).toBe(`neuron/v1/{id}/cmd/${verb}`)
    }
    const { payload } = CHANNELS.cmdStim!.messages.cmdStim!
    expect(accepts(payload, { shape: 'sine', iNa: 2, ms: 500, id: 'x1' })).toBe(true)
    expect(accepts(payload, { shape: 'sine', ms: 1e9 })).toBe(false)
    expect(accepts(CHANNELS.paramsSet!.messages.paramsSet!.payload, { tauMs: 20, ifRev: 3, maxNa: 5 })).toBe(true)
    expect(accepts(CHANNELS.paramsSet!.messages.paramsSet!.payload, { tauMs: 0 })).toBe(false)
  })
})
