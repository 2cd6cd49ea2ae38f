/** The document that describes the HTTP interface (OpenAPI 3.1), made from the fields that also check the values. Pure. */
import type { Field, Fields } from '../../fields/fields.ts'
import type { WebSources } from '../data-sources.ts'

type Schema = Readonly<Record<string, unknown>>

/** What the requests take. */
type Taken = Pick<WebSources, 'verbs' | 'paramFields' | 'peers'>

/** What the commands are for; one that is not listed here is described by its arguments alone. */
const SUMMARIES: Readonly<Record<string, string>> = {
  run: 'Run or pause the neuron',
  mute: 'Silence the LED and the buzzer, or let them work again',
  reset: 'Back to the initial voltage',
  identify: 'Blink the LED, to find this neuron among many',
  take: 'Take over from the knob at a level; without one, give it back',
  speed: 'Slow motion: model ms per wall ms',
  stim: 'Start a stimulus; without any argument, end it',
  preset: 'Become a ready-made neuron',
}

export function openApi(id: string, version: string, taken: Taken): object {
  const { verbs, paramFields, peers } = taken
  const params = propertiesOf(paramFields)
  return {
    openapi: '3.1.0',
    info: {
      title: `neurond: the neuron ${id}`,
      version,
      description:
        'Reading is open. Changing something from another machine needs the token that the terminal shows: Authorization: Bearer TOKEN.',
    },
    servers: [{ url: '/' }],
    paths: { ...reading(), '/api/params': paramsPath(), ...commandPaths(verbs), ...peerPaths(verbs) },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        Params: objectOf(params),
        PeerParams: objectOf({ ...params, ...wiring(peers.synapseFields) }),
        Refusal: REFUSAL,
      },
    },
  }
}

/** What else is told to a neuron on the broker. */
function wiring(synapse: Fields): Schema {
  const items = objectOf(propertiesOf(synapse))
  return {
    synapses: {
      type: 'array',
      items,
      description: 'all neurons whose spikes arrive there: these replace the ones before',
    },
    ifRev: { type: 'integer', description: 'changed only if its parameters are at this revision' },
  }
}

const REFUSAL: Schema = objectOf({
  ok: { const: false },
  error: objectOf({
    code: { type: 'string' },
    message: { type: 'string', description: 'what was wrong, the value, what is allowed' },
    path: { type: 'string', description: 'the offending key' },
    range: { type: 'array', items: { type: 'number' }, description: 'lowest and highest allowed value' },
  }),
})

function reading(): Schema {
  const paths: readonly (readonly [string, string, string])[] = [
    ['/api/state', 'The neuron now: V, I, rate, count, who holds the knob', 'application/json'],
    ['/api/info', 'What it is: version, board, drivers, clock, addresses', 'application/json'],
    ['/api/peers', 'The neurons on the broker, and how the broker is', 'application/json'],
    ['/healthz', 'Does the neuron live? 503 if its last tick is a second old', 'application/json'],
    [
      '/readyz',
      'Is all well with it: ticks, knob, outputs, thread? 503 if not; `why` says what is missing. `warnings` says what is wrong around it: changes that are not kept, another neuron with the same id, synapses that excite in a loop or bring too much',
      'application/json',
    ],
    ['/metrics', 'All figures for Prometheus', 'text/plain'],
  ]
  return Object.fromEntries(paths.map(([path, summary, type]) => [path, { get: { summary, responses: answer(type) } }]))
}

function paramsPath(): Schema {
  const params = { $ref: '#/components/schemas/Params' }
  return {
    get: { summary: 'All parameters of the neuron and their revision', responses: answer('application/json') },
    patch: {
      summary: 'Change some parameters, all or nothing (JSON merge patch); out of range is refused, never clamped',
      ...body(params),
    },
  }
}

/** The same of another neuron on the broker. */
function peerPaths(verbs: Readonly<Record<string, Fields>>): Schema {
  const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' }, description: 'its id, or all' }
  const params = {
    summary:
      "Change another neuron's parameters or synapses (JSON merge patch) over MQTT; its answer is the answer here",
    ...body({ $ref: '#/components/schemas/PeerParams' }),
  }
  const commands = Object.entries(commandPaths(verbs)).map(([path, item]) => [
    path.replace('/api/', '/api/peers/{id}/'),
    { parameters: [id], ...(item as object) },
  ])
  const forget = {
    summary:
      'Have the broker keep nothing more of a neuron that is gone or gives no sign of life; a living one is refused (409). To see which it is may take 12 s',
    ...changing(),
  }
  return {
    '/api/peers/{id}': { parameters: [id], delete: forget },
    '/api/peers/{id}/params': { parameters: [id], patch: params },
    ...Object.fromEntries(commands),
  }
}

function commandPaths(verbs: Readonly<Record<string, Fields>>): Schema {
  const paths = Object.entries(verbs).map(([verb, fields]) => {
    const summary = SUMMARIES[verb] ?? verb
    return [`/api/cmd/${verb}`, { post: { summary, ...body(objectOf(propertiesOf(fields))) } }]
  })
  return Object.fromEntries(paths)
}

function body(schema: Schema): Schema {
  return { ...changing(), requestBody: { content: { 'application/json': { schema } } } }
}

/** What holds for every request that changes something. */
function changing(): Schema {
  const refusal = { content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } } }
  return {
    security: [{}, { token: [] }],
    responses: {
      ...answer('application/json'),
      400: { description: 'refused, and why', ...refusal },
      403: { description: 'the token is missing, or the request comes from a page of another site', ...refusal },
    },
  }
}

function answer(type: string): Schema {
  return { 200: { description: 'the answer', content: { [type]: {} } } }
}

function objectOf(properties: Schema): Schema {
  return { type: 'object', properties, additionalProperties: false }
}

function propertiesOf(fields: Fields): Schema {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, schemaOf(field)]))
}

function schemaOf(field: Field): Schema {
  const description = field.type === 'number' && field.unit !== '' ? `${field.help} (${field.unit})` : field.help
  const common = { description, default: field.default }
  switch (field.type) {
    case 'number': {
      const lowest = field.aboveMin ? { exclusiveMinimum: field.min } : { minimum: field.min }
      return { type: field.integer ? 'integer' : 'number', ...lowest, maximum: field.max, ...common }
    }
    case 'choice':
      return { type: 'string', enum: field.choices, ...common }
    case 'text':
      return { type: 'string', ...common }
    case 'flag':
      return { type: 'boolean', ...common }
    case 'numbers': {
      const items = { type: 'number', minimum: field.min, maximum: field.max }
      return { type: 'array', items, maxItems: field.most, description: `${field.help} (${field.unit})` }
    }
  }
}
