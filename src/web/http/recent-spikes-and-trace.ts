/** The last spikes, and V and I of the next moments, for programs that only know HTTP: as JSON, or as CSV for a table. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { checkFields, defaultsOf, type Fields, refusalFields } from '../../fields/field-types-and-checks.ts'
import { numberIn } from '../../fields/parse-time-columns.ts'
import type { Timers } from '../../loop/clock.ts'
import type { Refusal, Spike } from '../../loop/types.ts'
import type { WebSources } from '../data-sources.ts'
import { NUMBERS_PER_SAMPLE, toJson } from '../wire-format.ts'

/** So many spikes are kept. */
const MOST_SPIKES = 4096
/** Each holds a connection open, and has the neuron sampled. */
const MOST_TRACES = 8

const FORMAT = { type: 'choice', choices: ['json', 'csv'], default: 'json', help: 'csv for a table' } as const

/** What may stand after the ? of /api/spikes. */
export const SPIKES_FIELDS = {
  last: {
    ...{ type: 'number', unit: '', integer: true, min: 1, max: MOST_SPIKES, default: 100 },
    help: 'the latest so many spikes',
  },
  after: {
    ...{ type: 'number', unit: '', integer: true, min: 0, max: Number.MAX_SAFE_INTEGER, default: 0 },
    help: 'only spikes with a number above this one: seq of the last that is known already',
  },
  format: FORMAT,
} as const satisfies Fields

/** What may stand after the ? of /api/trace. */
export const TRACE_QUERY_FIELDS = {
  ms: {
    type: 'number',
    unit: 'ms',
    min: 10,
    max: 5000,
    default: 1000,
    help: 'how long it takes: the answer comes then',
  },
  hz: {
    type: 'number',
    unit: 'Hz',
    min: 1,
    max: 1000,
    default: 1000,
    help: 'samples per second, at most one each tick',
  },
  format: FORMAT,
} as const satisfies Fields

/** Ticks are not exactly on time: a sample may be taken so much before it is due. */
const SLACK_US = 500

interface Parts {
  readonly sources: WebSources
  readonly timers: Timers
  sendRefusal(reply: FastifyReply, status: number, error: Refusal): FastifyReply
}

export function addSpikesAndTraceRoutes(app: FastifyInstance, { sources, timers, sendRefusal }: Parts): void {
  const recent: Spike[] = []
  let tracesOpen = 0
  const stop = sources.onSpike(spike => {
    recent.push(spike)
    if (recent.length > 2 * MOST_SPIKES) recent.splice(0, MOST_SPIKES)
  })
  app.addHook('onClose', async () => stop())

  app.get('/api/spikes', (request, reply) => {
    const query = queryOf(SPIKES_FIELDS, request.query as object)
    if ('refusal' in query) return sendRefusal(reply, 400, query.refusal)
    const { last, after, format } = query.values
    const spikes = recent.filter(({ seq }) => seq > after).slice(-last)
    return format === 'csv' ? sendCsv(reply, spikesCsv(sources, spikes)) : sendJson(reply, spikesJson(sources, spikes))
  })

  app.get('/api/trace', async (request, reply) => {
    const query = queryOf(TRACE_QUERY_FIELDS, request.query as object)
    if ('refusal' in query) return sendRefusal(reply, 400, query.refusal)
    if (tracesOpen === MOST_TRACES) {
      const message = `${MOST_TRACES} others read the trace at the moment: try again in some seconds`
      return sendRefusal(reply, 503, { code: 'busy', message })
    }
    tracesOpen++
    try {
      const { ms, hz, format } = query.values
      const trace = await traceFor(sources, timers, ms, hz)
      return format === 'csv' ? sendCsv(reply, traceCsv(trace)) : sendJson(reply, traceJson(sources, trace))
    } finally {
      tracesOpen--
    }
  })
}

type Query<V> = { readonly values: V } | { readonly refusal: Refusal }

/** The texts after the ? as values of the fields. */
function queryOf<F extends Fields>(fields: F, texts: object): Query<ReturnType<typeof defaultsOf<F>>> {
  const entries = Object.entries(texts as Readonly<Record<string, string>>)
  const given = Object.fromEntries(
    entries.map(([name, text]) => [name, fields[name]?.type === 'number' ? (numberIn(String(text)) ?? text) : text]),
  )
  const [first, ...others] = checkFields(fields, given, 'is not known here; known are')
  if (first === undefined) return { values: { ...defaultsOf(fields), ...given } }
  return { refusal: { code: first.isUnknown ? 'unknown' : 'range', ...refusalFields([first, ...others]) } }
}

