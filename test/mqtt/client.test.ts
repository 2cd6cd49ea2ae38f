import { describe, expect, it } from 'vitest'
import { type LostSpikes, type MqttClientLike, type ReceivedSpike, receive } from '../../src/mqtt/client.ts'

type Listener = Parameters<MqttClientLike['on']>[1]

interface Batch {
  readonly seq0: number
  readonly n: number
  readonly boot?: string
  readonly [key: string]: unknown
}

function bench() {
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
    second: () => tick(),
  }
}

describe('a receiver', () => {
  it('subscribes to the ledgers, answers, and what is retained, of all neurons', () => {
    expect(bench().filters).toEqual(['status', 'state', 'spikes', 'reply'].map(name => `neuron/v1/+/${name}`))
  })

  it('tells every spike with its time, once, from the first message on', () => {
    const { receiver, ledger, got, seqs } = bench()
    ledger({ seq0: 100, n: 3, speed: 0.1 })
    ledger({ seq0: 102, n: 2 })
    ledger({ seq0: 104, n: 0 })
    expect(seqs()).toEqual([100, 101, 102, 103])
    expect(got[1]).toEqual({
      neuron: 'pi-a',
      boot: 'b1',
      seq: 101,
      tUs: 101_000,
      speed: 0.1,
      late: false,
      healed: false,
    })
    expect(receiver.counts()).toEqual([
      { neuron: 'pi-a', received: 4, missing: 0, pending: 0, healed: 0, duplicates: 1 },
    ])
  })

  it('asks once a second for what is missing, heartbeats tell it too, until it is healed', () => {
    const { receiver, ledger, replay, second, asked, got, seqs } = bench()
    ledger({ seq0: 1, n: 2 })
    ledger({ seq0: 10, n: 0 })
    expect(receiver.counts()[0]).toMatchObject({ missing: 7, pending: 7 })
    second()
    second()
    expect(asked).toEqual(
      [1, 2].map(() => ({ topic: 'neuron/v1/pi-a/cmd/replay', boot: 'b1', from: 3, to: 9, id: 'heal' })),
    )
    replay({ seq0: 3, n: 4, to: 6, missing: [] })
    expect(asked.at(-1)).toMatchObject({ from: 7, to: 9 })
    replay({ seq0: 7, n: 3, to: 9, missing: [] })
    second()
    expect(asked).toHaveLength(3)
    expect(seqs()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(got.filter(({ healed }) => healed)).toHaveLength(7)
    expect(receiver.counts()[0]).toMatchObject({ received: 9, missing: 0, healed: 7, duplicates: 0 })
  })

  it('takes what others asked for, but only what it misses itself', () => {
    const { receiver, ledger, replay, seqs } = bench()
    ledger({ seq0: 5, n: 1 })
    ledger({ seq0: 8, n: 1 })
    replay({ seq0: 1, n: 12, to: 12, missing: [] })
    expect(seqs()).toEqual([5, 8, 6, 7])
    expect(receiver.counts()[0]).toMatchObject({ received: 4, healed: 2, duplicates: 0 })
  })

  it('says what is lost for good, and why', () => {
    const { receiver, ledger, replay, lost, second } = bench()
    ledger({ seq0: 1, n: 1 })
    ledger({ seq0: 10, n: 1, gap: [{ from: 2, to: 4, why: 'reportsLost' }] })
    second()
    replay({
      seq0: 9,
      n: 1,
      to: 9,
      missing: [
        { from: 2, to: 4 },
        { from: 5, to: 8 },
      ],
    })
    expect(lost.map(({ from, to, why }) => [from, to, why])).toEqual([
      [2, 4, 'reportsLost'],
      [5, 8, 'forgotten'],
    ])
    expect(receiver.counts()[0]).toMatchObject({ received: 3, missing: 7, pending: 0, healed: 1 })
  })

  it('starts over with a neuron that starts anew, from its first spike', () => {
    const { ledger, seqs, asked, lost, second } = bench()
    ledger({ seq0: 70, n: 1 })
    ledger({ seq0: 72, n: 1 })
    ledger({ seq0: 3, n: 1, boot: 'b2' })
    expect(lost).toEqual([{ neuron: 'pi-a', boot: 'b1', from: 71, to: 71, why: 'restarted' }])
    second()
    expect(asked).toEqual([expect.objectContaining({ boot: 'b2', from: 1, to: 2 })])
    expect(seqs()).toEqual([70, 72, 3])
  })

  it('takes each of two neurons that share an id, and so take turns, up where it was', () => {
    const { ledger, got, receiver, asked, second } = bench()
    for (const seq0 of [1, 3, 5]) for (const boot of ['b1', 'b2']) ledger({ seq0, n: 2, boot })
    second()
    const seqsOf = (boot: string) => got.filter(spike => spike.boot === boot).map(({ seq }) => seq)
    expect([seqsOf('b1'), seqsOf('b2'), asked]).toEqual([[1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], []])
    expect(receiver.counts()[0]).toMatchObject({ received: 12, missing: 0, duplicates: 0 })
  })

  it('does not ask while it is not connected, and not for ever', () => {
    const { client, receiver, ledger, second, asked, lost } = bench()
    ledger({ seq0: 1, n: 1 })
    ledger({ seq0: 3, n: 1 })
    client.connected = false
    for (let s = 0; s < 100; s++) second()
    expect(asked).toEqual([])
    client.connected = true
    for (let s = 0; s < 100; s++) second()
    expect(asked.length).toBeLessThan(65)
    expect(lost).toEqual([expect.objectContaining({ from: 2, to: 2, why: 'unanswered' })])
    expect(receiver.counts()[0]).toMatchObject({ missing: 1, pending: 0 })
  })

  it('is not confused by garbage, retained messages or others’ topics, and hears nothing once closed', () => {
    const { receiver, deliver, ledger, got } = bench()
    for (const content of [
      '',
      '{',
      'null',
      '[]',
      '7',
      '{"boot":"b","seq0":1,"n":3,"dtUs":[]}',
      '{"boot":"b","seq0":1,"n":1}',
    ]) {
      deliver('pi-a/spikes', content)
      deliver('pi-a/reply', content)
    }
    deliver('pi-a/spikes', { v: 1, boot: 'b', seq0: 1, n: 1, t0Us: 1, dtUs: [] }, true)
    deliver('pi-a/deep/spikes', { v: 1, boot: 'b', seq0: 1, n: 1, t0Us: 1, dtUs: [] })
    receiver.close()
    ledger({ seq0: 1, n: 1 })
    expect(got).toEqual([])
    expect(receiver.counts()).toEqual([])
  })
})
