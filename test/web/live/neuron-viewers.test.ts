import { describe, expect, it } from 'vitest'
import { openFigures } from '../../../src/web/figures.ts'
import { openNeuronViewers } from '../../../src/web/live/neuron-viewers.ts'
import { MAX_ARRIVALS_PER_FRAME } from '../../../src/web/live/viewer-histories.ts'
import { MAX_VIEWERS, type Viewers } from '../../../src/web/live/viewers.ts'
import { decodeNeuronFrame } from '../../../src/web/wire-format.ts'
import { fakeNeuron } from '../../fakes/fake-neuron.ts'
import { manualTimers } from '../../mqtt/manual-timers.ts'
import { openFakeSocket, viewerAccess } from '../fake-socket.ts'

function fakeSocket() {
  const { socket, sent } = openFakeSocket()
  const frames = () => sent.filter(one => typeof one !== 'string').map(one => decodeNeuronFrame(one.slice().buffer))
  const messages = (type: string) =>
    sent.flatMap(one => (typeof one === 'string' && JSON.parse(one).type === type ? [JSON.parse(one)] : []))
  return { socket, sent, frames, messages, seqs: () => seqsIn(frames()) }
}

function seqsIn(frames: readonly { spikes: readonly { seq: number }[] }[]): number[] {
  return frames.flatMap(frame => frame.spikes.map(spike => spike.seq))
}

function stage() {
  const timers = manualTimers()
  const wallUs = () => 1.8e15 + timers.nowMs() * 1000
  const neuron = fakeNeuron(timers, wallUs, { tauMs: 10 })
  neuron.turnKnob(0.8)
  const context = { timers, wallUs, log: () => {} }
  const readFigures = openFigures(neuron.sources, context, () => viewers.count())
  const viewers: Viewers = openNeuronViewers(neuron.sources, context, readFigures)
  return { timers, neuron, viewers }
}

const upTo = (n: number) => Array.from({ length: n }, (_, k) => k + 1)

