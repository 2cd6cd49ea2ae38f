/** The JSON Schemas of what goes over MQTT. Pure. */

import { count, list, map, nullable, number, type Schema, schemaOf, schemasOf, text } from '../../fields/json-schema.ts'
import { NEURON_FIELDS } from '../../neuron/params.ts'
import { SYNAPSE_FIELDS } from '../link-and-synapse-options.ts'
import type { PublishedName } from '../topics.ts'

const VERSION: Schema = { const: 1, description: 'version of the contract' }
const BOOT = text('random per start; with seq it names a spike for ever')
const AT_US = number('µs since 1970')
const SPEED = number('model ms per wall ms; 1 where it is left out')
/** How late something came in the last 10 s; null where nothing came. */
const lateness = (what: string) => {
  const share = nullable(`µs; null: no ${what} since the last timing`)
  return { p50: share, p99: share, max: share }
}

const GAP = map({ from: count('first spike'), to: count('last spike'), why: text('outboxFull, reportsLost, refused') })

const BATCH = {
  v: VERSION,
  boot: BOOT,
  seq0: count('seq of the first spike; of a heartbeat (n = 0) the one that comes next'),
  n: count('spikes in it'),
  t0Us: number('threshold crossing of the first, µs since 1970; of a heartbeat its own time'),
  dtUs: list(number('µs'), 'intervals between them: n - 1 of them, none of a heartbeat'),
  late: { type: 'boolean', description: 'history: nothing to react to' },
  speed: SPEED,
}

const STATE = map({
  v: VERSION,
  boot: BOOT,
  tUs: AT_US,
  rateHz: nullable('Hz, in model time; 0 while paused; null: the last spikes came in one moment'),
  isiMs: nullable('last interval, model ms; null: no two spikes yet'),
  cv: nullable('coefficient of variation of the recent intervals; null: fewer than three, or of no length'),
  count: count('spikes since the start'),
  vMv: nullable('membrane voltage, mV; null while a lesson hides it'),
  iNa: number('input current, nA'),
  knobV: nullable("voltage at the knob's pin, V; null: not read yet"),
  source: text('knob, slider or lost'),
  running: { type: 'boolean' },
  muted: { type: 'boolean', description: 'the LED and the buzzer are silent' },
  speed: SPEED,
})

const CLOCK = map(
  {
    synced: {
      type: 'boolean',
      description: 'it follows a time server, and so agrees with the clocks of other machines',
    },
    errMs: nullable('it is off by so much at the most, ms; null: nobody knows'),
    source: { enum: ['chrony', 'timesyncd', 'kernel', 'none'], description: 'who says so' },
  },
  ['synced', 'errMs', 'source'],
)

const TIMING = map(
  {
    v: VERSION,
    boot: BOOT,
    tUs: AT_US,
    ok: { type: 'boolean', description: 'all is well' },
    why: list(text('a sentence'), 'else why not'),
    health: map({
      state: { enum: ['ready', 'degraded', 'dead'], description: 'dead: the neuron does not tick' },
      why: list(text('a sentence'), 'empty when it is ready'),
    }),
    tickUs: map({ target: number('µs'), ...lateness('tick') }),
    lateUs: map(lateness('flash')),
    missed: count('ticks'),
    mergedEdges: count('spikes that shared an edge with an earlier one'),
    stalls: count('of 50 ms and more'),
    adc: map({ reads: count('readings'), err: count('that failed') }),
    loopMs: map({ p99: nullable('delay of the main thread, ms; null: not measured yet') }),
    outbox: map({ batches: count('that wait'), spikes: count('that wait'), dropped: count('named in gaps') }),
    synapses: map({
      arrived: count('synaptic events'),
      clipped: count('that were too many'),
      refused: count('messages that were none'),
    }),
    sent: count('messages'),
    acked: count('messages'),
    reconnects: count('since the start'),
    rssMb: number('MB'),
    cpu: nullable("the neuron thread's share of a core; null: not measured yet, or not told by the kernel"),
    speed: SPEED,
    clock: CLOCK,
  },
  ['clock'],
)

const PARAMETERS: Readonly<Record<string, Schema>> = {
  ...schemasOf(NEURON_FIELDS),
  minNa: number('input current at the left end of the knob, nA'),
  maxNa: number('input current at the right end of the knob, nA'),
  speed: number('model ms per wall ms'),
}

/** As they are published: null while a lesson hides them. */
const HIDEABLE: Readonly<Record<string, Schema>> = {
  ...PARAMETERS,
  ...Object.fromEntries(
    Object.entries(schemasOf(NEURON_FIELDS)).map(([name, { description, ...schema }]) => {
      return [name, { description: `${description}; null while a lesson hides it`, anyOf: [schema, { type: 'null' }] }]
    }),
  ),
}

const SYNAPSES = list(schemaOf(SYNAPSE_FIELDS), 'other neurons whose spikes arrive here')

