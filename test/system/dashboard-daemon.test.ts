import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterEach, expect, it } from 'vitest'
import { type ReceivedSpike, receive } from '../../src/mqtt/client.ts'
import { neuronFrom } from '../../src/neuron/params.ts'
import { rateHz } from '../../src/neuron/theory.ts'
import { closeAll, keep } from '../mqtt/live-bench.ts'
import { startMosquitto } from '../mqtt/mosquitto.ts'
import { misfits, openBrowser, openPage } from '../web/browser.ts'
import { download, measuredError, numberIn, setLevel, setParam, until } from '../web/hands.ts'
import { endAll, neurond } from './processes.ts'
import { isOnPath, needs } from './programs.ts'

let browser: Browser | undefined

afterEach(async () => {
  await browser?.close()
  browser = undefined
  endAll()
  await closeAll()
})

/** A daemon as a user starts it, on a broker of its own: Mosquitto where it is installed, else the built-in one. */
async function startDaemon() {
  const port = isOnPath('mosquitto') ? keep(await startMosquitto()).port : undefined
  const broker = port === undefined ? 'mqtt.broker.port=0' : `mqtt.url=mqtt://127.0.0.1:${port}`
  const daemon = neurond('--set', 'id=pi-a', '--set', 'web.port=0', '--set', broker)
  const told = (words: RegExp) => words.exec(daemon.printed())?.[1]
  await until(() => /dashboard: http/.test(daemon.printed()) && /connected to mqtt/.test(daemon.printed()), 'the start')
  return { page: told(/dashboard: (\S+)/)!, broker: told(/spikes for others.*\((mqtt:\S+)\)/)!, daemon }
}

/** What the ledger on the broker holds, by number. */
async function readLedger(url: string): Promise<ReadonlyMap<number, ReceivedSpike>> {
  const client = await mqtt.connectAsync(url)
  const ledger = new Map<number, ReceivedSpike>()
  const receiver = receive(client, { neuron: 'pi-a', onSpike: spike => ledger.set(spike.seq, spike) })
  keep({
    async close() {
      receiver.close()
      await client.endAsync(true)
    },
  })
  return ledger
}

async function recordWhile(page: Page, name: string, act: () => Promise<void>) {
  await page.click('#panel-tab-record')
  await page.fill('#recording-name', name)
  await page.click('#start-recording')
  await act()
  await page.click('#panel-tab-record')
  await page.click('#stop-recording')
  const csv = await download(page, 'Spikes (CSV)')
  const trace = await download(page, 'V and I (CSV)')
  const lines = await download(page, 'All (JSON lines)')
  expect([csv.name, trace.name, lines.name]).toEqual([`${name}-spikes.csv`, `${name}-trace.csv`, `${name}-all.jsonl`])
  const cells = (text: string) =>
    text
      .trim()
      .split('\n')
      .slice(1)
      .map(line => line.split(','))
  return {
    spikes: cells(csv.text).map(([boot, seq, tUs]) => ({ boot, seq: Number(seq), tUs: Number(tUs) })),
    rows: cells(trace.text).map(row => row.map(Number)),
    lines: lines.text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line)),
  }
}

needs('chromium')('the dashboard of a running daemon', () => {
  it('shows, controls and records the neuron, and the file holds what the ledger on the broker holds', async () => {
    const { page: url, broker } = await startDaemon()
    const ledger = await readLedger(broker)
    browser = await openBrowser()
    const { page, errors } = await openPage(browser, url)

    const before = await numberIn(page, '#readout-voltage')
    await until(async () => (await numberIn(page, '#readout-voltage')) !== before, 'V moves')

    await setLevel(page, 0.2)
    await until(async () => (await numberIn(page, '#readout-current')) === 0.6, '0.6 nA')
    await until(async () => (await page.textContent('#fi-said'))!.startsWith('Silent at 0.60 nA'), 'silence below')
    const silent = await numberIn(page, '#readout-count')

    await page.fill('#level', '0.8')
    await until(async () => (await numberIn(page, '#readout-count')) > silent + 4, 'spikes over the rheobase')
    expect(Math.abs(await measuredError(page, 5))).toBeLessThan(3)

    await setParam(page, 'tauMs', 30)
    const theoryHz = rateHz(neuronFrom({ tauMs: 30 }), 2.4)
    await until(async () => Math.abs((await numberIn(page, '#readout-rate')) / theoryHz - 1) < 0.03, 'the new rate')
    expect(Math.abs(await measuredError(page, 10))).toBeLessThan(3)
    expect(await misfits(page)).toEqual([])

    const { spikes, rows, lines } = await recordWhile(page, 'pulse', async () => {
      await page.click('#panel-tab-stimulus')
      await page.fill('#stim-iNa', '3')
      await page.press('#stim-iNa', 'Tab')
      const count = await numberIn(page, '#readout-count')
      await page.click('#stimulate')
      await until(async () => (await page.textContent('.who'))!.includes('a stimulus is running'), 'the pulse')
      await until(async () => !(await page.textContent('.who'))!.includes('a stimulus is running'), 'its end')
      await until(async () => (await numberIn(page, '#readout-count')) > count + 20, 'spikes of it')
    })

    // The pulse of 3 nA came on top of the 2.4 nA of the slider.
    const currents = new Set(rows.map(([, , iNa]) => iNa))
    expect(currents).toEqual(new Set([2.4, 5.4]))
    expect(rows.every(([tUs], k) => k === 0 || tUs! > rows[k - 1]![0]!)).toBe(true)

    const [first, last] = [spikes[0]!.seq, spikes.at(-1)!.seq]
    expect(spikes.length).toBeGreaterThan(20)
    await until(() => ledger.has(last), 'the ledger')
    const held = [...ledger.values()].filter(({ seq }) => seq >= first && seq <= last)
    expect(spikes.map(({ seq }) => seq)).toEqual(held.map(({ seq }) => seq).sort((a, b) => a - b))
    for (const { boot, seq, tUs } of spikes) expect([boot, tUs]).toEqual([ledger.get(seq)!.boot, ledger.get(seq)!.tUs])

    const ofType = (type: string) => lines.filter(line => line.type === type)
    expect(lines[0]).toMatchObject({ type: 'recording', name: 'pulse', neuron: 'pi-a', missingSpikes: 0 })
    expect(ofType('spike').map(({ seq, tUs }) => ({ boot: spikes[0]!.boot, seq, tUs }))).toEqual(spikes)
    expect(ofType('params')[0].params).toMatchObject({ tauMs: 30, minNa: 0, maxNa: 3 })
    expect(ofType('sample').length).toBe(rows.length)
    expect(errors).toEqual([])
  }, 300_000)
})
