import { describe, expect, it } from 'vitest'
import { complaintsAboutSynapses } from '../../../src/mqtt/link-and-synapse-options.ts'
import { type Arrival, createSynapses, directEvent } from '../../../src/mqtt/synapses/synapses.ts'

const NOW_US = 1_795_198_454_000_000
const ARRIVAL: Arrival = { nowMs: 5000, wallUs: NOW_US, synced: true, heldUpMs: 0 }
const spike = (seq: number, agoMs: number, more = {}) => JSON.stringify({ seq, tUs: NOW_US - agoMs * 1000, ...more })
const info = (synced: boolean, boot = 'b1') => JSON.stringify({ boot, clock: { synced } })

describe('a synapse', () => {
  const router = (synced = true) => {
    const it = createSynapses([{ from: 'pi-b', weightNa: 0.4, tauMs: 5, delayMs: 30 }])
    it.info('pi-b', info(synced))
    return it
  }

  it("delays from the sender's spike where both clocks are synchronised, else from arrival", () => {
    const event = { from: 'pi-b', weight: 0.4, tauMs: 5 }
    expect(router().spike('pi-b', spike(1, 12), ARRIVAL)).toEqual([{ ...event, atMs: 5000 - 12 + 30 }])
    expect(router(false).spike('pi-b', spike(1, 12), ARRIVAL)).toEqual([{ ...event, atMs: 5030 }])
    expect(router().spike('pi-b', spike(1, 12), { ...ARRIVAL, synced: false })).toEqual([{ ...event, atMs: 5030 }])
    expect(router().spike('pi-b', spike(1, -2000), ARRIVAL)).toEqual([{ ...event, atMs: 5030 }])
    expect([router().timing('pi-b', true), router().timing('pi-b', false), router(false).timing('pi-b', true)]).toEqual(
      ['spike', 'arrival', 'arrival'],
    )
  })

  it('is not excited by late, old, repeated or foreign spikes', () => {
    expect(router().spike('pi-b', spike(1, 0, { late: true }), ARRIVAL)).toEqual([])
    expect(router().spike('pi-b', spike(1, 251), ARRIVAL)).toEqual([])
    expect(router(false).spike('pi-b', spike(1, 0), { ...ARRIVAL, heldUpMs: 300 })).toEqual([])
    expect(router().spike('pi-c', spike(1, 0), ARRIVAL)).toEqual([])
    expect(router().spike('pi-b', '{"seq":"1","tUs":null}', ARRIVAL)).toEqual([])
    const again = router()
    const count = (text: string) => again.spike('pi-b', text, ARRIVAL).length
    expect([count(spike(5, 20)), count(spike(5, 20)), count(spike(4, 30)), count(spike(6, 10))]).toEqual([1, 0, 0, 1])
  })

  it('goes on when the sender starts anew, even with a clock that was set back', () => {
    const it = router(false)
    it.spike('pi-b', spike(500, 0), ARRIVAL)
    expect(it.spike('pi-b', spike(1, -5), ARRIVAL)).toHaveLength(1)
    expect(it.spike('pi-b', spike(1, 100_000), ARRIVAL)).toHaveLength(0)
    it.info('pi-b', info(false, 'b2'))
    expect(it.spike('pi-b', spike(1, 100_000), ARRIVAL)).toHaveLength(1)
  })

  it('outlives what is no information about a sender, and learns nothing from it', () => {
    const it = router()
    for (const text of ['null', '5', '"x"', '[]', '{', '']) expect(it.info('pi-b', text)).toBe(text === '[]')
    expect(it.timing('pi-b', true)).toBe('arrival')
  })

  it('takes 1000 spikes a second and no more, and says how many were clipped', () => {
    const it = router()
    let got = 0
    for (let seq = 1; seq <= 4000; seq++) {
      got += it.spike('pi-b', spike(seq, 10 - seq / 1000), { ...ARRIVAL, nowMs: seq / 2 }).length
    }
    expect(got).toBeGreaterThanOrEqual(2000)
    expect(got).toBeLessThanOrEqual(2100)
    expect(it.clipped()).toEqual(new Map([['pi-b', 4000 - got]]))
    expect(it.clipped().size).toBe(0)
  })

  it('may be one of several from the same sender, inhibitory, or a jump of V', () => {
    const it = createSynapses([
      { from: 'pi-b', weightNa: -1 },
      { from: 'pi-b', weightMv: -3, delayMs: 10 },
    ])
    expect(it.spike('pi-b', spike(1, 0), ARRIVAL)).toEqual([
      { from: 'pi-b', weight: -1, tauMs: 5, atMs: 5000 },
      { from: 'pi-b', weight: -3, tauMs: 0, atMs: 5010 },
    ])
  })

  it('listens to anything that publishes on a spike topic', () => {
    expect(router().spike('pi-b', 'on', ARRIVAL)).toHaveLength(1)
    expect(router().spike('pi-b', 'OFF', ARRIVAL)).toHaveLength(0)
  })
})