describe('a viewer', () => {
  it('gets every spike and 1000 samples a second in at most 25 frames', async () => {
    const { timers, neuron, viewers } = stage()
    const { socket, frames, seqs } = fakeSocket()
    viewers.add(socket, viewerAccess(true))
    await timers.pass(1100)
    expect(frames().length).toBeLessThanOrEqual(28)
    expect(seqs()).toEqual(upTo(seqs().length))
    expect(seqs().length).toBeGreaterThan(neuron.spikes.length - 10)
    expect(frames().reduce((sum, { rows }) => sum + rows.length / 4, 0)).toBeGreaterThan(950)
  })

  it('is told who it is and what holds before anything else', async () => {
    const { timers, viewers } = stage()
    const { socket, sent, messages } = fakeSocket()
    viewers.add(socket, viewerAccess(false))
    await timers.pass(300)
    expect(JSON.parse(String(sent[0]))).toMatchObject({ type: 'hello', id: 'pi-a', mayControl: false })
    expect(messages('params')).toHaveLength(1)
    expect(messages('state').length).toBeGreaterThan(0)
    expect(messages('health')).toHaveLength(1)
  })

  it('is shown the lesson at once where one runs, and its changes five times a second at most', async () => {
    const { timers, neuron, viewers } = stage()
    const { socket, messages } = fakeSocket()
    viewers.add(socket, viewerAccess(true))
    await timers.pass(1000)
    expect(messages('lesson')).toEqual([])
    const lesson = (request: object) => neuron.sources.control.command('lesson', request)
    lesson({ do: 'load', id: 'first-spike' })
    for (let k = 0; k < 10; k++) {
      lesson({ do: 'hand', on: k % 2 === 0 })
      await timers.pass(100)
    }
    expect(messages('lesson').length).toBeLessThanOrEqual(6)
    expect(messages('lesson').at(-1)).toMatchObject({ running: { stepId: 'dark', hasHandUp: false } })
    const late = fakeSocket()
    viewers.add(late.socket, viewerAccess(true), 'de')
    expect(late.messages('lesson')).toMatchObject([{ running: { id: 'first-spike' } }])
    lesson({ do: 'stop' })
    await timers.pass(300)
    expect(messages('lesson').at(-1)).toEqual({ type: 'lesson', running: null })
  })

  it('hears of changed parameters and of events', async () => {
    const { timers, neuron, viewers } = stage()
    const { socket, messages } = fakeSocket()
    viewers.add(socket, viewerAccess(true))
    await timers.pass(300)
    neuron.sources.control.patch({ tauMs: 20 })
    await timers.pass(300)
    expect(messages('params').map(message => message.params.tauMs)).toEqual([10, 20])
    expect(messages('event')).toMatchObject([{ event: { type: 'paramsChanged', changed: ['tauMs', 'capacitanceNf'] } }])
  })

  it('is shown the synaptic events as they come in, a flood of them only by its number', async () => {
    const { timers, neuron, viewers } = stage()
    const { socket, messages } = fakeSocket()
    viewers.add(socket, viewerAccess(true))
    const arrival = { from: 'pi-b', weight: -1.5, tauMs: 5, tUs: 1.8e15 }
    neuron.emitArrival(arrival)
    await timers.pass(40)
    expect(messages('arrivals')).toEqual([{ type: 'arrivals', arrivals: [arrival], more: 0 }])
    for (let k = 0; k < 1000; k++) neuron.emitArrival(arrival)
    await timers.pass(200)
    expect(messages('arrivals')).toHaveLength(2)
    expect(messages('arrivals')[1]).toMatchObject({ more: 1000 - MAX_ARRIVALS_PER_FRAME })
    expect(messages('arrivals')[1].arrivals).toHaveLength(MAX_ARRIVALS_PER_FRAME)
  })

  it('that is slow gets nothing while its socket is full, and then every spike it missed', async () => {
    const { timers, viewers } = stage()
    const slow = fakeSocket()
    const quick = fakeSocket()
    viewers.add(slow.socket, viewerAccess(true))
    viewers.add(quick.socket, viewerAccess(true))
    slow.socket.bufferedAmount = 1e6
    const before = slow.sent.length
    await timers.pass(3000)
    expect([slow.sent.length, viewers.slowCount()]).toEqual([before, 1])
    slow.socket.bufferedAmount = 0
    await timers.pass(100)
    expect(slow.seqs()).toEqual(quick.seqs())
    expect(slow.frames().every(({ rows }) => rows.length / 4 <= 402)).toBe(true)
  })

  it('that takes nothing for half a minute is cut off', async () => {
    const { timers, viewers } = stage()
    const { socket } = fakeSocket()
    viewers.add(socket, viewerAccess(true))
    socket.bufferedAmount = 1e6
    await timers.pass(29_000)
    expect(socket.ended).toBe(false)
    await timers.pass(2000)
    expect(socket.ended).toBe(true)
  })

  it('that looks away gets no frames, and no old ones when it is back', async () => {
    const { timers, neuron, viewers } = stage()
    const { socket, frames } = fakeSocket()
    const viewer = viewers.add(socket, viewerAccess(true))
    await timers.pass(200)
    viewer?.watch(false)
    const before = frames().length
    await timers.pass(5000)
    expect([frames().length, neuron.listeners()]).toEqual([before, 0])
    viewer?.watch(true)
    await timers.pass(200)
    const [first] = frames().slice(before)
    expect(first?.rows[0]).toBeGreaterThan(1.8e15 + 5.1e6)
  })
})

it('the neuron traces only while somebody looks', async () => {
  const { timers, neuron, viewers } = stage()
  expect(neuron.listeners()).toBe(0)
  const viewer = viewers.add(fakeSocket().socket, viewerAccess(true))
  await timers.pass(100)
  expect(neuron.listeners()).toBe(1)
  viewer?.leave()
  expect(neuron.listeners()).toBe(0)
})

it('fifty may watch; the next is told to wait', () => {
  const { viewers } = stage()
  for (let k = 0; k < MAX_VIEWERS; k++) expect(viewers.add(fakeSocket().socket, viewerAccess(false))).toBeDefined()
  const { socket } = fakeSocket()
  expect(viewers.add(socket, viewerAccess(false))).toBeUndefined()
  expect(socket.closed).toBe('50 browsers watch already: close one of them, and this one comes in')
})

it('closing tells every viewer why', () => {
  const { viewers, neuron } = stage()
  const { socket } = fakeSocket()
  viewers.add(socket, viewerAccess(true))
  viewers.close()
  expect([socket.closed, viewers.count(), neuron.listeners()]).toEqual(['the neuron stops', 0, 0])
})
