import { describe, expect, it } from 'vitest'
import type { loadConnect } from '../../src/mqtt/connection.ts'
import { type Link, openLink } from '../../src/mqtt/link.ts'
import type { LinkOptions } from '../../src/mqtt/options.ts'
import type { LinkNeuron } from '../../src/mqtt/reports.ts'
import { type FakeBroker, fakeBroker } from './fake-broker.ts'
import { type ManualTimers, manualTimers } from './manual-timers.ts'
import { HEALTH, neuron, PARAMS, STATE, spike } from './neuron.ts'

const OPTIONS: LinkOptions = {
  url: 'mqtt://ada:secret@broker',
  base: 'neuron/v1',
  keepaliveS: 10,
  willDelayS: 3,
  username: '',
  passwordFile: '',
}

interface Content {
  readonly type: string
  readonly reason: string
  readonly seq0: number
  readonly n: number
  readonly gap: object
  readonly rev: number
  readonly outbox: { readonly dropped: number }
}

interface Bench {
  readonly link: Link
  readonly broker: FakeBroker
  readonly timers: ManualTimers
  readonly notes: string[]
  /** Topics received, without base and id, or the contents of those of one name. */
  topics(): string[]
  contents(name: string): Content[]
}

function bench(options: Partial<LinkOptions> = {}, changes: Partial<LinkNeuron> = {}, broker = fakeBroker()): Bench {
  const timers = manualTimers()
  const notes: string[] = []
  const world = {
    timers,
    wallUs: () => 1_795_198_454_000_000 + timers.nowMs() * 1000,
    random: () => 1,
    note: (level: string, message: string) => notes.push(`${level}: ${message}`),
  }
  const load = async () => broker.connect
  const link = openLink({ ...OPTIONS, ...options }, { ...neuron(), ...changes }, world, 5, load)
  return {
    link,
    broker,
    timers,
    notes,
    topics: () => broker.received.map(({ topic }) => topic.replace('neuron/v1/pi-a/', '')),
    contents: name =>
      broker.received.filter(({ topic }) => topic.endsWith(`/${name}`)).map(({ payload }) => JSON.parse(payload)),
  }
}

function refusingBroker(code: number | string): FakeBroker {
  const broker = fakeBroker()
  broker.refusal = () => ({ code, message: 'refused' })
  return broker
}

describe('a link', () => {
  it('connects as neurond-<id> with a will and the credentials, and publishes everything retained', async () => {
    const { broker, timers, topics, link } = bench()
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
    expect(topics()).toEqual(['status', 'info', 'params', 'state', 'timing'])
    expect(link.status()).toMatchObject({
      state: 'online',
      reason: '',
      url: 'mqtt://ada:***@broker',
      sent: 5,
      acked: 3,
    })
  })

  it('publishes a live spike at once and the ledger within 50 ms', async () => {
    const { timers, topics, contents, link } = bench()
    await timers.pass(0)
    link.spike(spike(1))
    link.spike(spike(2))
    expect(topics().slice(5)).toEqual(['spike', 'spike'])
    await timers.pass(50)
    expect(contents('spikes')).toEqual([expect.objectContaining({ seq0: 1, n: 2, dtUs: [10_000] })])
  })

  it('publishes no more than 500 live spikes a second, and every one in the ledger', async () => {
    const { timers, contents, link } = bench()
    await timers.pass(0)
    for (let seq = 1; seq <= 800; seq++) link.spike(spike(seq))
    await timers.pass(50)
    expect(contents('spike')).toHaveLength(500)
    expect(contents('spikes').reduce((sum, { n }) => sum + n, 0)).toBe(800)
  })

  it('publishes no live spike while the broker does not read', async () => {
    const { broker, timers, contents, link } = bench()
    await timers.pass(0)
    broker.buffered = 65 * 1024
    link.spike(spike(1))
    expect(contents('spike')).toEqual([])
  })

  it('has a heartbeat every 5 s, a state every 10 s and its health every 10 s when nothing happens', async () => {
    const { timers, contents } = bench()
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
    const { timers, contents } = bench({}, { state })
    await timers.pass(3500)
    expect(contents('state')).toHaveLength(4)
  })

  it('publishes parameters when they change', async () => {
    let rev = 3
    const { timers, contents, link } = bench({}, { params: () => ({ ...PARAMS, rev }) })
    await timers.pass(0)
    rev = 4
    link.paramsChanged()
    expect(contents('params').map(params => params.rev)).toEqual([3, 4])
  })

  it('keeps events for the next connection, and lets out 2 a second', async () => {
    const { broker, timers, contents, link } = bench({}, {}, refusingBroker('ECONNREFUSED'))
    await timers.pass(0)
    for (let i = 0; i < 4; i++) link.event({ type: 'inputLost', reason: `${i}` })
    broker.refusal = undefined
    await timers.pass(1000)
    expect(contents('events').map(({ type, reason }) => [type, reason])).toEqual([
      ['inputLost', '0'],
      ['inputLost', '1'],
    ])
    await timers.pass(1000)
    expect(contents('events')).toHaveLength(4)
  })

  it('without an address is off and keeps nothing', async () => {
    const { broker, timers, link } = bench({ url: '' })
    link.spike(spike(1))
    link.event({ type: 'inputLost' })
    await timers.pass(60_000)
    expect(broker.attempts).toEqual([])
    expect(link.status()).toMatchObject({ state: 'off', waitingSpikes: 0 })
    await link.close()
  })

  it('is not opened with a malformed address, base or id', () => {
    expect(() => bench({ url: 'http://broker' })).toThrow(/mqtt.url/)
    expect(() => bench({ base: 'a//b' })).toThrow(/mqtt.base/)
    expect(() => bench({}, { id: 'Pi A' })).toThrow(/id is "Pi A"/)
  })

  it('says so if MQTT.js cannot be loaded, and harms nobody', async () => {
    const notes: string[] = []
    const timers = manualTimers()
    const note = (_level: string, message: string) => notes.push(message)
    const load = () => Promise.reject<Awaited<ReturnType<typeof loadConnect>>>(new Error('not found'))
    const link = openLink(OPTIONS, neuron(), { timers, wallUs: () => 0, random: () => 1, note }, 5, load)
    await timers.pass(0)
    expect(notes).toEqual(['MQTT is off: its library cannot be loaded (not found): run npm ci'])
    link.spike(spike(1))
  })
})

