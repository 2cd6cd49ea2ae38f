import { describe, expect, it } from 'vitest'
import { withoutNeuron } from '../../../src/loop/control/live-params.ts'
import { createPeerTable, MOST_PEERS } from '../../../src/mqtt/peers/table.ts'
import { neuronFrom } from '../../../src/neuron/params.ts'

const STATE = { rateHz: 12.5, iNa: 1.6, running: true, muted: false, speed: 1, source: 'slider' }

function bench() {
  const table = createPeerTable()
  const onMessage = (id: string, name: string, content: unknown, { retained = true, atMs = 0 } = {}) =>
    table.onMessage(id, name, typeof content === 'string' ? content : JSON.stringify(content), retained, atMs)
  return { table, onMessage, only: (nowMs = 0) => table.peers(nowMs)[0] }
}

describe('the table of neurons', () => {
  it('knows of each what it publishes', () => {
    const { onMessage, only } = bench()
    onMessage('pi-a', 'status', 'online')
    onMessage('pi-a', 'state', STATE)
    const synapses = [{ from: 'pi-b', weightMv: 5 }]
    const neuron = neuronFrom({ tauMs: 20 }, 5)
    onMessage('pi-a', 'params', { ...neuron, minNa: 0, synapses, rev: 4 })
    onMessage('pi-a', 'info', { board: 'Raspberry Pi 4', mocked: false, urls: { http: 'http://pi-a:8080' } })
    expect(only()).toEqual({
      ...{ id: 'pi-a', index: 0, life: 'alive', quietS: null, isVeiled: false, ...STATE, neuron, synapses, rev: 4 },
      ...{ board: 'Raspberry Pi 4', mocked: false, url: 'http://pi-a:8080', lesson: null },
    })
  })

  it.each([
    ['some are missing', { tauMs: 10 }],
    ['one is out of range', { ...neuronFrom({}), tauMs: -1 }],
    ['a lesson hides them', withoutNeuron({ ...neuronFrom({}), minNa: 0, maxNa: 3, speed: 1 })],
    ['they contradict each other', { ...neuronFrom({}), capacitanceNf: 7 }],
  ])('does not show parameters of which %s', (_, params) => {
    const { onMessage, only } = bench()
    onMessage('pi-a', 'params', { ...params, rev: 1 })
    expect(only()).toMatchObject({ neuron: null, rev: 1 })
  })

  it('is in natural order, and numbers stay with their neurons', () => {
    const { table, onMessage } = bench()
    for (const id of ['pi-10', 'pi-2', 'pi-1']) onMessage(id, 'status', 'online')
    onMessage('pi-2', 'status', '')
    onMessage('pi-3', 'status', 'online')
    expect(table.peers(0).map(({ id, index }) => [id, index])).toEqual([
      ['pi-1', 2],
      ['pi-3', 3],
      ['pi-10', 0],
    ])
  })

  it('tells the living from those that are gone, and both from those that should speak and do not', () => {
    const { onMessage, only } = bench()
    onMessage('pi-a', 'state', STATE)
    onMessage('pi-a', 'status', 'online')
    expect(only(12_000)?.life).toBe('alive')
    expect(only(12_001)?.life).toBe('silent')
    onMessage('pi-a', 'spikes', { n: 0 }, { retained: false, atMs: 13_000 })
    expect(only(14_000)?.life).toBe('alive')
    onMessage('pi-a', 'status', 'offline', { retained: false, atMs: 15_000 })
    expect(only(15_000)).toMatchObject({ life: 'gone', rateHz: null, iNa: null })
  })

  it('takes one that the broker only remembers for silent, and not for hidden by it', () => {
    const { onMessage, only } = bench()
    onMessage('pi-a', 'status', 'online')
    expect(only(5000)).toMatchObject({ life: 'alive', quietS: null, isVeiled: false })
    expect(only(12_001)).toMatchObject({ life: 'silent', quietS: 10, isVeiled: false })
    expect(only(59_000)).toMatchObject({ life: 'silent', quietS: 50, isVeiled: false })
  })

  describe('lessons', () => {
    const LESSON = {
      ...{ id: 'first-spike', title: 'The first spike', index: 1, attempts: 2, sinceUs: 1.8e15 },
      steps: [
        { id: 'dark', mark: 'done' },
        { id: 'first', mark: 'nearly' },
      ],
    }

    it('are known with how far each step is, and are over with {} or an empty message', () => {
      const { table, onMessage, only } = bench()
      onMessage('pi-a', 'lesson', { ...LESSON, led: true, names: 'Ada' })
      const lesson = { ...LESSON, hand: null, paused: false, led: true }
      expect(only()?.lesson).toEqual(lesson)
      onMessage('pi-a', 'lesson', {})
      expect(only()?.lesson).toBeNull()
      onMessage('pi-a', 'lesson', LESSON)
      onMessage('pi-a', 'lesson', '')
      expect(only()?.lesson).toBeNull()
      onMessage('pi-b', 'lesson', '')
      expect([table.peers(0).length, table.malformed()]).toEqual([1, 0])
    })

    it('count the hands as they go up', () => {
      const { table, onMessage } = bench()
      const hand = (id: string, handUp: boolean) => onMessage(id, 'lesson', { ...LESSON, handUp })
      for (const id of ['pi-b', 'pi-a', 'pi-b']) hand(id, true)
      const hands = () => table.peers(0).map(({ lesson }) => lesson?.hand)
      expect(hands()).toEqual([2, 1])
      for (const isUp of [false, true]) hand('pi-b', isUp)
      expect(hands()).toEqual([2, 3])
    })

    it.each<[string, unknown]>([
      ['no JSON', '{'],
      ['a list', [LESSON]],
      ['null', 'null'],
      ['no title', { ...LESSON, title: undefined }],
      ['an endless title', { ...LESSON, title: 'x'.repeat(121) }],
      ['an id that is none', { ...LESSON, id: '<b>' }],
      ['no steps', { ...LESSON, steps: [] }],
      ['steps beyond number', { ...LESSON, steps: Array(61).fill(LESSON.steps[0]) }],
      ['steps that are none', { ...LESSON, steps: [null, 7] }],
      ['a mark that is none', { ...LESSON, steps: [{ id: 'dark', mark: 'constructor' }] }],
      ['a step behind the end', { ...LESSON, index: 3 }],
      ['a broken step', { ...LESSON, index: 0.5 }],
      ['negative attempts', { ...LESSON, attempts: -1 }],
      ['no time', { ...LESSON, sinceUs: 'now' }],
      ['a hand that is none', { ...LESSON, handUp: 'up' }],
    ])('of %s are dropped and counted', (_, content) => {
      const { table, onMessage, only } = bench()
      onMessage('pi-a', 'lesson', LESSON)
      onMessage('pi-a', 'lesson', content)
      expect([only()?.lesson?.index, table.malformed()]).toEqual([1, 1])
    })
  })

  it('takes off what the broker is made to forget, in whatever order', () => {
    const { onMessage, only } = bench()
    for (const name of ['status', 'info', 'params']) onMessage('pi-a', name, name === 'status' ? 'online' : '{}')
    for (const name of ['info', 'status', 'params']) onMessage('pi-a', name, '', { retained: false })
    expect(only()).toBeUndefined()
  })

  it('notices that the broker shows spikes and hides the rest', () => {
    const { onMessage, only } = bench()
    onMessage('pi-a', 'spikes', { n: 0 }, { retained: false, atMs: 1000 })
    expect(only(2000)).toMatchObject({ life: 'alive', isVeiled: false })
    expect(only(3001)).toMatchObject({ life: 'alive', isVeiled: true })
    onMessage('pi-a', 'status', 'online')
    onMessage('pi-a', 'state', STATE)
    expect(only(3001)?.isVeiled).toBe(false)
  })

  it.each<[string, string, unknown]>([
    ['no JSON', 'state', '{'],
    ['null', 'params', 'null'],
    ['a number', 'info', '7'],
    ['numbers that are none', 'state', { rateHz: '12', iNa: null, running: 1, speed: {} }],
    ['synapses that are none', 'params', { rev: 'x', synapses: [{ from: '../all', weightMv: 1 }] }],
    ['synapses beyond number', 'params', { synapses: Array(65).fill({ from: 'pi-b', weightMv: 1 }) }],
    ['an address to run', 'info', { urls: { http: 'javascript:alert(1)' } }],
    ['an endless address', 'info', { urls: { http: `http://${'x'.repeat(300)}` }, board: 'x'.repeat(300) }],
    ['a status that is none', 'status', '<b>online</b>'],
  ])('makes nothing of %s', (_, name, content) => {
    const { onMessage, only } = bench()
    onMessage('pi-a', name, content)
    const { id, index, life, quietS, isVeiled, ...rest } = only()!
    expect([id, index, life, quietS, isVeiled]).toEqual(['pi-a', 0, 'alive', null, false])
    expect(new Set(Object.values(rest))).toEqual(new Set([null]))
  })

  it.each(['', 'all', 'PI', 'a b', 'x'.repeat(33), '__proto__', '$SYS'])('takes %j for no neuron', id => {
    const { table, onMessage } = bench()
    onMessage(id, 'status', 'online')
    expect(table.peers(0)).toEqual([])
  })

  it('holds so many and no more, and says how many it left out', () => {
    const { table, onMessage } = bench()
    for (let k = 0; k < 1000; k++) onMessage(`pi-${k}`, 'status', 'online')
    expect(table.peers(0)).toHaveLength(MOST_PEERS)
    expect(table.overflow()).toBe(MOST_PEERS)
  })

  it('has room again for one that it left out, as soon as another is forgotten', () => {
    const { table, onMessage } = bench()
    for (let k = 0; k < MOST_PEERS + 2; k++) onMessage(`pi-${k}`, 'status', 'online')
    for (const id of ['pi-0', `pi-${MOST_PEERS + 1}`]) onMessage(id, 'status', '', { retained: false })
    expect(table.overflow()).toBe(1)
    onMessage(`pi-${MOST_PEERS}`, 'state', STATE, { retained: false })
    expect([table.peers(0).length, table.peers(0).at(-1)?.id, table.overflow()]).toEqual([MOST_PEERS, 'pi-128', 0])
  })
})
