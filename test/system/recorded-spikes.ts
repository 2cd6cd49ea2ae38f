/** The spikes of a daemon as its broker has them: from the ledger, and as they happened. */
import mqtt from 'mqtt'
import { receive } from '../../src/mqtt/exactly-once-receiver.ts'
import { closeAfterTest } from '../mqtt/link-on-real-broker.ts'

interface RecordedSpike {
  readonly seq: number
  readonly tUs: number
  readonly speed: number
}

export interface RecordedSpikes {
  has(seq: number): boolean
  spike(seq: number): RecordedSpike
  /** Model time since the spike before, ms; NaN where there is none. */
  isiMs(seq: number): number
  /** By how much `isiMs` may be wrong, ms. */
  isiErrorMs(seq: number): number
  lastSeq(): number
  /** The last spike that is not later. */
  seqAt(tUs: number): number
  /**
   * From now on the times of two spikes do not tell their interval: the neuron was paused, reset or changed in
   * speed. Where time was skipped is known.
   */
  interrupt(): void
  isInterrupted(fromUs: number, toUs: number): boolean
}

/** Times are whole µs, and doubles since 1970 are no finer than a quarter of one. */
const TIME_ERROR_MS = 0.0015
/** What was done took effect within so long, µs. */
const MARGIN_US = 2e6

export async function recordSpikes(broker: string): Promise<RecordedSpikes> {
  const client = await mqtt.connectAsync(broker)
  const ledger = new Map<number, RecordedSpike>()
  const reported = new Map<number, number>()
  const interrupted: number[] = []
  let last = 0
  const receiver = receive(client, {
    neuron: 'pi-a',
    onSpike(spike) {
      ledger.set(spike.seq, spike)
      last = Math.max(last, spike.seq)
    },
  })
  client.on('message', (topic, payload) => {
    const message = topic.endsWith('/spike') || topic.endsWith('/events') ? JSON.parse(payload.toString()) : {}
    if (message.type === 'skipped') interrupted.push(message.tUs)
    if (message.seq !== undefined && topic.endsWith('/spike')) reported.set(message.seq, message.isiMs ?? Number.NaN)
  })
  await client.subscribeAsync(['neuron/v1/pi-a/spike', 'neuron/v1/pi-a/events'])
  closeAfterTest({
    async close() {
      receiver.close()
      await client.endAsync(true)
    },
  })
  const isInterrupted = (fromUs: number, toUs: number) =>
    interrupted.some(atUs => atUs >= fromUs - MARGIN_US && atUs <= toUs + MARGIN_US)
  const isBroken = (seq: number) => isInterrupted(ledger.get(seq - 1)?.tUs ?? 0, ledger.get(seq)?.tUs ?? 0)
  return {
    has: seq => ledger.has(seq),
    spike: seq => ledger.get(seq)!,
    isiMs(seq) {
      if (isBroken(seq)) return reported.get(seq) ?? Number.NaN
      const { tUs, speed } = ledger.get(seq)!
      return ((tUs - (ledger.get(seq - 1)?.tUs ?? Number.NaN)) / 1000) * speed
    },
    isiErrorMs: seq => (isBroken(seq) ? 0.0005 : TIME_ERROR_MS * ledger.get(seq)!.speed),
    lastSeq: () => last,
    seqAt(tUs) {
      let seq = last
      while (ledger.has(seq) && ledger.get(seq)!.tUs > tUs) seq--
      return seq
    },
    isInterrupted,
    interrupt: () => void interrupted.push(Date.now() * 1000),
  }
}
