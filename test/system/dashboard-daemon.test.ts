import mqtt from 'mqtt'
import type { Browser } from 'playwright-core'
import { afterEach, expect, it } from 'vitest'
import { neuronFrom } from '../../src/neuron/params.ts'
import { simulate } from '../../src/neuron/simulate.ts'
import { rateHz } from '../../src/neuron/theory.ts'
import { closeAfterTest, closeAll } from '../mqtt/link-on-real-broker.ts'
import { misfits, openBrowser, openPage } from '../web/browser.ts'
import {
  measuredError,
  numberIn,
  recordWhile,
  setLevel,
  setParam,
  throughStimulus,
  until,
} from '../web/page-interactions.ts'
import { endAll } from './processes.ts'
import { needs } from './programs.ts'
import { readLedger, startDaemon } from './whole.ts'

const EXACT = { timing: 'event', method: 'exact', dtMs: 0.1, comparator: 'ge' } as const

let browser: Browser | undefined

afterEach(async () => {
  await browser?.close()
  browser = undefined
  endAll()
  await closeAll()
})

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

    await setLevel(page, 0.8)
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
      await throughStimulus(page, () => page.click('#stimulate'))
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

  it('plays a file of currents into the neuron with exact times, and says in which line a bad one is wrong', async () => {
    const { page: url } = await startDaemon()
    browser = await openBrowser()
    const { page, errors } = await openPage(browser, url)
    await setParam(page, 'tauMs', 20)
    await page.click('#panel-tab-stimulus')
    await page.selectOption('#shape', 'samples')
    const choose = (name: string, rows: readonly (readonly number[])[]) => {
      const text = ['t_ms,i_na', ...rows.map(row => row.join(','))].join('\n')
      return page.setInputFiles('#stim-file', { name, mimeType: 'text/csv', buffer: Buffer.from(text) })
    }
    await choose('bad.csv', [
      [0, 1],
      [5, 2],
      [5, 3],
    ])
    const refusal = page.locator('.panel .refusal')
    await refusal.waitFor()
    expect(await refusal.textContent()).toContain('bad.csv: line 4: t_ms is 5, the same as in the row above it')
    expect(await page.isDisabled('#stimulate')).toBe(true)

    // Silence first: whatever the knob did before, the membrane is at rest when the spikes begin.
    const rows = [
      [0, 0],
      [600, 2.5],
      [702.3, 0],
      [750.7, 4],
      [780.1, 1.7],
      [1100, 0],
      [1200, 0],
    ]
    await choose('good.csv', rows)
    await until(async () => (await page.textContent('#file-said')) === 'good.csv: 7 rows, 1.3 s, 0 to 4 nA', 'the file')
    expect(await page.isChecked('#stim-replace')).toBe(true)
    const { spikes, rows: trace } = await recordWhile(page, 'file', async () => {
      await page.click('#panel-tab-stimulus')
      await throughStimulus(page, () => page.click('#stimulate'))
    })

    const input = { tMs: rows.map(([t]) => t!), iNa: rows.map(([, iNa]) => iNa!) }
    const neuron = neuronFrom({ tauMs: 20 })
    const theory = [...simulate({ ...EXACT, neuron, input, durationMs: 1300 }).spikesMs]
    // The current tells when it began: at 2.5 nA the file is 600 ms old.
    const beganUs = trace.find(([, , iNa]) => iNa === 2.5)![0]! - 600_000
    const played = spikes.filter(({ tUs }) => tUs > beganUs + 500_000 && tUs < beganUs + 1_300_000)
    expect(played.length).toBe(theory.length)
    expect(theory.length).toBeGreaterThan(8)
    const offsetsMs = played.map(({ tUs }, k) => (tUs - played[0]!.tUs) / 1000 - (theory[k]! - theory[0]!))
    for (const offsetMs of offsetsMs) expect(Math.abs(offsetMs)).toBeLessThan(0.01)

    await page.click('#panel-tab-record')
    await throughStimulus(page, async () => {
      await page.getByRole('button', { name: 'Replay the knob' }).click()
      await page.getByRole('button', { name: 'Stop the replay' }).click()
    })
    expect(errors).toEqual([])
  }, 300_000)

  it('takes the samples of a stimulus over MQTT too', async () => {
    const { broker } = await startDaemon()
    const client = await mqtt.connectAsync(broker)
    closeAfterTest({ close: () => client.endAsync(true) })
    const replies: { readonly id: string; readonly ok: boolean; readonly error?: { readonly message: string } }[] = []
    client.on('message', (_, payload) => replies.push(JSON.parse(payload.toString())))
    await client.subscribeAsync('neuron/v1/pi-a/reply')
    const ask = async (id: string, valuesNa: readonly number[]) => {
      await client.publishAsync('neuron/v1/pi-a/cmd/stim', JSON.stringify({ id, shape: 'samples', valuesNa }))
      await until(() => replies.some(reply => reply.id === id), `the answer to ${id}`)
      return replies.find(reply => reply.id === id)!
    }
    expect(await ask('a', [0, 1, 2])).toMatchObject({ ok: true })
    expect((await ask('b', [0, 1e6])).error!.message).toContain('valuesNa has 1000000 at index 1')
    expect((await ask('c', new Array(20_001).fill(1))).error!.message).toContain('must have 20000 at the most')
  })
})
