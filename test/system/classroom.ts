import mqtt from 'mqtt'
import { keep } from '../mqtt/live-bench.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'
import type { LoggedArrival } from '../neuron/prediction.ts'
import { start } from './processes.ts'

const MAIN = new URL('../../dist/src/cli/main.js', import.meta.url).pathname

export interface LiveSpike {
  readonly seq: number
  readonly tUs: number
  readonly isiMs: number | null
}

interface TraceArrival {
  readonly tUs: number
  readonly weightMv?: number
  readonly weightNa?: number
  readonly tauMs?: number
  readonly afterSeq: number
  readonly sinceSpikeMs: number | null
}

/** Neurons on one mosquitto, each a daemon as a user would start it, all of them traced. */
export interface Classroom {
  spikesOf(id: string): readonly LiveSpike[]
  /** What arrived at its synapses; times before its first spike count from the first arrival. */
  arrivalsOf(id: string): readonly LoggedArrival[]
  /** The first spike's time after the first arrival, ms. */
  firstLatencyMs(id: string): number
  /** Ids in the order of their spikes, like abab. */
  order(): string
  ask(id: string, topic: string, payload: unknown): Promise<unknown>
  /** Resolves when everything up to now has been traced. */
  traced(): Promise<void>
}

/** @param ids single letters; the neuron a has the id pi-a, and no input current */
export async function openClassroom(ids: string, settings: readonly string[] = []): Promise<Classroom> {
  const { port } = keep(await startMosquitto())
  const url = `mqtt://127.0.0.1:${port}`
  const client = await mqtt.connectAsync(url, { protocolVersion: 5 })
  keep({ close: () => client.endAsync(true) })
  const online = new Set<string>()
  const spikes = new Map([...ids].map(id => [id, [] as LiveSpike[]]))
  const arrivals = new Map([...ids].map(id => [id, [] as TraceArrival[]]))
  const traces = new Map<string, number>()
  client.on('message', (topic, payload) => {
    const [, , name = '', kind] = topic.split('/')
    const id = name.replace('pi-', '')
    const text = payload.toString()
    if (kind === 'status') return void (text === 'online' && online.add(id))
    if (kind === 'spike') return void spikes.get(id)?.push(JSON.parse(text))
    traces.set(id, (traces.get(id) ?? 0) + 1)
    arrivals.get(id)?.push(...(JSON.parse(text).arrivals ?? []))
  })
  await client.subscribeAsync(['neuron/v1/+/status', 'neuron/v1/+/spike', 'neuron/v1/+/trace'], { qos: 1 })
  for (const id of ids) startNeuron(id, url, settings)
  await until(() => online.size === ids.length, 'all neurons')
  const room: Classroom = {
    spikesOf: id => spikes.get(id)!,
    arrivalsOf: id => loggedArrivals(arrivals.get(id)!),
    firstLatencyMs: id => (spikes.get(id)![0]!.tUs - arrivals.get(id)![0]!.tUs) / 1000,
    order() {
      const all = [...spikes].flatMap(([id, train]) => train.map(({ tUs }) => ({ id, tUs })))
      return all
        .sort((a, b) => a.tUs - b.tUs)
        .map(({ id }) => id)
        .join('')
    },
    ask: (id, topic, payload) => client.publishAsync(`neuron/v1/${id}/${topic}`, JSON.stringify(payload), { qos: 1 }),
    async traced() {
      // The one that is under way, and one that began after this moment.
      const seen = new Map(traces)
      await until(() => [...ids].every(id => traces.get(id)! >= (seen.get(id) ?? 0) + 2), 'the trace')
    },
  }
  await room.ask('all', 'cmd/trace', { leaseS: 120, hz: 100 })
  await room.traced()
  return room
}

function loggedArrivals(arrivals: readonly TraceArrival[]): LoggedArrival[] {
  return arrivals.map(({ tUs, weightMv, weightNa, tauMs = 0, afterSeq, sinceSpikeMs }) => ({
    weight: (weightMv ?? weightNa) as number,
    tauMs,
    afterSeq,
    sinceMs: sinceSpikeMs ?? (tUs - arrivals[0]!.tUs) / 1000,
  }))
}

function startNeuron(id: string, url: string, more: readonly string[]): void {
  const settings = [
    `id=pi-${id}`,
    `mqtt.url=${url}`,
    'web.enabled=false',
    'input.shape=constant',
    'input.level=0',
    ...more,
  ]
  const { process: child, exit } = start(process.execPath, [MAIN, 'run', ...settings.flatMap(set => ['--set', set])])
  keep({
    async close() {
      child.kill('SIGTERM')
      await exit
    },
  })
}
