import { afterEach, expect, it } from 'vitest'
import { restingState } from '../../src/neuron/membrane.ts'
import { neuronFrom } from '../../src/neuron/params.ts'
import { closeAll } from '../mqtt/live-bench.ts'
import { until } from '../mqtt/mosquitto.ts'
import { predictedIsisMs } from '../neuron/prediction.ts'
import { type Classroom, openClassroom } from './classroom.ts'
import { needs } from './programs.ts'

afterEach(closeAll)

/** Times go over the wire in whole µs: two of them may be half a µs off each. */
const WIRE_MS = 0.0011

/** Every interval between the spikes so far is what the closed form says, given when the synaptic events arrived. */
async function expectTheory(room: Classroom, id: string, tauMs: number, currentNa: number): Promise<void> {
  const spikes = [...room.spikesOf(id)]
  await room.traced()
  const neuron = neuronFrom({ tauMs })
  const first = spikes[0]!.seq
  expect(spikes.map(({ seq }) => seq)).toEqual(spikes.map((_, i) => first + i))
  // Without a current it was at rest until the first arrival; else with jumps alone, every spike is a fresh start.
  const fromRest = currentNa === 0
  const state = { ...restingState(neuron), voltageMv: fromRest ? neuron.restMv : neuron.resetMv }
  const measured = spikes.slice(1).map(({ isiMs }) => isiMs!)
  if (fromRest) measured.unshift(room.firstLatencyMs(id))
  const fromSeq = fromRest ? 0 : first
  const wanted = predictedIsisMs(neuron, currentNa, state, room.arrivalsOf(id), fromSeq, fromSeq + measured.length)
  expect(Math.max(...measured.map((ms, i) => Math.abs(ms - wanted[i]!)))).toBeLessThan(WIRE_MS)
}

needs('mosquitto')('neurons on one broker', () => {
  // From rest, 15 mV below the threshold: a jump of so many mV; a current with tau_s = tau_m/2 that lifts V by R w/4.
  it.each([
    { theoretical: 15, synapse: (weightMv: number) => ({ weightMv }) },
    { theoretical: 6, synapse: (weightNa: number) => ({ weightNa, tauMs: 5 }) },
  ])('in a chain: B fires once for each spike of A just over $theoretical, and never just under', async chain => {
    const room = await openClassroom('ab')
    await room.ask('pi-b', 'params/set', { tauMs: 10 })
    const connect = (weight: number) =>
      room.ask('pi-b', 'params/set', { synapses: [{ from: 'pi-a', ...chain.synapse(weight), delayMs: 20 }] })
    await connect(chain.theoretical - 0.001)
    await room.ask('pi-a', 'params/set', { minNa: 1.8 })
    await until(() => room.arrivalsOf('b').length >= 6, 'spikes of A to arrive')
    expect(room.spikesOf('b')).toEqual([])
    await connect(chain.theoretical + 0.001)
    await until(() => room.spikesOf('b').length >= 6, 'spikes of B')
    await room.ask('pi-a', 'cmd/run', { on: false })
    const strong = () => room.arrivalsOf('b').filter(({ weight }) => weight > chain.theoretical)
    await until(() => strong().length + weakOf(room, chain.theoretical) === room.spikesOf('a').length, 'the last spike')
    await room.traced()
    expect(room.spikesOf('b')).toHaveLength(strong().length)
    await expectTheory(room, 'b', 10, 0)
  })

  it('in mutual inhibition alternate, though by themselves the one is faster', async () => {
    // By themselves they fire every 280 and 304 ms, so that A must spike twice in a row sooner or later. Inhibited by
    // 6 mV each, 10 ms after the other's spike, they have one stable rhythm: B 231 ms after A, A 188 ms after B. Once
    // a spike of A comes 77 ms or more after one of B, B's next comes before A's, whatever else happens.
    const room = await openClassroom('ab')
    await room.ask('pi-a', 'params/set', { minNa: 1.63 })
    await room.ask('pi-b', 'params/set', { minNa: 1.6 })
    await until(() => room.order().includes('aa'), 'A to overtake B')
    for (const [to, from] of ['ab', 'ba']) {
      await room.ask(`pi-${to}`, 'params/set', { synapses: [{ from: `pi-${from}`, weightMv: -6, delayMs: 10 }] })
    }
    await until(() => /(ab){4}$/.test(room.order()), 'the rhythm')
    const before = room.order().length
    await until(() => room.order().length >= before + 24, 'twelve rounds')
    expect(room.order().slice(before)).toMatch(/^(ab)+a?$/)
    await expectTheory(room, 'a', 100, 1.63)
    await expectTheory(room, 'b', 100, 1.6)
  })

  it('in a ring of three pass one spike round', async () => {
    const room = await openClassroom('abc', ['neuron.tauMs=10'])
    for (const [to, from] of ['ac', 'ba', 'cb']) {
      await room.ask(`pi-${to}`, 'params/set', { synapses: [{ from: `pi-${from}`, weightMv: 25, delayMs: 60 }] })
    }
    await room.traced()
    await room.ask('pi-a', 'syn/kick', { weightMv: 20 })
    await until(() => room.order().length >= 18, 'six rounds')
    expect(room.order()).toMatch(/^(abc)+(a|ab)?$/)
    const rounds = room.spikesOf('a').slice(1)
    expect(Math.min(...rounds.map(({ isiMs }) => isiMs!))).toBeGreaterThan(180)
    for (const id of 'abc') await expectTheory(room, id, 10, 0)
  })
})

function weakOf(room: Classroom, theoretical: number): number {
  return room.arrivalsOf('b').filter(({ weight }) => weight < theoretical).length
}
