import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { type ListeningScope, warnOfSilence } from '../../../src/cli/watch/silence.ts'
import { manualTimers } from '../../mqtt/manual-timers.ts'

/** A receiver on a broker that has these retained messages for `+/status`. */
function receiver(scope: Partial<ListeningScope>, statuses: Readonly<Record<string, string>> = {}, connected = true) {
  const timers = manualTimers()
  const said: string[] = []
  const events = new EventEmitter()
  const hear = (topic: string, text: string) => events.emit('message', topic, Buffer.from(text), {})
  const client = Object.assign(events, {
    connected,
    subscribe() {
      for (const [id, text] of Object.entries(statuses)) hear(`neuron/v1/${id}/status`, text)
    },
    publish() {},
  })
  const close = warnOfSilence(client, { base: 'neuron/v1', ...scope }, timers, words => said.push(words))
  return { timers, said, hear, close }
}

describe('a receiver that hears nothing', () => {
  it.each<[Partial<ListeningScope>, Record<string, string>, string]>([
    [
      { neuron: 'nobody' },
      { 'pi-b': 'online', 'pi-a': 'online', 'pi-c': 'offline' },
      'nothing is heard of "nobody": online are pi-a, pi-b',
    ],
    [{ neuron: 'nobody' }, {}, 'nothing is heard of "nobody": no neuron is online below neuron/v1'],
    [{}, {}, 'nothing is heard: no neuron is online below neuron/v1'],
  ])('%j with %j on the broker: says so, once', async (scope, statuses, words) => {
    const { timers, said } = receiver(scope, statuses)
    await timers.pass(4000)
    expect(said).toEqual([])
    await timers.pass(60_000)
    expect(said).toEqual([words])
  })

  it('says nothing where something was heard, without a connection, or once it is closed', async () => {
    const heard = receiver({ neuron: 'pi-a' })
    heard.hear('neuron/v1/pi-a/state', '{}')
    const offline = receiver({ neuron: 'nobody' }, {}, false)
    const closed = receiver({ neuron: 'nobody' })
    closed.close()
    for (const { timers, said } of [heard, offline, closed]) {
      await timers.pass(60_000)
      expect(said).toEqual([])
    }
  })
})
