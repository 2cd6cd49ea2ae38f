import { describe, expect, it } from 'vitest'
import { openWallViewers } from '../../../src/web/live/wall-viewers.ts'
import { decodeWallFrame } from '../../../src/web/wire-format.ts'
import { openFakeSocket, viewerAccess } from '../fake-socket.ts'
import { wallFixture } from '../wall-fixture.ts'

describe('a viewer of the wall', () => {
  const news = (sent: readonly (string | Uint8Array)[]) =>
    sent.flatMap(one => (typeof one === 'string' ? [JSON.parse(one)] : [])).filter(({ type }) => type === 'peers')
  const spikesIn = (sent: readonly (string | Uint8Array)[]) =>
    sent.flatMap(one => (typeof one === 'string' ? [] : [decodeWallFrame(one.slice().buffer).length / 2]))

  it('is told of all neurons at first, then of what changes', async () => {
    const { timers, peers, sources, context } = wallFixture()
    const { socket, sent } = openFakeSocket()
    openWallViewers(sources, context).add(socket, viewerAccess(true))
    await timers.pass(200)
    peers.set('pi-b', { life: 'gone' })
    await timers.pass(400)
    const ids = news(sent).map(({ all, peers }) => [all, peers.map(({ id }: { id: string }) => id)])
    expect(ids).toEqual([
      [true, ['pi-a', 'pi-b']],
      [false, ['pi-b']],
      [false, []],
    ])
    peers.set('pi-b', undefined)
    await timers.pass(200)
    expect(news(sent).at(-1)).toMatchObject({ all: true, peers: [{ id: 'pi-a' }] })
  })

  it('gets the spikes of all, 25 times a second at most', async () => {
    const { timers, peers, sources, context } = wallFixture(Array.from({ length: 30 }, (_, k) => `pi-${k}`))
    const { socket, sent } = openFakeSocket()
    openWallViewers(sources, context).add(socket, viewerAccess(true))
    let spikes = 0
    peers.sources.onSpike(() => spikes++)
    await timers.pass(10_000)
    expect(spikes).toBeGreaterThan(5000)
    expect(spikesIn(sent).length).toBeLessThanOrEqual(250)
    expect(spikesIn(sent).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(0.9 * spikes)
  })

  it('that is slow gets fewer frames, and the whole when it is back', async () => {
    const { timers, sources, context } = wallFixture()
    const viewers = openWallViewers(sources, context)
    const [slow, quick] = [openFakeSocket(), openFakeSocket()]
    for (const { socket } of [slow, quick]) viewers.add(socket, viewerAccess(true))
    await timers.pass(400)
    slow.socket.bufferedAmount = 1e6
    const before = slow.sent.length
    await timers.pass(4000)
    expect([slow.sent.length, viewers.slowCount()]).toEqual([before, 1])
    expect(quick.sent.length).toBeGreaterThan(before + 20)
    slow.socket.bufferedAmount = 0
    await timers.pass(240)
    expect(news(slow.sent.slice(before)).at(-1)).toMatchObject({ all: true })
    slow.socket.bufferedAmount = 1e6
    await timers.pass(31_000)
    expect([slow.socket.ended, quick.socket.ended]).toEqual([true, false])
  })

  it('costs the broker nothing once nobody looks', async () => {
    const { timers, peers, sources, context } = wallFixture()
    const viewers = openWallViewers(sources, context)
    await timers.pass(1000)
    expect(peers.watchers()).toBe(0)
    const viewer = viewers.add(openFakeSocket().socket, viewerAccess(true))
    expect(peers.watchers()).toBe(1)
    viewer?.watch(false)
    await timers.pass(100)
    expect(peers.watchers()).toBe(0)
    viewer?.watch(true)
    await timers.pass(100)
    expect(peers.watchers()).toBe(1)
    viewer?.leave()
    expect(peers.watchers()).toBe(0)
  })
})
