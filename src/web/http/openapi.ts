/** The document that describes the HTTP interface (OpenAPI 3.1), made from the fields that also check the values. Pure. */
import type { Fields } from '../../fields/field-types-and-checks.ts'
import { count, list, map, number, type Schema, schemaOf, schemasOf, text } from '../../fields/json-schema.ts'
import type { Control } from '../../loop/types.ts'
import type { WebSources } from '../data-sources.ts'
import { ACCESS_FIELDS } from './access.ts'
import { SPIKES_FIELDS, TRACE_QUERY_FIELDS } from './recent-spikes-and-trace.ts'

/** The verbs and the fields that requests are checked with. */
type HttpContract = Pick<WebSources, 'control' | 'paramFields' | 'peers'>

export function openApi(id: string, version: string, contract: HttpContract): object {
  const { control, paramFields, peers } = contract
  const { verbs } = control
  return {
    openapi: '3.1.0',
    info: {
      title: `neurond: the neuron ${id}`,
      version,
      description:
        'Reading is open. Changing something from another machine needs the token that the terminal shows: Authorization: Bearer TOKEN.',
    },
    servers: [{ url: '/' }],
    paths: {
      ...readPaths(),
      '/api/peers': peersPath(),
      '/api/params': paramsPath(),
      '/api/access': accessPath(),
      ...lessonPaths(),
      ...commandPaths(verbs),
      ...peerPaths(verbs),
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        Params: schemaOf(paramFields),
        PeerParams: objectSchema({ ...schemasOf(paramFields), ...synapsesAndRevision(peers.synapseFields) }),
        PeerLesson: PEER_LESSON,
        Refusal: REFUSAL,
      },
    },
  }
}

/** What a patch of a neuron on the broker takes beside the parameters. */
function synapsesAndRevision(synapse: Fields): Schema {
  return {
    synapses: {
      type: 'array',
      items: schemaOf(synapse),
      description: 'all neurons whose spikes arrive there: these replace the ones before',
    },
    ifRev: { type: 'integer', description: 'changed only if its parameters are at this revision' },
  }
}

const REFUSAL: Schema = objectSchema({
  ok: { const: false },
  error: objectSchema({
    code: { type: 'string' },
    message: { type: 'string', description: 'what was wrong, the value, what is allowed' },
    path: { type: 'string', description: 'the offending key' },
    range: { type: 'array', items: { type: 'number' }, description: 'lowest and highest allowed value' },
  }),
})

const PEER_LESSON: Schema = {
  ...map({
    id: text('of the lesson'),
    title: text('of the lesson'),
    index: count('the present step, from 0; the number of steps when the lesson is over'),
    steps: list(
      map({ id: text('of the step'), mark: { enum: ['todo', 'nearly', 'done', 'skipped', 'solved'] } }),
      'how far each step is; solved: the solution was shown',
    ),
    attempts: count('at the present step'),
    sinceUs: number('when the present step began, µs since 1970'),
    hand: { type: ['integer', 'null'], description: 'counts the hands in the order in which they went up; null: down' },
    paused: { type: 'boolean' },
    led: { type: 'boolean', description: 'a teacher has loaded it' },
  }),
  description: 'How far a group is in a lesson; null while there is none. No names',
}

function readPaths(): Schema {
  const paths: readonly (readonly [string, string, string])[] = [
    ['/api/state', 'The neuron now: V, I, rate, count, who holds the knob', 'application/json'],
    ['/api/info', 'What it is: version, board, drivers, clock, addresses', 'application/json'],
    ['/healthz', 'Does the neuron live? 503 if its last tick is a second old', 'application/json'],
    [
      '/readyz',
      'Is all well with it: ticks, knob, outputs, thread? 503 if not; `why` says what is missing. `warnings` says what is wrong around it: changes that are not kept, another neuron with the same id, synapses that excite in a loop or bring too much',
      'application/json',
    ],
    ['/metrics', 'All figures for Prometheus', 'text/plain'],
  ]
  return {
    ...Object.fromEntries(
      paths.map(([path, summary, type]) => [path, { get: { summary, responses: okResponse(type) } }]),
    ),
    '/api/lesson': {
      get: {
        summary:
          'The lessons that there are (files of the package, and of the folder lessons beside the configuration file), the files that are none, and why; the lesson that runs, as far as it may be told',
        parameters: [{ name: 'language', in: 'query', schema: { enum: ['en', 'de'], default: 'en' } }],
        responses: okResponse('application/json'),
      },
    },
    '/api/spikes': tablePath(
      'The last spikes: number, time (µs since 1970, exact inside the step), interval; as CSV in the columns of neurond record',
      SPIKES_FIELDS,
    ),
    '/api/trace': tablePath(
      'V, I and spikes of the next moments; as CSV in the columns of neurond simulate --trace. While the neuron pauses V stands still',
      TRACE_QUERY_FIELDS,
    ),
  }
}

