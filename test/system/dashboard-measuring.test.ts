import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { rateHz } from '../../src/neuron/theory.ts'
import { misfits, violations } from '../web/browser.ts'
import { dashboardInBrowser } from '../web/dashboard-browser.ts'
import { csvRows, download, typeCurrent, until } from '../web/page-interactions.ts'
import { needs } from './programs.ts'

needs('chromium')('measuring on the dashboard', () => {
  const served = dashboardInBrowser()
  const { withPage } = served
  /** To a millionth of a nA. */
  const currentNa = () => Number(served.neuron.sources.state().iNa.toFixed(6))

  /** The cells of one line of readings: A, B or their difference. */
  const readings = (page: Page, line: 1 | 2 | 3) =>
    page.locator(`#cursor-said div:nth-child(${line}) dd`).allTextContents()

  async function pulse(page: Page, iNa: number, ms: number): Promise<void> {
    await page.click('#panel-tab-stimulus')
    await page.fill('#stim-iNa', String(iNa))
    await page.fill('#stim-ms', String(ms))
    await page.check('#stim-replace')
    await page.click('#stimulate')
    await until(async () => (await page.getAttribute('#freeze', 'aria-pressed')) === 'true', 'the sweep begins')
    await until(() => !served.neuron.sources.state().stimulated, 'the stimulus is over')
  }

  it('a typed current takes over with three decimals, the arrow keys hit 1.55 nA, and what the knob cannot give is refused', () =>
    withPage(async page => {
      await typeCurrent(page, '1.503')
      await until(() => currentNa() === 1.503, '1.503 nA')
      await until(async () => (await page.textContent('#readout-current')) === '1.503', 'the figure')
      const obeyed = page.waitForResponse(/take/)
      await typeCurrent(page, '1.5 nA')
      await obeyed
      await page.focus('#level')
      // The keys count from what was typed, before any state of the neuron has told it.
      for (let k = 0; k < 5; k++) await page.keyboard.press('ArrowRight')
      await until(() => currentNa() === 1.55, '1.55 nA by five steps')
      await typeCurrent(page, '5')
      await page.locator('.knob .refusal', { hasText: 'Current is 5 nA, must be a number from 0 to 3 nA' }).waitFor()
      expect(currentNa()).toBe(1.55)
    }))

  it('tau is read off a single sweep by 63 %, with the keyboard', () =>
    withPage(async page => {
      await typeCurrent(page, '0')
      await page.waitForTimeout(1000)
      await pulse(page, 1.4, 700)
      await page.locator('#sweep-said', { hasText: '0 spikes in 700 ms: 0.00 Hz' }).waitFor()
      await page.keyboard.press('x')
      const [a, b] = [page.getByRole('slider', { name: 'Cursor A' }), page.getByRole('slider', { name: 'Cursor B' })]
      const stepTo = async (cursor: typeof a, isThere: () => Promise<boolean>) => {
        await cursor.press('Home')
        for (let k = 0; k < 60 && !(await isThere()); k++) await cursor.press('PageUp')
        for (let k = 0; k < 40 && (await isThere()); k++) await cursor.press('ArrowLeft')
      }
      const number = (text = '') => Number(text.replace('−', '-').replace(/[^\d.-]/g, ''))
      const timeMs = async (line: 1 | 2 | 3) => number((await readings(page, line))[0])
      await stepTo(a, async () => (await timeMs(1)) >= 0)
      await stepTo(b, async () => number((await readings(page, 3))[1]) >= 14 * (1 - 1 / Math.E))
      expect(Math.abs((await timeMs(3)) - 100)).toBeLessThan(3)
      expect(await violations(page)).toEqual([])
      expect(await misfits(page)).toEqual([])
      // The cursor goes where the mouse drags it.
      const box = (await b.boundingBox())!
      await page.mouse.move(box.x + 12, box.y + 60)
      await page.mouse.down()
      await page.mouse.move(box.x + 112, box.y + 60)
      await page.mouse.up()
      await until(async () => (await timeMs(3)) > 150, 'the cursor has followed the mouse')
    }))

  it('a pulse stays on the scope with its spikes, and from spike to spike the rate is that of theory', () =>
    withPage(async page => {
      await typeCurrent(page, '0')
      await page.waitForTimeout(1000)
      await pulse(page, 3, 500)
      await until(
        async () => ((await page.textContent('#sweep-said')) ?? '').includes('6 spikes in 500 ms'),
        'six spikes',
      )
      const said = (await page.textContent('#sweep-said'))!
      expect(said).toContain('12.00 Hz')
      const timesMs = [...said.split(' at ')[1]!.matchAll(/[\d.]+/g)].map(([text]) => Number(text))
      // The first after tau ln 2, then whole intervals.
      expect(timesMs).toEqual([0, 1, 2, 3, 4, 5].map(k => expect.closeTo(100 * Math.LN2 + 84.73 * k, 0)))
      await page.click('#cursors')
      await page.getByRole('slider', { name: 'Cursor A' }).press('Home')
      await page.getByRole('slider', { name: 'Cursor A' }).press('ArrowUp')
      await page.getByRole('slider', { name: 'Cursor B' }).press('End')
      await page.getByRole('slider', { name: 'Cursor B' }).press('ArrowDown')
      await until(async () => (await readings(page, 3))[2] === '5 spikes: 11.80 Hz', 'five whole intervals')
    }))

  it('a sweep measures the curve, gives the current back, can be cancelled, and outlives a reload with theory hidden', () =>
    withPage(async page => {
      const { params } = served.neuron.sources.params()
      await typeCurrent(page, '0.25')
      await page.uncheck('#theory')
      await page.click('#panel-tab-measure')
      const sweep = async (fields: Readonly<Record<string, string>>) => {
        for (const [name, text] of Object.entries(fields)) await page.fill(`#sweep-${name}`, text)
        await page.click('#start-sweep')
      }
      await sweep({ from: '1', to: '3', count: 'x' })
      await page.locator('#panel-panel .refusal', { hasText: 'must be a whole number from 1 to 60' }).waitFor()
      await sweep({ from: '1,0', to: '3', count: '3' })
      await page.locator('#sweep-progress', { hasText: 'of 3' }).waitFor()
      await until(async () => (await page.locator('#sweep-progress').count()) === 0, 'the end of the sweep')
      await until(() => currentNa() === 0.25, 'the current of before')
      const measured = async () => {
        const rows = csvRows((await download(page, 'CSV')).text)
        expect(rows[0]).not.toHaveProperty('theory_hz')
        return rows.filter(({ kind }) => kind === 'sweep').map(({ i_na, rate_hz }) => [Number(i_na), Number(rate_hz)])
      }
      const expected = [1, 2, 3].map(iNa => [iNa, expect.closeTo(rateHz(params, iNa), 3)])
      expect(await measured()).toEqual(expected)

      await sweep({ count: '20' })
      await page.locator('#sweep-progress').waitFor()
      await page.click('#cancel-sweep')
      await until(() => currentNa() === 0.25, 'the current of before')
      await page.waitForTimeout(500)
      await page.reload()
      await page.locator('#readout-voltage').filter({ hasText: /\d/ }).waitFor()
      expect(await page.isChecked('#theory')).toBe(false)
      await until(async () => (await measured()).length >= 3, 'the points of before')

      const downloading = page.waitForEvent('download')
      await page.click('#fi-png')
      const png = readFileSync(await (await downloading).path())
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2560, 1920])
    }))

  it('a recording outlives a reload, in the format of a German spreadsheet; one that still runs is asked for', () =>
    withPage(
      async page => {
        await page.click('#panel-tab-record')
        await page.fill('#recording-name', 'kept')
        await page.click('#start-recording')
        await typeCurrent(page, '3')
        await page.locator('.panel', { hasText: /Aufnahme: [3-9] Spikes/ }).waitFor()
        const asked = new Promise<string>(resolve =>
          page.once('dialog', async dialog => {
            resolve(dialog.type())
            await dialog.dismiss()
          }),
        )
        await page.close({ runBeforeUnload: true })
        expect(await asked).toBe('beforeunload')
        await page.click('#stop-recording')
        await page.waitForTimeout(500)
        await page.reload()
        await page.click('#panel-tab-record')
        await page.locator('.recordings', { hasText: 'kept' }).waitFor()
        const { text } = await download(page, 'Spikes (CSV)')
        expect(text).toContain('# tauMs 100 ms')
        const [first] = csvRows(text, ';')
        expect(first!.t_ms).toMatch(/^\d+,\d{4}$/)
        await page.selectOption('#csv-format', 'comma-point')
        await page.reload()
        await page.click('#panel-tab-record')
        expect(csvRows((await download(page, 'V und I (CSV)')).text)[0]!.v_mv).toMatch(/^-\d+\.\d+$/)
        await page.getByRole('button', { name: 'Entfernen' }).click()
        await page.getByText('Noch nichts aufgenommen').waitFor()
      },
      { locale: 'de-DE' },
    ))

  it('steps that were typed flow one after the other, and a wrong line is named', () =>
    withPage(async page => {
      await page.click('#panel-tab-stimulus')
      await page.selectOption('#shape', 'steps')
      await page.fill('#stim-steps', '0 0,8\n300 2.4\n300 1\n600 0')
      await page.click('#stimulate')
      await page
        .locator('.panel .refusal', { hasText: 'line 3: the time is 300 ms, must be later than 300 ms' })
        .waitFor()
      await page.fill('#stim-steps', '0 0,8\n3000 2.4\n100000 0')
      await page.click('#stimulate')
      await until(() => currentNa() === 0.8, 'the first step')
      await until(() => currentNa() === 2.4, 'the second')
      await page.click('#stop-stimulus')
    }))
})
