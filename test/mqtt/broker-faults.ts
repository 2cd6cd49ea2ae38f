import mqtt from 'mqtt'
import { type LostSpikes, type ReceiverCounts, receive } from '../../src/mqtt/exactly-once-receiver.ts'
import { fakeNeuron } from './fake-neuron.ts'
import { linkOnRealBroker } from './link-on-real-broker.ts'
import { startMosquitto, until } from './mosquitto.ts'

/** When a broker is killed and started again, and when it is frozen, ms from the start. */
export interface FaultPlan {
  readonly durationMs: number
  readonly killsAtMs: readonly number[]
  readonly freezes: readonly { readonly atMs: number; readonly forMs: number }[]
}

export interface FaultOutcome {
  readonly produced: number
  readonly seqs: ReadonlySet<number>
  readonly repeated: number
  readonly lost: readonly LostSpikes[]
  readonly counts: ReceiverCounts | undefined
}

export const RATE_HZ = 200
const RESTART_MS = 300

/** Faults at random times, none of them on top of another. */
export function faultPlan(seed: number, durationMs: number, freezesMs: readonly number[]): FaultPlan {
  let state = seed * 7919
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const slots = 3 + freezesMs.length
  const free = durationMs - freezesMs.reduce((sum, ms) => sum + ms, 0) - slots * 2 * RESTART_MS
  const lengths = [0, 0, 0, ...freezesMs].sort(() => random() - 0.5)
  const cuts = lengths.map(() => random()).sort((a, b) => a - b)
  let atMs = 0
  const killsAtMs: number[] = []
  const freezes: { atMs: number; forMs: number }[] = []
  lengths.forEach((forMs, i) => {
    atMs += free * 0.9 * (cuts[i]! - (cuts[i - 1] ?? 0)) + RESTART_MS
    if (forMs === 0) killsAtMs.push(atMs)
    else freezes.push({ atMs, forMs })
    atMs += forMs + RESTART_MS
  })
  return { durationMs, killsAtMs, freezes }
}

type Broker = Awaited<ReturnType<typeof startMosquitto>>

/** Does to the broker what the plan says; resolved at its end. */
export async function playFaults(broker: Broker, { durationMs, killsAtMs, freezes }: FaultPlan): Promise<void> {
  const actions = [
    ...killsAtMs.map(atMs => ({ atMs, run: () => kill(broker) })),
    ...freezes.flatMap(({ atMs, forMs }) => [
      { atMs, run: async () => broker.kill('SIGSTOP') },
      { atMs: atMs + forMs, run: async () => broker.kill('SIGCONT') },
    ]),
  ].sort((a, b) => a.atMs - b.atMs)
  const started = performance.now()
  const wait = (untilMs: number) => new Promise(resolve => setTimeout(resolve, started + untilMs - performance.now()))
  for (const { atMs, run } of actions) {
    await wait(atMs)
    await run()
  }
  await wait(durationMs)
}

async function kill(broker: Broker): Promise<void> {
  broker.kill('SIGKILL')
  await new Promise(resolve => setTimeout(resolve, RESTART_MS))
  await broker.start()
}

/** Calls `spike` 200 times a second with the seq that is due; returns what ends it, with the last seq. */
export function spikeTrain(spikesTo: (seq: number) => void): () => number {
  const started = performance.now()
  const last = () => Math.floor(((performance.now() - started) * RATE_HZ) / 1000)
  const timer = setInterval(() => spikesTo(last()), 5)
  return () => {
    clearInterval(timer)
    const seq = last()
    spikesTo(seq)
    return seq
  }
}

/** Our link and our receiver through these faults. */
export async function throughFaults(plan: FaultPlan): Promise<FaultOutcome> {
  const broker = await startMosquitto()
  const url = `mqtt://127.0.0.1:${broker.port}`
  const client = mqtt.connect(url, { protocolVersion: 5, keepalive: 2, reconnectPeriod: 200 })
  client.on('error', () => {})
  const seqs = new Set<number>()
  const lost: LostSpikes[] = []
  let repeated = 0
  const receiver = receive(client, {
    onSpike({ seq }) {
      if (seqs.has(seq)) repeated++
      seqs.add(seq)
    },
    onLost: gone => lost.push(gone),
  })
  await until(() => client.connected, 'the receiver')
  const { link, spikesTo } = linkOnRealBroker(url, { keepaliveS: 2 }, 5, fakeNeuron().neuron)
  // Before the first spike a heartbeat tells the receiver where to begin.
  await until(() => receiver.counts().length > 0, 'the first message')
  const stop = spikeTrain(spikesTo)
  await playFaults(broker, plan)
  const produced = stop()
  const settled = () => {
    const [counts] = receiver.counts()
    return counts !== undefined && counts.received + counts.missing >= produced && counts.pending === 0
  }
  for (let waited = 0; waited < 60_000 && !settled(); waited += 50)
    await new Promise(resolve => setTimeout(resolve, 50))
  receiver.close()
  await link.close()
  await client.endAsync(true)
  await broker.close()
  return { produced, seqs, repeated, lost, counts: receiver.counts()[0] }
}