const REPORTED_SYNAPSE: Schema = {
  type: 'object',
  properties: {
    ...schemasOf(SYNAPSE_FIELDS),
    timing: { enum: ['spike', 'arrival'], description: "delays count from the sender's spike, or from its arrival" },
  },
}

const INFO = map(
  {
    v: VERSION,
    boot: BOOT,
    version: text('of the program'),
    startedUs: AT_US,
    board: text('what it runs on'),
    mocked: { type: 'boolean', description: 'the knob or an output is simulated' },
    drivers: map({ input: { type: 'object' }, outputs: list({ type: 'object' }, 'one each') }),
    clock: CLOCK,
    limits: map({ batchMs: number('ms'), maxSpikesPerBatch: count('spikes'), ring: count('spikes for replay') }),
    scheduling: { type: 'object' },
    urls: { type: 'object' },
    speed: SPEED,
    prev: map({ boot: BOOT, lastSeq: count('its last spike as far as it is known') }),
    synapses: list(REPORTED_SYNAPSE, 'other neurons whose spikes arrive here'),
    homeAssistant: text('topic on which it is announced to Home Assistant, if it is'),
  },
  ['prev', 'synapses', 'homeAssistant'],
)

const REFUSAL = map(
  {
    code: text('for programs: range, type, unknown, retained, busy, …'),
    message: text('for people'),
    path: text('the offending key'),
    range: list(number('lowest and highest'), 'what is allowed'),
  },
  ['path', 'range'],
)

const ARRIVAL = map(
  {
    tUs: AT_US,
    weightMv: number('jump of V, mV'),
    weightNa: number('current at first, nA'),
    tauMs: number('its decay, ms'),
    afterSeq: count('seq of the last spike before it'),
    sinceSpikeMs: nullable('model ms since that spike; null before the first'),
  },
  ['weightMv', 'weightNa', 'tauMs'],
)

const LESSON = {
  id: text('of the lesson'),
  title: text('in its own language'),
  index: count('the present step, from 0; the number of steps when the lesson is over'),
  steps: list(
    map({ id: text('of the step'), mark: { enum: ['todo', 'nearly', 'done', 'skipped', 'solved'] } }),
    'one each; solved: done after its solution was shown',
  ),
  attempts: count('answers in this step'),
  sinceUs: number('when this step began, µs since 1970'),
  handUp: { type: 'boolean', description: 'somebody asks for help' },
  paused: { type: 'boolean' },
  led: { type: 'boolean', description: 'loaded over MQTT: the dashboard can neither stop it nor load another one' },
} as const satisfies Readonly<Record<string, Schema>>

/** What the neuron publishes, by the name of the topic. */
export const PUBLISHED = {
  status: { enum: ['online', 'offline'] },
  info: INFO,
  spike: map(
    {
      seq: count('from 1'),
      tUs: AT_US,
      isiMs: nullable('model ms; null: no spike before it'),
      speed: SPEED,
      late: { const: true },
    },
    ['speed', 'late'],
  ),
  spikes: map({ ...BATCH, gap: list(GAP, 'spikes that no receiver will get') }, ['late', 'speed', 'gap']),
  state: STATE,
  timing: TIMING,
  params: map({ ...HIDEABLE, synapses: SYNAPSES, rev: count('changes') }, ['synapses', 'minNa', 'maxNa', 'speed']),
  lesson: map(LESSON, Object.keys(LESSON)),
  events: map({
    v: VERSION,
    boot: BOOT,
    tUs: AT_US,
    type: text(
      'health, neuronLost, neuronBack, inputLost, inputBack, gap, stall, clockSet, runaway, synapseClipped, reloaded, outputsChanged, notSaved, saved, duplicateId, …',
    ),
  }),
  reply: map(
    {
      ok: { type: 'boolean' },
      id: { type: ['string', 'number', 'null'], description: 'of the request' },
      from: text('id of the neuron'),
      result: {},
      error: REFUSAL,
    },
    ['result', 'error'],
  ),
  trace: map(
    {
      v: VERSION,
      boot: BOOT,
      seq: count('of the message'),
      t0Us: nullable('µs since 1970; null without a sample'),
      dtUs: list(number('µs'), 'intervals between the samples'),
      vMv: list(nullable('mV; null while a lesson hides it'), 'membrane voltage'),
      iNa: list(number('nA'), 'input current'),
      level: list(number('0 to 1'), 'knob'),
      arrivals: list(ARRIVAL, 'synaptic events at the moment they acted'),
    },
    ['arrivals'],
  ),
} as const satisfies Record<PublishedName, Schema>

/** Requests that the link answers itself; the neuron's own verbs are declared beside them in src/loop/control. */
export const LINK_REQUESTS = {
  replay: map({ boot: BOOT, from: count('first spike'), to: count('last spike') }, ['boot']),
  paramsSet: {
    type: 'object',
    properties: { ...PARAMETERS, synapses: SYNAPSES, ifRev: count('carried out only at this revision') },
    additionalProperties: false,
  },
} as const satisfies Record<string, Schema>
