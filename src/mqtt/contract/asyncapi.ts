/** The MQTT contract as an AsyncAPI 3 document, from the same data that requests are checked with. Pure. */

import { type Schema, schemaOf } from '../../fields/json-schema.ts'
import type { Control } from '../../loop/types.ts'
import { TRACE_FIELDS } from '../requests/trace-stream.ts'
import { PUBLICATIONS, type PublishedName } from '../topics.ts'
import { LINK_REQUESTS, PUBLISHED } from './schemas.ts'

type Document = Readonly<Record<string, unknown>>

/** @param verbs the neuron's own commands */
export function asyncApi(version: string, base: string, verbs: Control['verbs']): Document {
  const publishedParts = Object.keys(PUBLICATIONS).map(name => sent(base, name as PublishedName))
  const requests: Readonly<Record<string, Schema>> = {
    ...Object.fromEntries(Object.entries(verbs).map(([verb, { fields }]) => [verb, withId(schemaOf(fields))])),
    replay: withId(LINK_REQUESTS.replay),
    trace: withId(schemaOf(TRACE_FIELDS)),
  }
  const requestParts = [
    received(
      base,
      'paramsSet',
      'params/set',
      'JSON merge patch on the parameters, all or nothing',
      withId(LINK_REQUESTS.paramsSet),
    ),
    ...Object.entries(requests).map(([verb, schema]) =>
      received(base, `cmd${capital(verb)}`, `cmd/${verb}`, `the command ${verb}`, schema),
    ),
    synapse(base),
  ]
  const parts = [...publishedParts, ...requestParts]
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'neurond',
      version,
      description: `A neuron on MQTT. Requests to ${base}/all/… reach every neuron; retained ones are refused.`,
      license: { name: 'MIT' },
    },
    servers: { builtIn: { host: '127.0.0.1:1883', protocol: 'mqtt', description: 'the built-in broker (MQTT 3.1.1)' } },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(parts.map(({ name, channel }) => [name, channel])),
    operations: Object.fromEntries(
      parts.map(({ name, operation }) => [`${operation.action}${capital(name)}`, operation]),
    ),
  }
}

interface Part {
  readonly name: string
  readonly channel: Document
  readonly operation: Document & { readonly action: 'send' | 'receive' }
}

function sent(base: string, name: PublishedName): Part {
  const { qos, retain, summary } = PUBLICATIONS[name]
  const contentType = name === 'status' ? 'text/plain' : 'application/json'
  const message = { name, contentType, summary, payload: PUBLISHED[name] }
  const operation = { action: 'send', channel: ref(name), summary, bindings: mqttBinding(qos, retain) } as const
  return { name, channel: channelOf(base, name, message), operation }
}

function received(base: string, name: string, topic: string, summary: string, payload: Schema): Part {
  const operation = {
    action: 'receive',
    channel: ref(name),
    summary,
    bindings: mqttBinding(1, false),
    reply: { channel: ref('reply') },
  } as const
  return { name, channel: channelOf(base, topic, { name, summary, payload }), operation }
}

/** Answered only where it is wrong and says where or under which id; and it is not only JSON. */
function synapse(base: string): Part {
  const summary = 'one synaptic event: {"weightNa":0.4,"tauMs":5}, {"weightMv":3}, a number of mV, or anything for 5 mV'
  const channel = channelOf(base, 'syn/{name}', { name: 'synapse', summary, payload: {} })
  const name = { description: 'who sends it' }
  return {
    name: 'synapse',
    channel: { ...channel, parameters: { ...(channel.parameters as Document), name } },
    operation: { action: 'receive', channel: ref('synapse'), summary, bindings: mqttBinding(0, false) },
  }
}

function channelOf(base: string, topic: string, message: Document & { readonly name: string }): Document {
  return {
    address: `${base}/{id}/${topic}`,
    parameters: { id: { description: 'id of the neuron: 1 to 32 of a-z, 0-9 and "-"' } },
    messages: { [message.name]: message },
  }
}

function ref(channel: string): Document {
  return { $ref: `#/channels/${channel}` }
}

function mqttBinding(qos: 0 | 1, retain: boolean): Document {
  return { mqtt: { qos, retain, bindingVersion: '0.2.0' } }
}

/** Every request may have an id, which its answer repeats. */
function withId(schema: Schema): Schema {
  const { id: own, ...properties } = schema.properties as Readonly<Record<string, Document>>
  const description = own ? `${own.description}; stands in the answer` : 'stands in the answer'
  return { ...schema, properties: { ...properties, id: { type: ['string', 'number'], description } } }
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
