import { describe, expect, it } from 'vitest'
import { receiverOnFakeBroker } from './receiver-on-fake-broker.ts'

describe('a receiver of neurons that start anew or share an id', () => {
  it('starts over with a neuron that starts anew, from its first spike', () => {
    const { ledger, replay, seqs, asked, lost, second, seconds, receiver } = receiverOnFakeBroker()
    ledger({ seq0: 70, n: 1 })
    ledger({ seq0: 72, n: 1 })
    ledger({ seq0: 3, n: 1, boot: 'b2' })
    second()
    expect(asked).toEqual([expect.objectContaining({ boot: 'b2', from: 1, to: 2 })])
    replay({ seq0: 1, n: 2, boot: 'b2', missing: [] })
    expect(seqs()).toEqual([70, 72, 3, 1, 2])
    expect([receiver.counts()[0], lost]).toMatchObject([{ missing: 1, pending: 1 }, []])
    seconds(60)
    expect(lost).toEqual([{ neuron: 'pi-a', boot: 'b1', from: 71, to: 71, why: 'restarted' }])
    expect(receiver.counts()[0]).toMatchObject({ received: 5, missing: 1, pending: 0 })
  })

  it('learns from the next run what it has not fake of the one before', () => {
    const { ledger, deliver, lost, receiver } = receiverOnFakeBroker()
    const info = { v: 1, boot: 'b2', prev: { boot: 'b1', lastSeq: 78 } }
    deliver('pi-a/info', info, true)
    for (const seq0 of [70, 71]) ledger({ seq0, n: 1 })
    deliver('pi-a/info', info, true)
    ledger({ seq0: 1, n: 1, boot: 'b2' })
    for (const lastSeq of [78, 60, 'x']) deliver('pi-a/info', { ...info, prev: { boot: 'b1', lastSeq } }, true)
    expect(receiver.counts()[0]).toMatchObject({ received: 3, missing: 7, pending: 7 })
    receiver.close()
    expect(lost).toEqual([{ neuron: 'pi-a', boot: 'b1', from: 72, to: 78, why: 'unanswered' }])
    expect(receiver.counts()[0]).toMatchObject({ received: 3, missing: 7, pending: 0 })
  })

  it('takes each of two neurons that share an id, and so take turns, up where it was', () => {
    const { ledger, got, receiver, asked, second } = receiverOnFakeBroker()
    for (const seq0 of [1, 3, 5]) for (const boot of ['b1', 'b2', 'b3']) ledger({ seq0, n: 2, boot })
    second()
    const seqsOf = (boot: string) => got.filter(spike => spike.boot === boot).map(({ seq }) => seq)
    expect(['b1', 'b2', 'b3'].map(seqsOf)).toEqual(Array(3).fill([1, 2, 3, 4, 5, 6]))
    expect(asked).toEqual([])
    expect(receiver.counts()[0]).toMatchObject({ received: 18, missing: 0, duplicates: 0 })
  })

  it('heals what one of two has lost in an earlier turn, and gives up what never comes back', () => {
    const { ledger, replay, lost, receiver, seconds } = receiverOnFakeBroker()
    const turns: [string, number][] = [
      ['b1', 1],
      ['b2', 1],
      ['b1', 3],
      ['b2', 3],
      ['b1', 4],
    ]
    for (const [boot, seq0] of turns) {
      seconds(30)
      ledger({ seq0, n: 1, boot })
    }
    replay({ seq0: 2, n: 1, boot: 'b1', missing: [] })
    expect(receiver.counts()[0]).toMatchObject({ received: 6, healed: 1, missing: 1, pending: 1 })
    seconds(60)
    expect(lost).toEqual([{ neuron: 'pi-a', boot: 'b2', from: 2, to: 2, why: 'restarted' }])
    expect(receiver.counts()[0]).toMatchObject({ received: 6, missing: 1, pending: 0 })
  })

  it('tells at its close what is lost, so that everything adds up, whatever happened before', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const { ledger, replay, seconds, receiver, got, lost } = receiverOnFakeBroker()
      const random = randomSource(seed)
      const seqs = new Map([1, 2, 3].map(boot => [`b${boot}`, 1]))
      for (let step = 0; step < 60; step++) {
        const boot = `b${1 + Math.floor(random() * 3)}`
        const next = seqs.get(boot)!
        const n = Math.floor(random() * 4)
        const dice = random()
        if (dice < 0.1) seconds(Math.floor(random() * 40))
        else if (dice < 0.3) replay({ seq0: Math.ceil(random() * next), n: 0, boot, missing: [{ from: 1, to: n }] })
        else if (dice < 0.5 && next > 4) replay({ seq0: next - 4, n, boot, missing: [] })
        else seqs.set(boot, next + n)
        if (dice > 0.7) ledger({ seq0: next, n, boot })
      }
      receiver.close()
      const known = [...got, ...lost.flatMap(({ boot, from, to }) => rangeOf(from, to).map(seq => ({ boot, seq })))]
      const names = known.map(({ boot, seq }) => `${boot} ${seq}`)
      expect(new Set(names).size, `seed ${seed}`).toBe(names.length)
      for (const boot of seqs.keys()) {
        const own = known.filter(one => one.boot === boot).map(({ seq }) => seq)
        expect(own.length, `seed ${seed}`).toBe(own.length && Math.max(...own) - Math.min(...own) + 1)
      }
      const missing = names.length - got.length
      expect(receiver.counts()).toMatchObject([{ received: got.length, missing, pending: 0 }])
    }
  })
})

const rangeOf = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

function randomSource(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
