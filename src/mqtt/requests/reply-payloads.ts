/** The payloads of answers and of the trace. Pure. */

import type { Reply } from '../../loop/types.ts'
import type { Replay } from '../outbox/spike-history.ts'
import { jsonMessage, type Message } from '../payloads.ts'
import type { Topics } from '../topics.ts'
import type { ReplyTo } from './parse.ts'

/** @param from id of this neuron: a request to all neurons has many answers */
export function replyMessage(from: string, { topic, correlation, id }: ReplyTo, reply: Reply): Message {
  const { ok, ...rest } = reply
  const payload = JSON.stringify({ ok, id, from, ...rest })
  return { topic, payload, qos: 1, retain: false, ...(correlation && { correlation }) }
}

/** Past spikes, in the same shape as a published batch. */
export function replayResult(boot: string, { seq0, tUs, speed, to, missing }: Replay): object {
  return {
    v: 1,
    boot,
    seq0,
    n: tUs.length,
    t0Us: tUs[0] ?? null,
    dtUs: tUs.slice(1).map((t, i) => t - tUs[i]!),
    to,
    missing,
    late: true,
    ...(speed !== 1 && { speed }),
  }
}

/** A row of the trace, or a synaptic event in it: see TraceListener. */
export type TraceRow = readonly number[]

/** Samples of V and I, the intervals between them (`dtUs`), and the synaptic events of that time. */
export function traceMessage(
  topics: Topics,
  boot: string,
  seq: number,
  rows: readonly TraceRow[],
  arrivals: readonly TraceRow[],
): Message {
  const column = (index: number, decimals: number) => rows.map(row => Number((row[index] as number).toFixed(decimals)))
  const tUs = column(0, 0)
  const content = {
    v: 1,
    boot,
    seq,
    t0Us: tUs[0] ?? null,
    dtUs: tUs.slice(1).map((t, i) => t - tUs[i]!),
    vMv: column(1, 3),
    iNa: column(2, 4),
    level: column(3, 4),
    ...(arrivals.length > 0 && { arrivals: arrivals.map(arrivalOf) }),
  }
  return jsonMessage(topics, 'trace', content)
}

/** With the phase at which it acted, exact to the ns: theory predicts from it when the next spike must come. */
function arrivalOf(row: TraceRow): object {
  const [tUs, tauMs, weight, afterSeq, sinceSpikeMs] = row as unknown as [number, number, number, number, number]
  const phase = { afterSeq, sinceSpikeMs: Number.isNaN(sinceSpikeMs) ? null : Number(sinceSpikeMs.toFixed(6)) }
  return { tUs: Math.round(tUs), ...(tauMs > 0 ? { weightNa: weight, tauMs } : { weightMv: weight }), ...phase }
}
