/** Publishes V and I for a lease of some seconds, so that a forgotten request does not load the network for ever. */

import { checkFields, type Fields, refusalFields } from '../../fields/field-types-and-checks.ts'
import type { Reply } from '../../loop/types.ts'
import type { CurrentConnection } from '../connection/current-connection.ts'
import type { Topics } from '../topics.ts'
import type { LinkContext, LinkNeuron } from '../types.ts'
import { type TraceRow, traceMessage } from './reply-payloads.ts'

export interface TraceStream {
  /** `{"on":true,"leaseS":30,"hz":200}`, or `{"on":false}`. */
  request(payload: unknown): Reply
  close(): void
}

export const TRACE_FIELDS = {
  on: { type: 'flag', default: true, help: 'open or close the trace' },
  leaseS: { type: 'number', unit: 's', min: 1, max: 300, default: 30, help: 'it closes by itself after so long' },
  hz: { type: 'number', unit: 'Hz', min: 1, max: 1000, default: 200, help: 'samples per second' },
} as const satisfies Fields

const ROW = 4
const ARRIVAL = 5
/** Ticks are not exactly on time: a sample may be taken so much before it is due. */
const SLACK_US = 500
const MESSAGE_MS = 100
/** If the broker does not keep up, samples are dropped instead of buffered. */
const MOST_BUFFERED_BYTES = 64 * 1024

export function openTraceStream(
  topics: Topics,
  neuron: LinkNeuron,
  context: LinkContext,
  session: CurrentConnection,
): TraceStream {
  let rows: TraceRow[] = []
  let arrivals: TraceRow[] = []
  let seq = 0
  let nextUs = 0
  let periodUs = 0
  let stop = () => {}

  function collect(samples: Float64Array, arrived: Float64Array): void {
    arrivals.push(...rowsIn(arrived, ARRIVAL))
    for (const row of rowsIn(samples, ROW)) {
      const tUs = row[0] as number
      const aheadUs = nextUs - tUs
      if (aheadUs > SLACK_US && aheadUs < 2 * periodUs) continue
      // On the grid, unless this is the first one, or the clock was set.
      nextUs = Math.abs(aheadUs) < 2 * periodUs ? nextUs + periodUs : tUs + periodUs
      rows.push(row)
    }
  }

  function send(): void {
    if (rows.length + arrivals.length === 0) return
    if (session.isOnline() && session.bufferedBytes() < MOST_BUFFERED_BYTES) publish(rows, arrivals)
    rows = []
    arrivals = []
  }

  /** In as many messages as the broker's largest packet asks for. */
  function publish(someRows: readonly TraceRow[], someArrivals: readonly TraceRow[]): void {
    const message = traceMessage(topics, neuron.boot, seq + 1, someRows, someArrivals)
    if (!session.fits(message) && someRows.length + someArrivals.length > 1) {
      const [row, arrival] = [(someRows.length + 1) >> 1, someArrivals.length >> 1]
      publish(someRows.slice(0, row), someArrivals.slice(0, arrival))
      publish(someRows.slice(row), someArrivals.slice(arrival))
      return
    }
    seq++
    session.publish(message)
  }

  function start(hz: number, leaseS: number): void {
    stop()
    periodUs = 1e6 / hz
    nextUs = 0
    const cancels = [
      neuron.onSamples?.(collect) ?? (() => {}),
      context.timers.every(MESSAGE_MS, send),
      context.timers.after(leaseS * 1000, () => stop()),
    ]
    stop = () => {
      for (const cancel of cancels) cancel()
      rows = []
      arrivals = []
      stop = () => {}
    }
  }

  return {
    request(payload) {
      const refusal = refusalOf(payload)
      if (refusal) return refusal
      const {
        on = true,
        leaseS = TRACE_FIELDS.leaseS.default,
        hz = TRACE_FIELDS.hz.default,
      } = payload as Partial<Request>
      if (!on) stop()
      else start(hz, leaseS)
      return { ok: true, result: on ? { on, leaseS, hz, topic: topics.trace } : { on } }
    },
    close: () => stop(),
  }
}

function rowsIn(chunk: Float64Array, fields: number): number[][] {
  return Array.from({ length: chunk.length / fields }, (_, i) => [...chunk.subarray(i * fields, (i + 1) * fields)])
}

interface Request {
  readonly on: boolean
  readonly leaseS: number
  readonly hz: number
}

function refusalOf(payload: unknown): Reply | undefined {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    const message = 'the payload must be an object like {"on":true,"leaseS":30,"hz":200}'
    return { ok: false, error: { code: 'type', message } }
  }
  const [complaint, ...others] = checkFields(TRACE_FIELDS, payload, 'is not known, must be one of')
  if (!complaint) return undefined
  const isNumber = typeof (payload as Readonly<Record<string, unknown>>)[complaint.path] === 'number'
  const code = complaint.isUnknown ? 'unknown' : complaint.range && isNumber ? 'range' : 'type'
  return { ok: false, error: { code, ...refusalFields([complaint, ...others]) } }
}
