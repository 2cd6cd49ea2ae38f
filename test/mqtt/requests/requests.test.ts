import { describe, expect, it } from 'vitest'
import { spike } from '../example-neuron.ts'
import { linkOfFakeNeuron } from '../fake-neuron.ts'

const OWN = 'neuron/v1/pi-a'

describe('requests', () => {
  it('are subscribed to for this neuron and the class: not what was kept, not our own, retained ones visible', async () => {
    const { broker } = await linkOfFakeNeuron()
    expect([...broker.subscriptions.values()]).toEqual([
      ...['status', 'info', 'params', 'lesson'].map(name => ({ filter: `${OWN}/${name}`, qos: 1, retained: true })),
      { filter: `${OWN}/state`, qos: 0, retained: true },
      { filter: `${OWN}/params/set`, qos: 1 },
      { filter: `${OWN}/cmd/+`, qos: 1 },
      { filter: 'neuron/v1/all/params/set', qos: 1 },
      { filter: 'neuron/v1/all/cmd/+', qos: 1 },
      { filter: `${OWN}/syn/+`, qos: 0 },
    ])
  })

  it('change parameters and are answered on `reply` with their id', async () => {
    const { broker, contents, fake } = await linkOfFakeNeuron()
    broker.deliver(`${OWN}/params/set`, { tauMs: 20, id: 'x1' })
    expect(fake.patches).toEqual([{ tauMs: 20 }])
    expect(contents('reply')).toEqual([{ ok: true, id: 'x1', from: 'pi-a', result: { done: true } }])
    expect(broker.received.at(-1)).toMatchObject({ qos: 1, retain: false })
  })

  it('are answered where MQTT 5 asks for it, with its correlation data, but not in place of another neuron', async () => {
    const { broker } = await linkOfFakeNeuron()
    const correlation = Buffer.from([1, 2])
    const answeredAt = (responseTopic: string) => {
      broker.deliver(`${OWN}/cmd/reset`, {}, { responseTopic, correlation })
      return broker.received.at(-1)
    }
    expect(answeredAt('my/answers')).toMatchObject({ topic: 'my/answers', correlation })
    expect(answeredAt('neuron/v1/pi-a/reply/tablet')?.topic).toBe('neuron/v1/pi-a/reply/tablet')
    for (const topic of [
      'neuron/v1/pi-b/cmd/reset',
      'neuron/v1/pi-b/spike',
      'a/+',
      '#',
      '',
      '$SYS/x',
      'homeassistant/x',
    ]) {
      expect(answeredAt(topic)?.topic).toBe(`${OWN}/reply`)
    }
  })

  it('are answered on `reply` too when the broker does not let the answer through', async () => {
    const { broker, contents, timers } = await linkOfFakeNeuron()
    broker.answer = ({ topic }) => (topic === 'my/answers' ? 'Not authorized' : undefined)
    broker.deliver(`${OWN}/cmd/reset`, { id: 7 }, { responseTopic: 'my/answers' })
    await timers.pass(0)
    expect(contents('reply')).toEqual([{ ok: true, id: 7, from: 'pi-a', result: { done: true } }])
  })

  it('of every verb reach the neuron, from a whole class too; an empty payload is an empty object', async () => {
    const { broker, fake, contents } = await linkOfFakeNeuron()
    for (const verb of ['stim', 'run', 'reset', 'identify', 'mute', 'take', 'speed', 'preset']) {
      broker.deliver(`neuron/v1/all/cmd/${verb}`, '')
    }
    expect(fake.commands).toHaveLength(8)
    expect(fake.commands[0]).toEqual(['stim', {}])
    broker.deliver(`${OWN}/cmd/explode`, '{"id":9}')
    expect(contents('reply').at(-1)).toMatchObject({ ok: false, id: 9, error: { code: 'unknown' } })
    expect(fake.commands).toHaveLength(8)
  })

  it('pass the refusal of the neuron on, with its range', async () => {
    const { broker, fake, contents } = await linkOfFakeNeuron()
    const error = { code: 'range', message: 'tauMs is -1, must be …', path: 'tauMs', range: [0, 1e5] as const }
    fake.reply = { ok: false, error }
    broker.deliver(`${OWN}/params/set`, { tauMs: -1 })
    expect(contents('reply')).toEqual([{ ok: false, id: null, from: 'pi-a', error }])
  })

  it.each([
    ['retained', '{"on":true}', { retain: true }],
    ['expired', '{}', { expiryS: 0 }],
    ['json', '{"on":', {}],
    ['tooLarge', 'x'.repeat(1024 * 1024), {}],
    ['encoding', new Uint8Array([0x22, 0xff, 0x22]), {}],
    ['depth', '['.repeat(9) + ']'.repeat(9), {}],
    ['type', '{"ms":1e999}', {}],
    ['unknown', '{"a":{"__proto__":{"tauMs":1}}}', {}],
  ])('that are wrong (%s) change nothing and are told so', async (code, payload, properties) => {
    const { broker, fake, contents } = await linkOfFakeNeuron()
    broker.deliver(`${OWN}/cmd/run`, payload, properties)
    expect(fake.commands).toEqual([])
    expect(contents('reply')).toEqual([
      expect.objectContaining({ ok: false, error: expect.objectContaining({ code }) }),
    ])
  })

  it('that waited in a frozen process longer than they were good for are refused', async () => {
    const { broker, fake, timers, contents } = await linkOfFakeNeuron()
    // A freeze: the beat that was due long ago comes late.
    const every = timers.nowMs
    await timers.pass(1000)
    const frozen = every() + 5000
    timers.nowMs = () => frozen
    broker.deliver(`${OWN}/cmd/stim`, {}, { expiryS: 2 })
    broker.deliver(`${OWN}/cmd/stim`, {}, { expiryS: 60 })
    expect(contents('reply').map(({ ok }) => ok)).toEqual([false, true])
    expect(fake.commands).toHaveLength(1)
  })

  it('with an old revision are refused, with the right one carried out', async () => {
    const { broker, fake, contents } = await linkOfFakeNeuron()
    for (const key of ['ifRev', 'if_rev']) {
      broker.deliver(`${OWN}/params/set`, { tauMs: 20, [key]: 2 })
      broker.deliver(`${OWN}/params/set`, { tauMs: 20, [key]: 3 })
    }
    expect(contents('reply').map(({ ok }) => ok)).toEqual([false, true, false, true])
    expect(contents('reply')[0]).toMatchObject({ error: { code: 'revision', path: 'ifRev' } })
    expect(fake.patches).toEqual([{ tauMs: 20 }, { tauMs: 20 }])
  })

  it('come 20 a second and no faster; a flood is answered with a few words only', async () => {
    const { broker, fake, timers, contents } = await linkOfFakeNeuron()
    for (let i = 0; i < 1000; i++) broker.deliver(`${OWN}/cmd/reset`, {})
    expect(fake.commands).toHaveLength(20)
    expect(contents('reply')).toHaveLength(25)
    expect(contents('reply').at(-1)).toMatchObject({ error: { code: 'busy' } })
    await timers.pass(1000)
    for (let i = 0; i < 1000; i++) broker.deliver(`${OWN}/cmd/reset`, {})
    expect(fake.commands).toHaveLength(40)
  })

  it('that make the neuron throw are answered, and harm nobody', async () => {
    const { broker, fake, contents, logged } = await linkOfFakeNeuron()
    Object.defineProperty(fake, 'reply', {
      get() {
        throw new Error('bug')
      },
    })
    broker.deliver(`${OWN}/cmd/reset`, {})
    expect(contents('reply')[0]).toMatchObject({ ok: false, error: { code: 'internal' } })
    expect(logged.at(-1)).toMatch(/a request failed: bug/)
  })

  it('replay spikes from the history', async () => {
    const { broker, link, contents } = await linkOfFakeNeuron()
    for (let seq = 1; seq <= 5; seq++) link.spike(spike(seq))
    broker.deliver(`${OWN}/cmd/replay`, { boot: 'k3v9qa', from: 2, to: 4, id: 1 })
    expect(contents('reply').at(-1)?.result).toEqual({
      v: 1,
      boot: 'k3v9qa',
      seq0: 2,
      n: 3,
      t0Us: spike(2).tUs,
      dtUs: [10_000, 10_000],
      to: 4,
      missing: [],
      late: true,
    })
    for (const [payload, code] of [
      [{ boot: 'other', from: 1, to: 2 }, 'boot'],
      [{ from: 0, to: 2 }, 'type'],
      [{ from: 3, to: 2 }, 'range'],
      [[], 'type'],
    ]) {
      broker.deliver(`${OWN}/cmd/replay`, payload)
      expect(contents('reply').at(-1)).toMatchObject({ ok: false, error: { code } })
    }
  })

  it('are answered in parts, or in few words, where the broker takes small packets only', async () => {
    const { broker, link, contents, fake, timers } = await linkOfFakeNeuron()
    for (let seq = 1; seq <= 200; seq++) link.spike(spike(seq))
    await timers.pass(100)
    broker.limits = { ...broker.limits, packetBytes: 300 }
    broker.deliver(`${OWN}/cmd/replay`, { boot: 'k3v9qa', from: 1, to: 1e9 })
    const [replay] = contents('reply') as unknown as [{ result: { seq0: number; n: number; to: number } }]
    expect(replay.result.seq0).toBe(1)
    expect(replay.result.n).toBeGreaterThan(2)
    expect(replay.result.to).toBe(replay.result.n)
    fake.reply = { ok: true, result: { long: 'x'.repeat(400) } }
    broker.deliver(`${OWN}/cmd/reset`, {})
    expect(contents('reply').at(-1)).toMatchObject({
      ok: true,
      result: { omitted: expect.stringMatching(/300 bytes at most/) },
    })
  })

  it('open a trace in messages that the broker takes', async () => {
    const { broker, fake, timers, contents } = await linkOfFakeNeuron()
    broker.limits = { ...broker.limits, packetBytes: 300 }
    broker.deliver(`${OWN}/cmd/trace`, { leaseS: 2, hz: 1000 })
    const rows = Array.from({ length: 100 }, (_, i) => [1_795_198_454_000_000 + i * 1000, -60 - i, 1, 0])
    for (const listen of fake.listeners)
      listen(Float64Array.from(rows.flat()), new Float64Array(0), new Float64Array(0))
    await timers.pass(100)
    const traces = contents('trace') as unknown as { seq: number; vMv: number[] }[]
    expect(traces.flatMap(({ vMv }) => vMv)).toEqual(rows.map(row => row[1]))
    expect(traces.map(({ seq }) => seq)).toEqual(traces.map((_, i) => i + 1))
  })

  it('open the trace for the time of a lease, at the rate that is asked for', async () => {
    const { broker, fake, timers, contents } = await linkOfFakeNeuron()
    broker.deliver(`${OWN}/cmd/trace`, { leaseS: 2, hz: 100 })
    const t0Us = 1_795_198_454_000_000
    const rows = Array.from({ length: 100 }, (_, i) => [t0Us + i * 1000, -60 - i / 10, 1.5, 0.5])
    const arrivals = [
      [t0Us + 500, 0, 3, 7, 0.12345678],
      [t0Us + 600, 5, -1.5, 0, Number.NaN],
    ]
    for (const listen of fake.listeners)
      listen(Float64Array.from(rows.flat()), Float64Array.from(arrivals.flat()), new Float64Array(0))
    await timers.pass(100)
    const [trace] = contents('trace') as unknown as { t0Us: number; dtUs: number[]; vMv: number[] }[]
    expect(trace).toMatchObject({ v: 1, boot: 'k3v9qa', seq: 1, t0Us })
    expect(trace!.dtUs).toEqual(Array(9).fill(10_000))
    expect(trace!.vMv.slice(0, 3)).toEqual([-60, -61, -62])
    expect(trace).toMatchObject({
      arrivals: [
        { tUs: t0Us + 500, weightMv: 3, afterSeq: 7, sinceSpikeMs: 0.123457 },
        { tUs: t0Us + 600, weightNa: -1.5, tauMs: 5, afterSeq: 0, sinceSpikeMs: null },
      ],
    })
    await timers.pass(2000)
    expect(fake.listeners.size).toBe(0)
    broker.deliver(`${OWN}/cmd/trace`, { leaseS: 301 })
    expect(contents('reply').at(-1)).toMatchObject({ error: { code: 'range', path: 'leaseS', range: [1, 300] } })
  })
})
