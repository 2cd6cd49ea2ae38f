import { describe, expect, it } from 'vitest'
import { receiverOnFakeBroker } from './receiver-on-fake-broker.ts'

describe('a receiver', () => {
  it('subscribes to the ledgers, answers, and what is retained, of all neurons', () => {
    const names = ['status', 'state', 'info', 'spikes', 'reply']
    expect(receiverOnFakeBroker().filters).toEqual(names.map(name => `neuron/v1/+/${name}`))
  })

  it('tells every spike with its time, once, from the first message on', () => {
    const { receiver, ledger, got, seqs } = receiverOnFakeBroker()
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
    const { receiver, ledger, replay, second, asked, got, seqs } = receiverOnFakeBroker()
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
    const { receiver, ledger, replay, seqs } = receiverOnFakeBroker()
    ledger({ seq0: 5, n: 1 })
    ledger({ seq0: 8, n: 1 })
    replay({ seq0: 1, n: 12, to: 12, missing: [] })
    expect(seqs()).toEqual([5, 8, 6, 7])
    expect(receiver.counts()[0]).toMatchObject({ received: 4, healed: 2, duplicates: 0 })
  })

  it('says what is lost for good, and why', () => {
    const { receiver, ledger, replay, lost, second } = receiverOnFakeBroker()
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

  it('does not ask while it is not connected, and not for ever', () => {
    const { client, receiver, ledger, second, asked, lost } = receiverOnFakeBroker()
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
    const { receiver, deliver, ledger, got } = receiverOnFakeBroker()
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

  it('takes nothing of a message in which anything is wrong, and is not thrown by it', () => {
    const { deliver, ledger, receiver, got } = receiverOnFakeBroker()
    ledger({ seq0: 1, n: 1 })
    ledger({ seq0: 9, n: 0 })
    for (const [key, values] of Object.entries(WRONG)) {
      for (const value of values) {
        const batch = { v: 1, boot: 'b1', seq0: 2, n: 1, t0Us: 2000, dtUs: [], [key]: value }
        deliver('pi-a/spikes', batch)
        deliver('pi-a/reply', { ok: true, result: batch })
        deliver('pi-a/info', { prev: batch })
      }
    }
    deliver('pi-a/reply', { ok: true, result: { boot: 'b1', seq0: 1e9, n: 0, dtUs: [], to: 1e9, missing: [] } })
    expect(got).toHaveLength(1)
    expect(receiver.counts()).toMatchObject([{ received: 1, missing: 7, pending: 7, duplicates: 0 }])
  })

  it('follows a bounded number of neurons, whatever names somebody makes up', () => {
    const { deliver, receiver } = receiverOnFakeBroker()
    for (let i = 0; i < 10_100; i++) deliver(`pi-${i}/spikes`, { boot: 'b', seq0: 1, n: 0 })
    expect(receiver.counts()).toHaveLength(10_000)
  })
})

const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  boot: [null, 5, {}],
  seq0: [null, '2', 1.5, -1, 1e300],
  n: [null, '1', 0.5, -1, 2],
  t0Us: [null, '1', 1e19],
  dtUs: [null, 5, {}, 'x', [1]],
  speed: [null, '1,2'],
  late: [null, 'no'],
  gap: [null, 5, {}, [null], [{ from: 1 }], [{ from: 1, to: 2, why: [','] }]],
  missing: [null, 5, {}, [null], [{ from: 2 }], [{ from: 2, to: '3' }]],
}
