import { describe, expect, it } from 'vitest'
import { spike } from '../example-neuron.ts'
import { linkOfFakeNeuron } from '../fake-neuron.ts'

const SET = 'neuron/v1/pi-a/params/set'
const B = 'neuron/v1/pi-b'
const SYNAPSE = { from: 'pi-b', weightNa: 2, tauMs: 10, delayMs: 20 }

describe('synapses of a link', () => {
  it('are set while it runs, published in `params` and `info`, counted as a change, and listened to', async () => {
    const { broker, contents, fake, timers } = await linkOfFakeNeuron()
    broker.deliver(SET, { synapses: [SYNAPSE], id: 1 })
    expect(contents('reply').at(-1)).toMatchObject({
      ok: true,
      result: { rev: 4, synapses: [{ ...SYNAPSE, timing: 'arrival' }] },
    })
    expect(fake.patches).toEqual([])
    expect(fake.rev).toBe(4)
    expect(contents('params').at(-1)).toMatchObject({ synapses: [SYNAPSE] })
    expect(contents('info').at(-1)).toMatchObject({ synapses: [{ timing: 'arrival' }] })
    broker.deliver(`${B}/info`, { boot: 'b1', clock: { synced: true } }, { retain: true })
    expect(contents('info').at(-1)).toMatchObject({ synapses: [{ timing: 'spike' }] })
    broker.deliver(`${B}/spike`, { seq: 1, tUs: spike(0).tUs + timers.nowMs() * 1000 - 5000 })
    expect(fake.events).toEqual([{ from: 'pi-b', weight: 2, tauMs: 10, atMs: timers.nowMs() + 15 }])
  })

  it('notice when the clock begins to follow a time server', async () => {
    const { broker, contents, fake, timers } = await linkOfFakeNeuron()
    fake.synced = false
    broker.deliver(SET, { synapses: [SYNAPSE] })
    broker.deliver(`${B}/info`, { boot: 'b1', clock: { synced: true } })
    expect(contents('info').at(-1)).toMatchObject({ synapses: [{ timing: 'arrival' }] })
    fake.synced = true
    await timers.pass(1000)
    expect(contents('info').at(-1)).toMatchObject({ synapses: [{ timing: 'spike' }] })
  })

  it('of others learn it from `info`, also where this neuron has none', async () => {
    const { contents, fake, timers } = await linkOfFakeNeuron()
    expect(contents('info')).toHaveLength(1)
    fake.synced = false
    await timers.pass(3000)
    expect(contents('info').map(({ clock }) => clock)).toEqual([{ synced: true }, { synced: false }])
  })

  it('are subscribed to again after a fault, and no longer once they are gone', async () => {
    const { broker, timers } = await linkOfFakeNeuron()
    broker.deliver(SET, { synapses: [SYNAPSE] })
    broker.breakConnection()
    await timers.pass(1000)
    expect([...broker.subscriptions.keys()]).toEqual(expect.arrayContaining([`${B}/info`, `${B}/spike`]))
    broker.deliver(SET, { synapses: [] })
    expect(broker.subscriptions.has(`${B}/spike`)).toBe(false)
  })

  it('change together with the parameters or not at all', async () => {
    const { broker, contents, fake, link } = await linkOfFakeNeuron()
    broker.deliver(SET, { tauMs: 20, synapses: [SYNAPSE, { from: 'pi-c' }] })
    expect(contents('reply').at(-1)).toMatchObject({ ok: false, error: { code: 'synapse', path: 'synapses.1' } })
    expect(fake.patches).toEqual([])
    fake.reply = { ok: false, error: { code: 'range', message: 'no' } }
    broker.deliver(SET, { tauMs: -1, synapses: [SYNAPSE] })
    expect(contents('reply').at(-1)).toMatchObject({ ok: false, error: { code: 'range' } })
    expect(link.synapses()).toEqual([])
    expect(fake.rev).toBe(3)
  })

  it('are changed without a moment in which a spike would be missed', async () => {
    const { broker } = await linkOfFakeNeuron()
    broker.deliver(SET, { synapses: [SYNAPSE] })
    broker.deliver(SET, { synapses: [{ ...SYNAPSE, delayMs: 33 }] })
    expect(broker.unsubscribed).toEqual([])
    broker.deliver(SET, { synapses: [{ ...SYNAPSE, from: 'pi-c' }] })
    expect(broker.unsubscribed).toEqual([`${B}/spike`, `${B}/info`])
  })

  it('never hear what was kept', async () => {
    const { broker, fake } = await linkOfFakeNeuron()
    broker.deliver(SET, { synapses: [SYNAPSE] })
    broker.deliver(`${B}/spike`, { seq: 1, tUs: spike(0).tUs }, { retain: true })
    expect(fake.events).toEqual([])
  })

  it('hear themselves only if asked to, and then without the broker', async () => {
    const { fake, link } = await linkOfFakeNeuron()
    expect(link.setSynapses([{ from: 'pi-a', weightMv: 1 }])).toMatchObject({ ok: false })
    expect(link.setSynapses([{ from: 'pi-a', weightMv: 1, delayMs: 7, autapse: true }])).toMatchObject({ ok: true })
    link.spike(spike(0.2, { seq: 1, tUs: spike(0).tUs }))
    expect(fake.events).toEqual([{ from: 'pi-a', weight: 1, tauMs: 0, atMs: 7 }])
  })

  it('may be anything on syn/<name>; a flood is bounded, and told with its figures', async () => {
    const { broker, fake, contents, link, timers } = await linkOfFakeNeuron()
    broker.deliver('neuron/v1/pi-a/syn/button', 'pressed')
    broker.deliver('neuron/v1/pi-a/syn/esp', { weightNa: 0.4 })
    expect(fake.events.map(({ from, weight }) => [from, weight])).toEqual([
      ['syn/button', 5],
      ['syn/esp', 0.4],
    ])
    for (let i = 0; i < 5000; i++) broker.deliver('neuron/v1/pi-a/syn/esp', '1')
    expect(fake.events).toHaveLength(100)
    expect(link.status().synapses).toEqual({ arrived: 100, clipped: 4902, refused: 0 })
    await timers.pass(2000)
    expect(contents('events')).toEqual([expect.objectContaining({ type: 'synapseClipped', clipped: { syn: 4902 } })])
    expect(contents('reply')).toEqual([])
    expect(link.status().warnings).toEqual(['more than 1000 spikes a second from syn: the rest does not arrive'])
    await timers.pass(30_000)
    expect(link.status().warnings).toEqual([])
  })

  it('refuse what makes no sense: counted, told once in a while, answered only where an answer is asked for', async () => {
    const { broker, contents, fake, link, timers, logged } = await linkOfFakeNeuron()
    const esp = 'neuron/v1/pi-a/syn/esp'
    for (let i = 0; i < 50; i++) broker.deliver(esp, 'x'.repeat(300_000))
    broker.deliver(esp, new Uint8Array([0xff, 0xfe]))
    broker.deliver(esp, { weightMv: 1e9 })
    expect(link.status().synapses).toEqual({ arrived: 0, clipped: 0, refused: 52 })
    await timers.pass(5000)
    expect(contents('events')).toEqual([
      expect.objectContaining({ type: 'synapseRefused', from: 'syn/esp', refused: 52 }),
    ])
    const told = logged.filter(line => line.includes('was refused'))
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('(the last of 52): weightMv is 1000000000, must be a number from -1000 to 1000 mV')
    expect(contents('reply')).toEqual([])
    broker.deliver(esp, { weightMv: 1e9, id: 7 })
    expect(contents('reply').at(-1)).toMatchObject({ ok: false, id: 7, error: { code: 'range', range: [-1000, 1000] } })
    expect(fake.events).toEqual([])
  })

  it('refuse spikes of other neurons that are too large to be any', async () => {
    const { broker, fake, link } = await linkOfFakeNeuron()
    broker.deliver(SET, { synapses: [SYNAPSE] })
    broker.deliver(`${B}/spike`, 'x'.repeat(300_000))
    expect(fake.events).toEqual([])
    expect(link.status().synapses.refused).toBe(1)
  })

  it('that make the neuron run away are reported, once in a while', async () => {
    const { broker, fake, contents, timers, logged } = await linkOfFakeNeuron()
    fake.refractoryMs = 10
    fake.rateHz = 95
    for (let s = 0; s < 20; s++) {
      for (let i = 0; i < 95; i++) broker.deliver('neuron/v1/pi-a/syn/loop', '1')
      await timers.pass(1000)
    }
    expect(contents('events').filter(({ type }) => type === 'runaway')).toEqual([
      expect.objectContaining({ rateHz: 95, limitHz: 90, returnsHz: 95 }),
    ])
    expect(logged.at(-1)).toMatch(/fires at 95 Hz because synapses excite it in a loop/)
  })

  it('do not make a loop of a neuron that fires fast by itself, or is inhibited', async () => {
    const { broker, fake, contents, timers } = await linkOfFakeNeuron()
    fake.refractoryMs = 10
    fake.rateHz = 95
    for (let s = 0; s < 20; s++) {
      for (let i = 0; i < 20; i++) broker.deliver('neuron/v1/pi-a/syn/button', '1')
      for (let i = 0; i < 75; i++) broker.deliver('neuron/v1/pi-a/syn/brake', '-1')
      await timers.pass(1000)
    }
    expect(contents('events').filter(({ type }) => type === 'runaway')).toEqual([])
  })
})
