import { describe, expect, it } from 'vitest'
import { NOW_US, OPTIONS, peersOnFakeBroker } from './peers-on-fake-broker.ts'

async function watched(options = OPTIONS) {
  const all = peersOnFakeBroker(options)
  const stop = all.peers.watch()
  await all.timers.pass(0)
  for (const id of ['pi-a', 'pi-b']) all.deliver(`${id}/status`, 'online', true)
  return { ...all, stop }
}

describe('the neurons on a broker', () => {
  it('cost nothing while nobody looks, and one connection however many do', async () => {
    const { timers, peers, fake, listeners } = peersOnFakeBroker()
    await timers.pass(60_000)
    expect([fake.opened, peers.status().state]).toEqual([0, 'idle'])
    const stops = [peers.watch(), peers.watch(), peers.watch()]
    await timers.pass(100)
    expect([fake.opened, peers.status().state]).toEqual([1, 'online'])
    for (const stop of stops) for (const _ of [1, 2]) stop()
    await timers.pass(4900)
    expect(fake.closed).toBe(0)
    await timers.pass(200)
    expect([fake.opened, fake.closed, listeners.size, peers.status().state]).toEqual([1, 1, 0, 'idle'])
  })

  it('keep their connection over a page that is loaded again', async () => {
    const { timers, peers, fake, stop } = await watched()
    stop()
    await timers.pass(2000)
    const again = peers.watch()
    await timers.pass(60_000)
    expect([fake.opened, fake.closed, peers.list().length]).toEqual([1, 0, 2])
    again()
    await timers.pass(6000)
    expect([fake.closed, peers.list()]).toEqual([1, []])
  })

  it('are fake in all that the wall shows, and their spikes once each', async () => {
    const { peers, filters, deliver } = await watched()
    expect(filters.sort()).toEqual(
      ['info', 'lesson', 'params', 'reply', 'spikes', 'state', 'status'].map(name => `neuron/v1/+/${name}`),
    )
    const fake: number[][] = []
    peers.onSpike((index, tUs) => fake.push([index, tUs - NOW_US]))
    const batch = { v: 1, boot: 'b', seq0: 7, n: 2, t0Us: NOW_US - 30_000, dtUs: [10_000] }
    deliver('pi-b/spikes', batch)
    deliver('pi-b/spikes', batch)
    expect(fake).toEqual([
      [1, -30_000],
      [1, -20_000],
    ])
  })

  it('tell without a broker that there is none, and nobody is called', async () => {
    const { peers, fake } = peersOnFakeBroker({ ...OPTIONS, url: '' })
    peers.watch()()
    expect(peers.status()).toMatchObject({ state: 'off', url: '' })
    expect(await peers.ask('pi-b', 'cmd/run', {})).toMatchObject({ ok: false, error: { code: 'off' } })
    expect(fake.opened).toBe(0)
  })

  it('name the broker that cannot be reached, without its password', async () => {
    const { timers, peers, fake } = peersOnFakeBroker()
    fake.state = 'offline'
    const asked = peers.askAll('cmd/reset', {})
    await timers.pass(100)
    const message = 'the broker mqtt://u:***@broker:1883 cannot be reached (nobody listens there): nobody can be asked'
    expect(await asked).toEqual({ ok: false, error: { code: 'offline', message } })
  })
})

describe('a request to another neuron', () => {
  it('comes back with its answer', async () => {
    const { timers, peers, sent, deliver } = await watched()
    const asked = peers.ask('pi-b', 'params/set', { synapses: [] })
    await timers.pass(400)
    const [{ topic, content }] = sent as [(typeof sent)[0]]
    expect([topic, content]).toEqual(['neuron/v1/pi-b/params/set', { synapses: [], id: content.id }])
    deliver('pi-b/reply', {
      ok: false,
      id: content.id,
      from: 'pi-b',
      error: { code: 'synapse', message: 'no', path: 'x' },
    })
    expect(await asked).toEqual({ ok: false, error: { code: 'synapse', message: 'no', path: 'x' } })
  })

  it('opens the connection by itself, and lets it go', async () => {
    const { timers, peers, fake, sent, deliver } = peersOnFakeBroker()
    const asked = peers.ask('pi-b', 'cmd/identify', {})
    await timers.pass(50)
    deliver('pi-b/status', 'online', true)
    await timers.pass(400)
    deliver('pi-b/reply', { ok: true, id: sent[0]!.content.id, result: {} })
    expect(await asked).toEqual({ ok: true, result: {} })
    await timers.pass(6000)
    expect([fake.opened, fake.closed]).toEqual([1, 1])
  })

  it('that nobody knows is sent to nobody', async () => {
    const { timers, peers, sent } = await watched()
    for (const id of ['pi-z', '+', '#', 'pi-b/cmd', '../pi-b', '']) {
      const asked = peers.ask(id, 'cmd/reset', {})
      await timers.pass(400)
      expect(await asked).toMatchObject({ ok: false, error: { code: 'unknown' } })
    }
    expect(sent).toEqual([])
  })

  it('that the broker refuses says so, and who was refused', async () => {
    const { timers, peers, fake } = await watched({ ...OPTIONS, username: 'pi-a' })
    fake.refusal = () => 'Publish error: Not authorized'
    const asked = peers.ask('pi-b', 'cmd/reset', {})
    await timers.pass(400)
    const reply = await asked
    expect(reply).toMatchObject({ ok: false, error: { code: 'denied' } })
    expect(JSON.stringify(reply)).toContain(
      'does not let the user pi-a order pi-b about (Publish error: Not authorized)',
    )
  })

  it('without an answer is given up', async () => {
    const { timers, peers } = await watched()
    const asked = peers.ask('pi-b', 'cmd/reset', {})
    await timers.pass(3500)
    expect(await asked).toMatchObject({ ok: false, error: { code: 'silent' } })
  })

  it('to all tells who answered what, and who did not', async () => {
    const { timers, peers, sent, deliver } = await watched()
    deliver('pi-c/status', 'offline', true)
    const asked = peers.askAll('cmd/run', { on: false })
    await timers.pass(400)
    expect(sent[0]).toMatchObject({ topic: 'neuron/v1/all/cmd/run', content: { on: false } })
    deliver('pi-a/reply', { ok: true, id: sent[0]!.content.id, result: {} })
    await timers.pass(3000)
    expect(await asked).toEqual({
      ok: true,
      result: { answers: { 'pi-a': { ok: true, result: {} } }, silent: ['pi-b'] },
    })
  })

  it('does not outlive the daemon', async () => {
    const { timers, peers, fake } = await watched()
    const asked = peers.ask('pi-b', 'cmd/reset', {})
    await timers.pass(400)
    await peers.close()
    expect(await asked).toMatchObject({ ok: false })
    peers.watch()
    expect([fake.opened, fake.closed]).toEqual([1, 1])
  })
})
