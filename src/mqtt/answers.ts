/** What requests are answered with, byte for byte. Pure. */
import type { Reply } from '../loop/control.ts'
import type { Replay } from './history.ts'
import type { ReplyTo } from './inbox.ts'
import type { Message } from './messages.ts'

/** `from` tells who answers, where a whole class was asked. */
export function replyMessage(from: string, { topic, correlation, id }: ReplyTo, reply: Reply): Message {
  const { ok, ...rest } = reply
  const payload = JSON.stringify({ ok, id, from, ...rest })
  return { topic, payload, qos: 1, retain: false, ...(correlation && { correlation }) }
}

/** Spikes from the past, in the shape of the ledger. */
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

/** Samples of V and I; `dtUs` are the intervals between them. */
export function traceMessage(topic: string, boot: string, seq: number, rows: readonly (readonly number[])[]): Message {
  const column = (index: number, decimals: number) => rows.map(row => Number((row[index] as number).toFixed(decimals)))
  const tUs = column(0, 0)
  const content = {
    v: 1,
    boot,
    seq,
    t0Us: tUs[0],
    dtUs: tUs.slice(1).map((t, i) => t - tUs[i]!),
    vMv: column(1, 3),
    iNa: column(2, 4),
    level: column(3, 4),
  }
  return { topic, payload: JSON.stringify(content), qos: 0, retain: false }
}