function spikesJson({ id, boot, state }: WebSources, spikes: readonly Spike[]): object {
  return {
    ...{ id, boot, count: state().count },
    spikes: spikes.map(({ seq, tUs, isiMs, late, speed }) => {
      return { seq, tUs: Math.round(tUs), isiMs: Number.isNaN(isiMs) ? null : isiMs, late, speed }
    }),
  }
}

/** As `neurond record` writes it. */
function spikesCsv({ id, boot }: WebSources, spikes: readonly Spike[]): string {
  const rows = spikes.map(({ seq, tUs, speed, late }) => [id, boot, seq, Math.round(tUs), speed, Number(late), 0])
  return csvText(['neuron', 'boot', 'seq', 't_us', 'speed', 'late', 'healed'], rows)
}

interface Trace {
  /** [µs since 1970, vMv, iNa] each. */
  readonly rows: readonly (readonly [number, number, number])[]
  /** µs since 1970. */
  readonly spikesUs: readonly number[]
}

function traceFor(sources: WebSources, timers: Timers, ms: number, hz: number): Promise<Trace> {
  const rows: [number, number, number][] = []
  const spikesUs: number[] = []
  const periodUs = 1e6 / hz
  let nextUs = 0
  const stops = [
    sources.onSpike(({ tUs }) => spikesUs.push(tUs)),
    sources.onSamples(samples => {
      for (let at = 0; at < samples.length; at += NUMBERS_PER_SAMPLE) {
        const [tUs, vMv, iNa] = samples.subarray(at, at + 3) as unknown as [number, number, number]
        if (tUs < nextUs - SLACK_US) continue
        // On the grid, unless this is the first one, or some are missing.
        nextUs = (tUs - nextUs < periodUs ? nextUs : tUs) + periodUs
        rows.push([tUs, vMv, iNa])
      }
    }),
  ]
  return new Promise(resolve => {
    timers.after(ms, () => {
      for (const stop of stops) stop()
      const firstUs = rows[0]?.[0] ?? Infinity
      const until = rows.filter(([tUs]) => tUs - firstUs <= ms * 1000)
      const lastUs = until.at(-1)?.[0] ?? -Infinity
      resolve({ rows: until, spikesUs: spikesUs.filter(tUs => tUs >= firstUs && tUs <= lastUs) })
    })
  })
}

function traceJson({ id, boot }: WebSources, { rows, spikesUs }: Trace): object {
  const firstUs = rows[0]?.[0] ?? 0
  return {
    ...{ id, boot, t0Us: rows.length > 0 ? Math.round(firstUs) : null },
    tMs: rows.map(([tUs]) => msSince(firstUs, tUs)),
    vMv: rows.map(([, vMv]) => vMv),
    iNa: rows.map(([, , iNa]) => iNa),
    spikesMs: spikesUs.map(tUs => msSince(firstUs, tUs)),
  }
}

/** As `neurond simulate --trace` writes it: spikes are counted in the row at or after them. */
function traceCsv({ rows, spikesUs }: Trace): string {
  const firstUs = rows[0]?.[0] ?? 0
  let spike = 0
  const lines = rows.map(([tUs, vMv, iNa]) => {
    const before = spike
    while (spike < spikesUs.length && spikesUs[spike]! <= tUs) spike++
    return [msSince(firstUs, tUs), vMv, iNa, spike - before]
  })
  return csvText(['t_ms', 'v_mv', 'i_na', 'spikes'], lines)
}

/** To the µs: the clock has no more digits. */
function msSince(firstUs: number, tUs: number): number {
  return Math.round(tUs - firstUs) / 1000
}

function csvText(header: readonly string[], rows: readonly (readonly (number | string)[])[]): string {
  return [header, ...rows].map(row => `${row.join(',')}\n`).join('')
}

function sendCsv(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('text/csv; charset=utf-8').header('cache-control', 'no-store').send(text)
}

function sendJson(reply: FastifyReply, content: object): FastifyReply {
  return reply.type('application/json; charset=utf-8').header('cache-control', 'no-store').send(toJson(content))
}
