import mqtt from 'mqtt'
import type { Synapse } from '../../src/mqtt/link-and-synapse-options.ts'
import { closeAfterTest } from '../mqtt/link-on-real-broker.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'
import type { LoggedArrival } from '../neuron/prediction.ts'
import { MAIN, start } from './processes.ts'

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
  ask(id: string, topic: string, payload: unknown): Promise<unknown>
  connect(from: string, to: string, synapse: Partial<Synapse>): Promise<unknown>
  spikesOf(id: string): readonly LiveSpike[]
  /** What arrived at its synapses; times before its first spike count from the first arrival. */
  arrivalsOf(id: string): readonly LoggedArrival[]
  /** The first spike's time after the first arrival, ms. */
  firstLatencyMs(id: string): number
  /** Ids in the order of their spikes, like abab. */
  order(): string
  /** Did these spikes, by their places in the order, arrive where they should, 50 ms late at the most? */
  allHeard(from: number, to?: number): boolean
  /** Resolves when everything up to now has been traced. */
  traced(): Promise<void>
}

/** More than this late, and theory promises nothing: a machine with too much to do may hold a message up. */
const IN_TIME_MS = 50
const START_S = 30

/** @param ids single letters; the neuron a has the id pi-a, and no input current */
export async function openClassroom(ids: string, settings: readonly string[] = []): Promise<Classroom> {
  const { port } = closeAfterTest(await startMosquitto())
  const url = `mqtt://127.0.0.1:${port}`
  const client = await mqtt.connectAsync(url, { protocolVersion: 5 })
  closeAfterTest({ close: () => client.endAsync(true) })
  const online = new Set<string>()
  const spikes = new Map([...ids].map(id => [id, [] as LiveSpike[]]))
  const arrivals = new Map([...ids].map(id => [id, [] as TraceArrival[]]))
  const traces = new Map<string, number>()
  const synapses: { readonly from: string; readonly to: string; readonly delayMs: number }[] = []
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
  await until(() => online.size === ids.length, 'all neurons', START_S)

  const inOrder = () =>
    [...spikes].flatMap(([id, train]) => train.map(({ tUs }) => ({ id, tUs }))).sort((a, b) => a.tUs - b.tUs)
  const room: Classroom = {
    ask: (id, topic, payload) => client.publishAsync(`neuron/v1/${id}/${topic}`, JSON.stringify(payload), { qos: 1 }),
    connect(from, to, synapse) {
      synapses.push({ from, to, delayMs: synapse.delayMs ?? 0 })
      return room.ask(`pi-${to}`, 'params/set', { synapses: [{ from: `pi-${from}`, ...synapse }] })
    },
    spikesOf: id => spikes.get(id)!,
    arrivalsOf: id => loggedArrivals(arrivals.get(id)!),
    firstLatencyMs: id => (spikes.get(id)![0]!.tUs - arrivals.get(id)![0]!.tUs) / 1000,
    order: () => inOrder().reduce((order, { id }) => order + id, ''),
    allHeard: (from, to) =>
      inOrder()
        .slice(from, to)
        .every(spike => synapses.every(synapse => synapse.from !== spike.id || arrived(synapse, spike.tUs))),
    async traced() {
      // The one that is under way, and one that began after this moment.
      const seen = new Map(traces)
      await until(() => [...ids].every(id => traces.get(id)! >= (seen.get(id) ?? 0) + 2), 'the trace', START_S)
    },
  }
  const arrived = ({ to, delayMs }: (typeof synapses)[number], spikeUs: number) =>
    arrivals.get(to)!.some(({ tUs }) => tUs > spikeUs && tUs < spikeUs + (delayMs + IN_TIME_MS) * 1000)
  await room.ask('all', 'cmd/trace', { leaseS: 300, hz: 100 })
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
  const own = [`id=pi-${id}`, `mqtt.url=${url}`, 'web.enabled=false', 'input.shape=constant', 'input.level=0']
  const flags = [...own, ...more].flatMap(setting => ['--set', setting])
  const { process: child, exit } = start(process.execPath, [MAIN, 'run', ...flags])
  closeAfterTest({
    async close() {
      child.kill('SIGTERM')
      await exit
    },
  })
}
