import { describe, expect, it } from 'vitest'
import type { loadConnect } from '../../src/mqtt/connection/connection.ts'
import { openLink } from '../../src/mqtt/link.ts'
import { exampleNeuron, PARAMS, STATE, spike } from './example-neuron.ts'
import { linkOnFakeBroker, OPTIONS, refusingBroker } from './link-on-fake-broker.ts'
import { manualTimers } from './manual-timers.ts'

describe('a link', () => {
  it('connects as neurond-<id> with a will and the credentials, and publishes everything retained', async () => {
    const { broker, timers, topics, link } = linkOnFakeBroker()
    await timers.pass(0)
    expect(broker.attempts[0]).toMatchObject({
      protocol: 5,
      clientId: 'neurond-pi-a',
      username: 'ada',
      password: 'secret',
      keepaliveS: 10,
      willDelayS: 3,
      will: { topic: 'neuron/v1/pi-a/status', payload: 'offline', qos: 1, retain: true },
    })
    expect(topics()).toEqual(['status', 'info', 'params', 'state', 'timing', 'lesson'])
    expect(link.status()).toMatchObject({
      state: 'online',
      reason: '',
      url: 'mqtt://ada:***@broker',
      sent: 6,
      acked: 4,
    })
  })

  it('publishes a live spike at once and the ledger within 50 ms', async () => {
    const { timers, topics, contents, link } = linkOnFakeBroker()
    await timers.pass(0)
    link.spike(spike(1))
    link.spike(spike(2))
    expect(topics().slice(6)).toEqual(['spike', 'spike'])
    await timers.pass(50)
    expect(contents('spikes')).toEqual([expect.objectContaining({ seq0: 1, n: 2, dtUs: [10_000] })])
  })

  it('publishes no more than 2000 live spikes a second, and every one in the ledger', async () => {
    const { timers, contents, link } = linkOnFakeBroker()
    await timers.pass(0)
    for (let seq = 1; seq <= 2300; seq++) link.spike(spike(seq))
    await timers.pass(50)
    expect(contents('spike')).toHaveLength(2000)
    expect(contents('spikes').reduce((sum, { n }) => sum + n, 0)).toBe(2300)
  })

  it('publishes no live spike while the broker does not read', async () => {
    const { broker, timers, contents, link } = linkOnFakeBroker()
    await timers.pass(0)
    broker.buffered = 65 * 1024
    link.spike(spike(1))
    expect(contents('spike')).toEqual([])
  })

  it('has a heartbeat every 5 s, a state every 10 s and its health every 10 s when nothing happens', async () => {
    const { timers, contents } = linkOnFakeBroker()
    await timers.pass(20_000)
    expect(contents('spikes').map(({ seq0, n }) => [seq0, n])).toEqual([1, 2, 3, 4].map(() => [1, 0]))
    expect(contents('state')).toHaveLength(3)
    expect(contents('timing')).toHaveLength(3)
  })

  it('publishes a state that moves once a second', async () => {
    let rateHz = 10
    const state = () => {
      rateHz += 1
      return { ...STATE, rateHz }
    }
    const { timers, contents } = linkOnFakeBroker({}, { state })
    await timers.pass(3500)
    expect(contents('state')).toHaveLength(4)
  })

  it('publishes parameters when they change', async () => {
    let rev = 3
    const { timers, contents, link } = linkOnFakeBroker({}, { params: () => ({ ...PARAMS, rev }) })
    await timers.pass(0)
    rev = 4
    link.paramsChanged()
    expect(contents('params').map(params => params.rev)).toEqual([3, 4])
  })

  it('keeps events for the next connection, and lets out a few at once, then 2 a second', async () => {
    const { broker, timers, contents, link } = linkOnFakeBroker({}, {}, refusingBroker('ECONNREFUSED'))
    await timers.pass(0)
    for (let i = 0; i < 8; i++) link.event({ type: 'warning', message: `${i}` })
    broker.refusal = undefined
    await timers.pass(1000)
    expect(contents('events').map(({ message }) => message)).toEqual(['0', '1', '2', '3', '4', '5'])
    await timers.pass(1100)
    expect(contents('events')).toHaveLength(8)
  })

  it('without an address is off and keeps nothing', async () => {
    const { broker, timers, link } = linkOnFakeBroker({ url: '' })
    link.spike(spike(1))
    link.event({ type: 'inputLost' })
    await timers.pass(60_000)
    expect(broker.attempts).toEqual([])
    expect(link.status()).toMatchObject({ state: 'off', waitingSpikes: 0 })
    await link.close()
  })

  it('is not opened with a malformed address, base or id', () => {
    expect(() => linkOnFakeBroker({ url: 'http://broker' })).toThrow(/mqtt.url/)
    expect(() => linkOnFakeBroker({ base: 'a//b' })).toThrow(/mqtt.base/)
    expect(() => linkOnFakeBroker({}, { id: 'Pi A' })).toThrow(/id is "Pi A"/)
  })

  it('says so if MQTT.js cannot be loaded, and harms nobody', async () => {
    const logged: string[] = []
    const timers = manualTimers()
    const note = (_level: string, message: string) => logged.push(message)
    const load = () => Promise.reject<Awaited<ReturnType<typeof loadConnect>>>(new Error('not found'))
    const link = openLink(OPTIONS, exampleNeuron(), { timers, wallUs: () => 0, random: () => 1, log: note }, 5, load)
    await timers.pass(0)
    expect(logged).toEqual(['MQTT is off: its library cannot be loaded (not found): run npm ci'])
    link.spike(spike(1))
  })
})

describe('a link that is closed', () => {
  it('delivers what is left and the last state, then `offline`, then says goodbye', async () => {
    const { broker, timers, topics, link } = linkOnFakeBroker()
    await timers.pass(0)
    link.spike(spike(1))
    const closed = link.close()
    await timers.pass(0)
    await closed
    expect(topics().slice(-3)).toEqual(['spikes', 'state', 'status'])
    expect(broker.received.at(-1)?.payload).toBe('offline')
    expect(broker.disconnects).toBe(1)
    await link.close()
    expect(broker.disconnects).toBe(1)
  })

  it('does not wait long for a broker that does not answer', async () => {
    const { broker, timers, link } = linkOnFakeBroker()
    await timers.pass(0)
    broker.frozen = true
    link.spike(spike(1))
    let closed = false
    link.close().then(() => {
      closed = true
    })
    await timers.pass(500)
    expect(closed).toBe(true)
  })

  it('does not try again', async () => {
    const { broker, timers, link } = linkOnFakeBroker({}, {}, refusingBroker('ECONNREFUSED'))
    await timers.pass(0)
    await link.close()
    await timers.pass(60_000)
    expect(broker.attempts).toHaveLength(1)
  })
})