/** A table that is asked for by what stands after the ?. */
function tablePath(summary: string, fields: Fields): Schema {
  const parameters = Object.entries(schemasOf(fields)).map(([name, schema]) => ({ name, in: 'query', schema }))
  const responses = { 200: { description: 'the answer', content: { 'application/json': {}, 'text/csv': {} } } }
  return { get: { summary, parameters, responses: { ...responses, 400: refusedResponse('refused, and why') } } }
}

function paramsPath(): Schema {
  const params = { $ref: '#/components/schemas/Params' }
  return {
    get: {
      summary: 'All parameters of the neuron and their revision; those that a lesson hides are null',
      responses: okResponse('application/json'),
    },
    patch: {
      summary: 'Change some parameters, all or nothing (JSON merge patch); out of range is refused, never clamped',
      ...withBody(params),
    },
  }
}

function accessPath(): Schema {
  return {
    get: {
      summary:
        "What the caller may do (watch, control, teach), whether pupils are locked out, and for who may control the tokens and addresses for links to /login#TOKEN: the pupils' one, and for the teacher the teacher's",
      responses: okResponse('application/json'),
    },
    post: { summary: "Lock pupils out, or void their link: the teacher's alone", ...withBody(schemaOf(ACCESS_FIELDS)) },
  }
}

function lessonPaths(): Schema {
  const language = { name: 'language', in: 'query', schema: { enum: ['en', 'de'] } }
  const get = (summary: string) => ({
    get: { summary, parameters: [language], responses: okResponse('application/json') },
  })
  return {
    '/api/lesson': get('The lessons that can be loaded, files that are no lesson and why, and the lesson under way'),
    '/api/lesson/worksheet': get(
      'The tasks of the lesson under way with what was measured and answered, for print; null while there is none. Numbers of steps that were not reached are blanks',
    ),
    '/api/lesson/progress': {
      get: {
        summary: 'The progress in the lesson under way as a file (JSON, version 1), to go on from it later',
        ...changeResponses(),
      },
      post: {
        summary: 'Go on where such a file ends, in the same lesson; another lesson, or a file that is none, is refused',
        ...withBody({ type: 'object', required: ['format', 'version', 'lesson', 'neuron', 'index', 'steps'] }),
      },
    },
  }
}

function peersPath(): Schema {
  const lesson = { oneOf: [{ $ref: '#/components/schemas/PeerLesson' }, { type: 'null' }] }
  const peer = { type: 'object', properties: { id: { type: 'string' }, lesson } }
  const broker = { type: 'object', properties: { malformed: count('messages about lessons that were dropped') } }
  const schema = map({ broker, peers: list(peer, 'what each publishes, checked; null is unknown') })
  const answer = { description: 'the answer', content: { 'application/json': { schema } } }
  return { get: { summary: 'The neurons on the broker, and how the broker is', responses: { 200: answer } } }
}

/** The same of another neuron on the broker. */
function peerPaths(verbs: Control['verbs']): Schema {
  const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' }, description: 'its id, or all' }
  const params = {
    summary:
      "Change another neuron's parameters or synapses (JSON merge patch) over MQTT; its answer is the answer here",
    ...withBody({ $ref: '#/components/schemas/PeerParams' }),
  }
  const commands = Object.entries(commandPaths(verbs)).map(([path, item]) => [
    path.replace('/api/', '/api/peers/{id}/'),
    { parameters: [id], ...(item as object) },
  ])
  const forget = {
    summary:
      'Have the broker keep nothing more of a neuron that is gone or gives no sign of life; a living one is refused (409). To see which it is may take 12 s',
    ...changeResponses(),
  }
  return {
    '/api/peers/{id}': { parameters: [id], delete: forget },
    '/api/peers/{id}/params': { parameters: [id], patch: params },
    ...Object.fromEntries(commands),
  }
}

function commandPaths(verbs: Control['verbs']): Schema {
  const paths = Object.entries(verbs).map(([verb, { help, fields }]) => {
    return [`/api/cmd/${verb}`, { post: { summary: help, ...withBody(schemaOf(fields)) } }]
  })
  return Object.fromEntries(paths)
}

function withBody(schema: Schema): Schema {
  return { ...changeResponses(), requestBody: { content: { 'application/json': { schema } } } }
}

/** Security and responses of every request that changes something. */
function changeResponses(): Schema {
  return {
    security: [{}, { token: [] }],
    responses: {
      ...okResponse('application/json'),
      400: refusedResponse('refused, and why'),
      403: refusedResponse('the token is missing, or the request comes from a page of another site'),
    },
  }
}

function refusedResponse(description: string): Schema {
  return { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } } }
}

function okResponse(type: string): Schema {
  return { 200: { description: 'the answer', content: { [type]: {} } } }
}

function objectSchema(properties: Schema): Schema {
  return { type: 'object', properties, additionalProperties: false }
}
