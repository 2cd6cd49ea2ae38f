import {
  type LostSpikes,
  type MqttClientLike,
  type ReceivedSpike,
  receive,
} from '../../src/mqtt/exactly-once-receiver.ts'

type Listener = Parameters<MqttClientLike['on']>[1]

interface Batch {
  readonly seq0: number
  readonly n: number
  readonly boot?: string
  readonly [key: string]: unknown
}

/** A receiver whose messages and seconds come when they are told to. */
export function receiverOnFakeBroker() {
  const got: ReceivedSpike[] = []
  const lost: LostSpikes[] = []
  const asked: { topic: string; from: number; to: number; boot: string }[] = []
  const filters: string[] = []
  let listener: Listener = () => {}
  let tick = () => {}
  const client: MqttClientLike & { connected: boolean } = {
    connected: true,
    on: (_event, listen) => {
      listener = listen
    },
    removeListener: () => {
      listener = () => {}
    },
    subscribe: topic => filters.push(topic),
    publish: (topic, payload) => asked.push({ topic, ...JSON.parse(payload) }),
  }
  const timers = { setInterval: (run: () => void) => (tick = run), clearInterval: () => (tick = () => {}) }
  const receiver = receive(client, {
    onSpike: spike => got.push(spike),
    onLost: gone => lost.push(gone),
    timers: timers as unknown as NonNullable<Parameters<typeof receive>[1]>['timers'] & object,
  })
  const batch = ({ seq0, n, boot = 'b1', ...more }: Batch) => ({
    ...{ v: 1, boot, seq0, n, t0Us: seq0 * 1000, dtUs: Array(Math.max(0, n - 1)).fill(1000), ...more },
  })
  const deliver = (topic: string, content: unknown, retain = false) =>
    listener(`neuron/v1/${topic}`, Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)), {
      retain,
    })
  return {
    ...{ receiver, client, got, lost, asked, filters, deliver },
    seqs: () => got.map(({ seq }) => seq),
    ledger: (content: Batch) => deliver('pi-a/spikes', batch(content)),
    replay: (content: Batch) => deliver('pi-a/reply', { ok: true, result: batch(content) }),
    seconds: (count: number) => Array.from({ length: count }, () => tick()),
    second: () => tick(),
  }
}