describe('a link whose broker fails', () => {
  it('tries again with longer and longer waits, and says why once', async () => {
    const { broker, timers, notes, link } = bench({}, {}, refusingBroker('ECONNREFUSED'))
    await timers.pass(0)
    expect(link.status()).toMatchObject({ state: 'offline', retryInMs: 1000 })
    expect(link.status().reason).toMatch(/nothing listens at broker:1883/)
    await timers.pass(60_000)
    expect(broker.attempts).toHaveLength(6)
    expect(notes).toHaveLength(1)
    expect(notes[0]).toMatch(/^warn: no connection to mqtt:\/\/ada:\*\*\*@broker: nothing listens/)
  })

  it('says it again when the reason changes, and when all is well', async () => {
    const { broker, timers, notes } = bench({}, {}, refusingBroker('ECONNREFUSED'))
    await timers.pass(0)
    broker.refusal = () => ({ code: 5 })
    await timers.pass(1000)
    broker.refusal = undefined
    await timers.pass(2000)
    expect(notes.map(note => note.replace(/.*(refused|nothing listens|not authorised|connected to).*/, '$1'))).toEqual([
      'nothing listens',
      'not authorised',
      'connected to',
    ])
  })

  it('falls back to MQTT 3.1.1 at once where 5 is not spoken, and stays with it', async () => {
    const broker = fakeBroker()
    broker.refusal = request => (request.protocol === 5 ? { code: 1 } : undefined)
    const { timers, notes } = bench({}, {}, broker)
    await timers.pass(0)
    expect(notes).toEqual(['info: connected to mqtt://ada:***@broker (MQTT 3.1.1)'])
    broker.breakConnection()
    await timers.pass(1000)
    expect(broker.attempts.map(({ protocol }) => protocol)).toEqual([5, 4, 4])
  })

  it('does not go round in circles where neither version is spoken', async () => {
    const { broker, timers, link } = bench({}, {}, refusingBroker(1))
    await timers.pass(900)
    expect(broker.attempts.map(({ protocol }) => protocol)).toEqual([5, 4])
    expect(link.status().reason).toMatch(/neither MQTT 5 nor 3.1.1/)
  })

  it('delivers every spike of the time without a connection after it, marked late', async () => {
    const { broker, timers, contents, link } = bench()
    await timers.pass(0)
    broker.frozen = true
    link.spike(spike(1))
    await timers.pass(100)
    broker.breakConnection()
    broker.refusal = () => ({ code: 'ECONNREFUSED' })
    for (let seq = 2; seq <= 150; seq++) link.spike(spike(seq))
    await timers.pass(20_000)
    broker.frozen = false
    broker.refusal = undefined
    await timers.pass(30_000)
    const seqs = contents('spikes').flatMap(({ seq0, n }) => Array.from({ length: n }, (_, i) => seq0 + i))
    expect(seqs).toEqual(Array.from({ length: 150 }, (_, i) => i + 1))
    expect(contents('spikes')[0]).toMatchObject({ seq0: 1, late: true })
    expect(link.status()).toMatchObject({ waitingBatches: 0, dropped: 0, reconnects: 1 })
  })

  it('publishes everything retained again after a fault', async () => {
    const { broker, timers, topics } = bench()
    await timers.pass(0)
    broker.received.length = 0
    broker.breakConnection()
    await timers.pass(1000)
    expect(topics()).toEqual(['status', 'info', 'params', 'state', 'timing'])
  })

  it('starts over with short waits only after a connection that lasted', async () => {
    const { broker, timers, link } = bench()
    const waits: number[] = []
    for (const lastedMs of [100, 100, 20_000]) {
      await timers.pass(lastedMs)
      broker.breakConnection()
      waits.push(link.status().retryInMs)
      await timers.pass(link.status().retryInMs)
    }
    expect(waits).toEqual([1000, 2000, 1000])
  })

  it('tells of spikes that had to be dropped, in the ledger, as an event, and in the log', async () => {
    const { broker, timers, contents, notes, link } = bench({}, {}, refusingBroker('ECONNREFUSED'))
    for (let seq = 1; seq <= 64 * 1201; seq++) link.spike(spike(seq))
    await timers.pass(100)
    expect(link.status()).toMatchObject({ waitingBatches: 1200, dropped: 64 })
    broker.refusal = undefined
    await timers.pass(3000)
    const gap = [{ from: 1, to: 64, why: 'outboxFull' }]
    expect(contents('spikes')[0].gap).toEqual(gap)
    expect(contents('events')).toEqual([expect.objectContaining({ type: 'gap', gap })])
    expect(notes.at(-1)).toBe('warn: spikes that no subscriber will get: 1 to 64 (outboxFull)')
    expect(contents('timing').at(-1)?.outbox.dropped).toBe(64)
  })

  it('says once per topic that the broker does not take it', async () => {
    const broker = fakeBroker()
    broker.answer = ({ topic }) => (topic.endsWith('/spikes') ? 'Not authorized' : undefined)
    const { timers, notes, link } = bench({}, {}, broker)
    for (let seq = 1; seq <= 10; seq++) {
      link.spike(spike(seq))
      await timers.pass(50)
    }
    expect(notes.filter(note => note.includes('refuses'))).toEqual([
      'warn: the broker refuses neuron/v1/pi-a/spikes (Not authorized): its access rules must let this neuron write there',
    ])
    expect(link.status().dropped).toBe(10)
  })

  it('says that a password file cannot be read, and tries again', async () => {
    const { broker, timers, link } = bench({ passwordFile: '/nowhere/mqtt.pw' })
    await timers.pass(5000)
    expect(link.status().reason).toBe(
      'mqtt.passwordFile is "/nowhere/mqtt.pw", which cannot be read (ENOENT): it must be a file that this user may read',
    )
    expect(broker.attempts).toEqual([])
  })
})

describe('a link that is closed', () => {
  it('delivers what is left, then `offline`, then says goodbye', async () => {
    const { broker, timers, topics, link } = bench({}, { health: () => HEALTH })
    await timers.pass(0)
    link.spike(spike(1))
    const closed = link.close()
    await timers.pass(0)
    await closed
    expect(topics().slice(-2)).toEqual(['spikes', 'status'])
    expect(broker.received.at(-1)?.payload).toBe('offline')
    expect(broker.goodbyes).toBe(1)
    await link.close()
    expect(broker.goodbyes).toBe(1)
  })

  it('does not wait long for a broker that does not answer', async () => {
    const { broker, timers, link } = bench()
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
    const { broker, timers, link } = bench({}, {}, refusingBroker('ECONNREFUSED'))
    await timers.pass(0)
    await link.close()
    await timers.pass(60_000)
    expect(broker.attempts).toHaveLength(1)
  })
})
