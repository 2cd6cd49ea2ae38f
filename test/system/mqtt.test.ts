import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { closeAfterTest, closeAll, isOnline, linkOnRealBroker, oneTo, subscribe } from '../mqtt/link-on-real-broker.ts'
import { layCable, startMosquitto, until } from '../mqtt/mosquitto.ts'
import { needs } from './programs.ts'

afterEach(closeAll)

/** Far less than a link would wait for a broker, and far more than a slow machine takes to close it. */
const PATIENCE_MS = 10_000

needs('mosquitto')('with mosquitto', () => {
  it('speaks MQTT 5; a late subscriber finds what is retained; the ledger is complete; the end is announced', async () => {
    const { port } = closeAfterTest(await startMosquitto())
    const { link, logged, spikesTo } = linkOnRealBroker(`mqtt://127.0.0.1:${port}`)
    await until(isOnline(link), 'the link')
    expect(logged).toEqual([`connected to mqtt://127.0.0.1:${port} (MQTT 5)`])

    const late = await subscribe(port)
    await until(() => late.got.length >= 6, 'what is retained')
    expect(late.got.map(({ topic, retain }) => [topic.split('/').at(-1), retain]).sort()).toEqual(
      ['info', 'lesson', 'params', 'state', 'status', 'timing'].map(name => [name, true]),
    )
    spikesTo(200)
    await until(() => late.ledgerSeqs().length === 200, 'the ledger')
    expect(late.ledgerSeqs()).toEqual(oneTo(200))
    expect(late.texts('spike')).toHaveLength(200)

    spikesTo(210)
    await link.close()
    await until(() => late.texts('status').at(-1) === 'offline', 'the farewell')
    expect(late.ledgerSeqs()).toEqual(oneTo(210))
  })

  it('says offline by its will when it is cut off, and online again when it is back', async () => {
    const { port } = closeAfterTest(await startMosquitto())
    const cable = await layCable(port)
    const { link } = linkOnRealBroker(cable.url)
    const { texts } = await subscribe(port)
    await until(() => texts('status').at(-1) === 'online', 'online')
    cable.pull()
    await until(() => texts('status').at(-1) === 'offline', 'the will')
    await cable.plugIn()
    await until(() => texts('status').at(-1) === 'online', 'online again')
    expect(link.status().reconnects).toBe(1)
    await link.close()
    cable.pull()
  })

  it('does not say offline for a short interruption, where the will may wait', async () => {
    const { port } = closeAfterTest(await startMosquitto())
    const cable = await layCable(port)
    const { link } = linkOnRealBroker(cable.url, { willDelayS: 60 })
    const { texts } = await subscribe(port)
    await until(() => texts('status').length === 1, 'online')
    cable.pull()
    await cable.plugIn()
    await until(() => link.status().reconnects === 1, 'the link again')
    await until(() => texts('status').length === 2, 'status again')
    expect(texts('status')).toEqual(['online', 'online'])
    await link.close()
    cable.pull()
  })

  it('loses no spike when the broker is frozen, killed and started again', async () => {
    const broker = closeAfterTest(await startMosquitto())
    const cable = await layCable(broker.port)
    const { link, spikesTo } = linkOnRealBroker(cable.url)
    await until(isOnline(link), 'the link')
    const before = await subscribe(broker.port)
    spikesTo(20)
    await until(() => before.ledgerSeqs().length === 20, 'the first spikes')

    broker.kill('SIGSTOP')
    spikesTo(50)
    await until(() => link.status().waitingBatches > 0, 'a batch under way')
    await new Promise(resolve => setTimeout(resolve, 100))
    cable.pull()
    broker.kill('SIGKILL')
    await until(() => link.status().state === 'offline', 'the fault')
    spikesTo(300)
    await broker.start()
    const after = await subscribe(broker.port)
    await cable.plugIn()
    await until(() => after.ledgerSeqs().length === 280, 'all other spikes')
    expect([...before.ledgerSeqs(), ...after.ledgerSeqs()]).toEqual(oneTo(300))
    expect(JSON.parse(after.texts('spikes')[0]!)).not.toHaveProperty('gap')
    await link.close()
    cable.pull()
  })

  it('notices a frozen broker, and until then keeps no more than its window under way', async () => {
    const broker = closeAfterTest(await startMosquitto())
    const { link, logged, spikesTo } = linkOnRealBroker(`mqtt://127.0.0.1:${broker.port}`, { keepaliveS: 1 })
    await until(isOnline(link), 'the link')
    broker.kill('SIGSTOP')
    const sentBefore = link.status().sent
    let live = 0
    while (link.status().state === 'online') {
      live += 10
      spikesTo(live)
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    expect(logged.slice(1)).toEqual([expect.stringMatching(/the broker has stopped answering/)])
    expect(link.status().dropped).toBe(0)
    // 12 batches of the ledger and some reports, whereas 30 batches have come together.
    expect(link.status().sent - sentBefore - live).toBeLessThan(20)
    const started = performance.now()
    await link.close()
    expect(performance.now() - started).toBeLessThan(PATIENCE_MS)
  })

  it('is told that its password is wrong, and comes in as soon as the file is right', async () => {
    const { port } = closeAfterTest(await startMosquitto({ 'pi-a': 'right' }))
    const folder = mkdtempSync(join(tmpdir(), 'neurond-mqtt-'))
    closeAfterTest({ close: async () => rmSync(folder, { recursive: true }) })
    const passwordFile = join(folder, 'mqtt.pw')
    writeFileSync(passwordFile, 'wrong\n')
    const { link, logged } = linkOnRealBroker(`mqtt://127.0.0.1:${port}`, { username: 'pi-a', passwordFile })
    await until(() => link.status().state === 'offline', 'the refusal')
    expect(link.status().reason).toMatch(/check mqtt.username and mqtt.passwordFile/)
    writeFileSync(passwordFile, 'right\n')
    await until(isOnline(link), 'the link')
    expect(logged).toHaveLength(2)
    expect(logged.join()).not.toMatch(/wrong|right/)
  })
})