describe('a direct synaptic event', () => {
  it.each<[unknown, object | undefined]>([
    [{ weightNa: 0.4 }, { weight: 0.4, tauMs: 5 }],
    [
      { weightNa: -0.4, tauMs: 20 },
      { weight: -0.4, tauMs: 20 },
    ],
    [{ weightMv: 3 }, { weight: 3, tauMs: 0 }],
    [2.5, { weight: 2.5, tauMs: 0 }],
    ['on', { weight: 5, tauMs: 0 }],
    [{}, { weight: 5, tauMs: 0 }],
    [true, { weight: 5, tauMs: 0 }],
    [false, undefined],
    ['OFF', undefined],
    [0, undefined],
  ])('%j', (payload, expected) => {
    const event = expected && { from: 'syn/button', atMs: 7, ...expected }
    expect(directEvent('button', payload, 7)).toEqual({ event })
  })

  it.each([
    [1e9, 'weightMv is 1000000000, must be a number from -1000 to 1000 mV'],
    [{ weightMv: 5000 }, 'weightMv is 5000, must be a number from -1000 to 1000 mV'],
    [{ weightNa: 'x' }, 'weightNa is "x", must be a number from -1000 to 1000 nA'],
    [{ weightNa: 1, tauMs: 0 }, 'tauMs is 0, must be a number above 0 to 10000 ms'],
    [
      { weightNa: 1, weightMv: 1 },
      'the payload {"weightNa":1,"weightMv":1} has both weightNa (a current) and weightMv',
    ],
  ])('%j is refused with what is allowed', (payload, words) => {
    const direct = directEvent('button', payload, 7)
    expect('refusal' in direct && direct.refusal.message).toContain(words)
  })
})

describe('configured synapses', () => {
  it('are sound with one weight each', () => {
    expect(
      complaintsAboutSynapses(
        [
          { from: 'pi-b', weightNa: -1, tauMs: 5, delayMs: 3 },
          { from: 'pi-a', weightMv: 1, autapse: true },
        ],
        'pi-a',
      ),
    ).toEqual([])
  })

  it.each([
    [[{ from: 'pi-a', weightNa: 1 }], 'synapses.0.from is "pi-a", this neuron itself: add "autapse": true'],
    [[{ from: 'pi-b' }], 'synapses.0 must have either weightNa (a current) or weightMv (a jump of V), and has neither'],
    [[{ from: 'pi-b', weightNa: 1, weightMv: 1 }], 'and has both'],
    [[{ from: 'pi-b', weightMv: 1, tauMs: 5 }], 'synapses.0.tauMs is 5, must be left out with weightMv'],
    [[{ from: 'pi/b', weightNa: 1 }], 'synapses.0.from is "pi/b", must be the id of a neuron'],
    [[{ from: 'pi-b', weightNa: 1, delayMs: -1 }], 'synapses.0.delayMs is -1, must be a number from 0 to 10000 ms'],
    [[{ from: 'pi-b', weight: 1 }], 'synapses.0.weight is not a setting of a synapse; known are from, weightNa'],
    [[7], 'synapses.0 is 7, must be an object like'],
    [{}, 'synapses is {}, must be a list of 64 synapses at most'],
    [Array(65).fill({ from: 'b', weightNa: 1 }), 'synapses has 65 entries'],
    [Array.from({ length: 40 }, (_, i) => ({ from: 'b', weightNa: 1, tauMs: i + 1 })), '40 different tauMs'],
  ])('%j are refused', (synapses, words) => {
    const complaints = complaintsAboutSynapses(synapses, 'pi-a')
    expect(complaints.map(({ path, message }) => `${path} ${message}`).join()).toContain(words)
  })
})
