import { describe, expect, it } from 'vitest'
import { spike } from './example-neuron.ts'
import { fakeBroker } from './fake-broker.ts'
import { linkOfFakeNeuron } from './fake-neuron.ts'
import { linkOnFakeBroker } from './link-on-fake-broker.ts'

describe('the name on the broker', () => {
  const STATE_TOPIC = 'neuron/v1/pi-a/state'
  const DUPLICATE =
    'another neuron on this broker has the id "pi-a" too: give each its own, for example --set id=pi-a-2'
  const state = (boot: string, tUs: number) => ({ v: 1, boot, tUs, count: 4711 })

  it('tells who had it before: `info` then says how far that run had come', async () => {
    const { broker, contents, logged } = await linkOfFakeNeuron()
    broker.deliver(STATE_TOPIC, state('old', spike(0).tUs - 1e6), { retain: true })
    expect(contents('info').at(-1)).toMatchObject({ prev: { boot: 'old', lastSeq: 4711 } })
    expect(logged.filter(line => line.startsWith('warn'))).toEqual([])
  })

  it('is not confused by our own messages, by garbage, or by a broker that remembers an older state', async () => {
    const { broker, contents, logged, timers } = await linkOfFakeNeuron()
    broker.breakConnection()
    await timers.pass(1000)
    broker.deliver(STATE_TOPIC, state('k3v9qa', spike(0).tUs), { retain: true })
    broker.deliver(STATE_TOPIC, state('old', spike(0).tUs - 1e6), { retain: true })
    broker.deliver(STATE_TOPIC, '{"boot":', { retain: true })
    expect(contents('info').at(-1)).not.toHaveProperty('prev')
    expect(logged.filter(line => line.includes('another neuron'))).toEqual([])
  })

  it('tells of a second neuron that has it too, once a minute', async () => {
    const { broker, contents, logged, timers } = await linkOfFakeNeuron()
    for (let turn = 0; turn < 3; turn++) {
      broker.breakConnection()
      await timers.pass(5000)
      broker.deliver(STATE_TOPIC, state('twin', spike(0).tUs + 2e6), { retain: true })
      await timers.pass(1000)
    }
    expect(logged.filter(line => line.startsWith('warn: another'))).toEqual([`warn: ${DUPLICATE}`])
    expect(contents('events')).toEqual([expect.objectContaining({ type: 'duplicateId', boot: 'twin' })])
  })

  it('is not in doubt where a slow clock makes the run before this one look newer, and the broker tells of it again', async () => {
    const { broker, logged, timers } = await linkOfFakeNeuron()
    for (let turn = 0; turn < 3; turn++) {
      broker.deliver(STATE_TOPIC, state('old', spike(0).tUs + 3600e6), { retain: true })
      broker.breakConnection()
      await timers.pass(5000)
    }
    expect(logged.filter(line => line.includes('another neuron'))).toEqual([])
  })

  it('is shared with a neuron whose clock is slow, too, if its state goes on', async () => {
    const { broker, logged, timers } = await linkOfFakeNeuron()
    for (let turn = 0; turn < 2; turn++) {
      broker.deliver(STATE_TOPIC, state('twin', spike(0).tUs - 3600e6 + turn), { retain: true })
      broker.breakConnection()
      await timers.pass(5000)
    }
    expect(logged).toContain(`warn: ${DUPLICATE}`)
  })

  it('is in doubt for as long as the other shows itself, and two minutes longer', async () => {
    const { broker, contents, link, timers } = await linkOfFakeNeuron()
    broker.breakConnection()
    await timers.pass(5000)
    broker.deliver(STATE_TOPIC, state('twin', spike(0).tUs + 2e6), { retain: true })
    expect(link.status()).toMatchObject({ state: 'online', warnings: [DUPLICATE] })
    await timers.pass(10_000)
    expect(contents('timing').at(-1)).toMatchObject({ ok: false, why: [DUPLICATE] })
    await timers.pass(110_000)
    expect(link.status().warnings).toEqual([])
  })

  it.each([
    ['without a word', {}],
    ['before it has read all', { code: 'ECONNRESET', message: 'read ECONNRESET' }],
  ])('is contended for ever more slowly, and that is why the broker closes %s', async (_, how) => {
    const { broker, link, timers } = await linkOfFakeNeuron()
    const waits: number[] = []
    for (let turn = 0; turn < 8; turn++) {
      await timers.pass(turn === 0 ? 0 : waits.at(-1)!)
      broker.deliver(STATE_TOPIC, state('twin', spike(0).tUs + 1e9 + turn), { retain: true })
      await timers.pass(15_000)
      broker.breakConnection(how)
      waits.push(link.status().retryInMs)
    }
    expect(link.status()).toMatchObject({ state: 'offline', reason: DUPLICATE })
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
    await timers.pass(30_000 + 120_000)
    broker.breakConnection()
    expect(link.status()).toMatchObject({ reason: 'the broker closed the connection', retryInMs: 1000 })
  })

  it('is told of when two begin to contend for it and when one has it for itself again, not with every turn', async () => {
    const { broker, logged, timers } = await linkOfFakeNeuron()
    const online = logged.splice(0)
    const turns = async (count: number) => {
      for (let turn = 0; turn < count; turn++) {
        broker.deliver(STATE_TOPIC, state('twin', spike(0).tUs + timers.nowMs() * 1000), { retain: true })
        await timers.pass(15_000)
        broker.breakConnection()
        await timers.pass(30_000)
      }
    }
    await turns(40)
    const lost = 'warn: no connection to mqtt://ada:***@broker:'
    const meanwhile = 'the neuron runs on, and tries again by itself'
    expect(logged.splice(0)).toEqual([
      `${lost} the broker closed the connection; ${meanwhile}`,
      ...online,
      `warn: ${DUPLICATE}`,
      `${lost} ${DUPLICATE}; ${meanwhile}`,
    ])
    await timers.pass(200_000)
    expect(logged.splice(0)).toEqual(online)
    await turns(2)
    expect(logged).toContain(`warn: ${DUPLICATE}`)
  })

  async function unanswered() {
    const broker = fakeBroker()
    broker.silent = true
    const it = linkOnFakeBroker({}, {}, broker)
    await it.timers.pass(0)
    return it
  }

  it('is published under only when the broker has told what it has kept under it', async () => {
    const { link, broker, topics, timers } = await unanswered()
    link.spike(spike(1))
    link.event({ type: 'inputLost' })
    link.paramsChanged()
    await timers.pass(3000)
    expect([broker.subscriptions.has(STATE_TOPIC), topics()]).toEqual([true, []])
    broker.answerAll()
    expect(topics().slice(0, 5)).toEqual(['status', 'info', 'params', 'state', 'timing'])
  })

  it('is published under all the same where the broker never answers a subscription', async () => {
    const { broker, topics, timers } = await unanswered()
    await timers.pass(5000)
    expect(topics()).toContain('status')
    broker.breakConnection()
    const before = topics().length
    await timers.pass(5999)
    expect(topics()).toHaveLength(before)
  })

  it('is not called online again by an answer that comes during the farewell', async () => {
    const { link, broker, timers } = await unanswered()
    void link.close()
    await timers.pass(300)
    broker.answerAll()
    await timers.pass(1000)
    expect(broker.received.map(({ payload }) => payload)).toEqual(['offline'])
  })
})
