import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { closeAll, oneTo, type Subscriber, subscribe } from '../mqtt/link-on-real-broker.ts'
import { until } from '../mqtt/mosquitto.ts'
import { endAll, FREE_PORTS, MAIN, type Running, start } from './processes.ts'

const BOOM = new URL('./kernel/guest/boom.cjs', import.meta.url).pathname

const PATIENCE = { timeout: 30_000, interval: 50 }

afterEach(async () => {
  endAll()
  await closeAll()
})

/** A daemon whose neuron thread crashes while the file exists, and its dashboard's address. */
async function fragile() {
  const file = join(mkdtempSync(join(tmpdir(), 'neurond-')), 'boom')
  const settings = ['id=pi-a', 'preset=bio', 'input.shape=constant', 'input.level=0.9'].flatMap(one => ['--set', one])
  const daemon = start(process.execPath, ['--require', BOOM, MAIN, ...FREE_PORTS, ...settings], { BOOM_FILE: file })
  await daemon.says('dashboard: http://')
  const url = /dashboard: (http:\S+)/.exec(daemon.printed())?.[1] as string
  const port = Number(/broker: mqtt:\/\/127\.0\.0\.1:(\d+)/.exec(daemon.printed())?.[1])
  return { daemon, url, file, subscriber: await subscribe(port, 4) }
}

async function answer(url: string, method = 'GET', body?: object) {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  return { status: response.status, json: JSON.parse(await response.text()) }
}

const eventsOf = ({ texts }: Subscriber, type: string) =>
  texts('events')
    .map(text => JSON.parse(text))
    .filter(event => event.type === type)

const isReady = (url: string, status: number) => async () => (await answer(`${url}/readyz`)).status === status

async function leave(daemon: Running): Promise<number> {
  daemon.process.kill('SIGTERM')
  expect(await daemon.exit).toBe(0)
  return Number(/stopped after (\d+) spikes/.exec(daemon.printed())?.[1])
}

describe('a neuron thread that crashes', () => {
  it('comes back as it was changed to be, is said to be dead meanwhile, and no number is given twice or left out', async () => {
    const { daemon, url, file, subscriber } = await fragile()
    await until(isReady(url, 200), 'the neuron to be ready')
    await answer(`${url}/api/params`, 'PATCH', { tauMs: 25 })
    await answer(`${url}/api/cmd/mute`, 'POST', {})
    writeFileSync(file, '')
    await expect
      .poll(() => answer(`${url}/readyz`), PATIENCE)
      .toMatchObject({
        status: 503,
        json: { ok: false, state: 'dead', why: [expect.stringContaining('boom in the neuron thread')] },
      })
    await expect.poll(() => answer(`${url}/healthz`), PATIENCE).toMatchObject({ status: 503 })
    rmSync(file)
    await until(isReady(url, 200), 'the neuron to be back')
    expect((await answer(`${url}/api/params`)).json).toMatchObject({ tauMs: 25 })
    expect((await answer(`${url}/api/state`)).json).toMatchObject({ muted: true })
    await until(() => eventsOf(subscriber, 'neuronBack').length > 0, 'the event')
    const [lost] = eventsOf(subscriber, 'neuronLost')
    const back = eventsOf(subscriber, 'neuronBack').at(-1)
    expect(lost.cause).toBe('boom in the neuron thread')
    expect(back.gapMs).toBeGreaterThan(100)
    expect(back.seq).toBeGreaterThanOrEqual(lost.seq)
    const { count } = (await answer(`${url}/api/state`)).json
    await until(async () => (await answer(`${url}/api/state`)).json.count > count + 20, '20 spikes more')
    const last = await leave(daemon)
    await until(() => subscriber.ledgerSeqs().at(-1) === last, 'the last spike')
    const seqs = subscriber.ledgerSeqs()
    expect(seqs).toEqual(oneTo(last).slice(seqs[0]! - 1))
    const states = () => eventsOf(subscriber, 'health').map(({ state }) => state)
    await until(() => states().includes('dead'), 'the event of the fault')
    await until(() => eventsOf(subscriber, 'health').at(-1)?.state === 'ready', 'the event of the recovery')
  })

  it('that ends as soon as it begins is tried less and less often, and the program still stops at once', async () => {
    const { daemon, file } = await fragile()
    writeFileSync(file, '')
    await daemon.says('starts anew in 0.1 s')
    await daemon.says('starts anew in 1 s')
    await daemon.says('starts anew in 5 s')
    await leave(daemon)
  })

  it('when it hangs is ended by force and comes back', async () => {
    const { daemon, url, file } = await fragile()
    // In one step: an empty file would have it crash.
    writeFileSync(`${file}.new`, 'hang')
    renameSync(`${file}.new`, file)
    const hung = { status: 503, json: { why: ['the neuron has not ticked for a second'] } }
    await expect.poll(() => answer(`${url}/readyz`), PATIENCE).toMatchObject(hung)
    await until(() => daemon.printed().includes('hung for 20 s'), 'its end', 60)
    rmSync(file)
    await until(isReady(url, 200), 'the neuron to be back')
    await leave(daemon)
  })
})
