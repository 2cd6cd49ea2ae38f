import { describe, expect, it } from 'vitest'
import { rateHz } from '../../src/neuron/theory.ts'
import { lineAlong, misfits, openPage, violations } from '../web/browser.ts'
import { dashboardInBrowser } from '../web/dashboard-browser.ts'
import { ask } from '../web/http-client.ts'
import { csvRows, download, measuredError, numberIn, setLevel, setParam, until } from '../web/page-interactions.ts'
import { openViewerSockets } from '../web/websocket-viewers.ts'
import { needs } from './programs.ts'

needs('chromium')('the dashboard in a real browser', () => {
  const served = dashboardInBrowser()
  const { withPage } = served

  it('a student takes over the knob, and the measured point lies on the curve; tau changes the rate', () =>
    withPage(async (page, errors) => {
      const before = await numberIn(page, '#readout-voltage')
      await setLevel(page, 0.8)
      await until(async () => (await numberIn(page, '#readout-voltage')) !== before, 'V moves')
      expect(await page.textContent('.who')).toContain('The slider sets the current')
      expect(Math.abs(await measuredError(page, 2))).toBeLessThan(3)
      await setParam(page, 'tauMs', 30)
      const theoryHz = rateHz({ ...served.neuron.sources.params().params, tauMs: 30, capacitanceNf: 3 }, 2.4)
      await until(async () => Math.abs((await numberIn(page, '#readout-rate')) / theoryHz - 1) < 0.03, 'the new rate')
      expect(Math.abs(await measuredError(page, 2))).toBeLessThan(3)
      await page.click('#give')
      await until(async () => (await page.textContent('.who')) === 'The knob sets the current', 'the knob has it back')
      expect(errors).toEqual([])
    }))

  it('a refused value says why, and the old one stays', () =>
    withPage(async page => {
      await setParam(page, 'resetMv', -40)
      await page.waitForSelector('#resetMv-refusal .refusal')
      expect(await page.textContent('#resetMv-refusal')).toContain('must be below thresholdMv, which is -55 mV')
      expect(await page.inputValue('#resetMv-number')).toBe('-75')
    }))

  it('an emptied field says what is needed, and the preset that holds is shown until a value of one’s own', () =>
    withPage(async page => {
      const preset = () => page.locator('#preset option:checked').textContent()
      await page.selectOption('#preset', 'epfl')
      await until(async () => (await page.inputValue('#tauMs-number')) === '8', 'the preset')
      await setParam(page, 'tauMs', '')
      const refusal = page.locator('#tauMs-refusal .refusal')
      expect(await refusal.textContent()).toMatch(/τ is empty, must be a number above 0 to 100000 ms$/)
      expect(await preset()).toBe('epfl')
      await page.selectOption('#preset', 'bio')
      await until(async () => (await page.inputValue('#tauMs-number')) === '10' && !(await refusal.count()), 'bio')
      await setParam(page, 'tauMs', 9)
      await until(async () => (await preset()) === 'own values', 'own values')
    }))

  it('a recording of a pulse holds the very spikes that the neuron fired', () =>
    withPage(async page => {
      await page.click('#panel-tab-record')
      await page.fill('#recording-name', 'pulse')
      await page.click('#start-recording')
      const from = served.neuron.spikes.length
      await page.click('#panel-tab-stimulus')
      await page.fill('#stim-iNa', '3')
      await page.press('#stim-iNa', 'Tab')
      await page.click('#stimulate')
      await until(() => served.neuron.spikes.length > from + 4, 'spikes of the pulse')
      await until(() => !served.neuron.sources.state().stimulated, 'the pulse is over')
      await until(async () => (await numberIn(page, '#readout-count')) >= served.neuron.spikes.at(-1)!.seq, 'the last')
      await page.click('#panel-tab-record')
      await page.click('#stop-recording')
      const { name, text } = await download(page, 'Spikes (CSV)')
      expect(name).toBe('pulse-spikes.csv')
      const seqs = csvRows(text).map(({ seq }) => Number(seq))
      const fired = served.neuron.spikes.map(({ seq }) => seq).filter(seq => seq >= seqs[0]! && seq <= seqs.at(-1)!)
      expect(seqs).toEqual(fired)
      expect(seqs.length).toBeGreaterThan(4)
    }))

  it('draws no line over a time that the page has not seen', () =>
    withPage(async page => {
      const hide = (hidden: boolean) =>
        page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true })
          document.dispatchEvent(new Event('visibilitychange'))`)
      await page.selectOption('#window', '10')
      await page.waitForTimeout(1500)
      const before = await lineAlong(page)
      await hide(true)
      await page.waitForTimeout(2000)
      await hide(false)
      const broken = /line(none)+line/
      expect(before).not.toMatch(broken)
      await until(async () => broken.test(await lineAlong(page)), 'the line before, nothing, and the line again')
    }))

  it('is worked from the keyboard alone', () =>
    withPage(async page => {
      await page.keyboard.press('k')
      await page.getByText('The slider sets the current').waitFor()
      expect(served.neuron.sources.state().source).toBe('slider')
      await page.keyboard.press('k')
      await until(() => served.neuron.sources.state().source === 'knob', 'K gives back')
      await page.keyboard.press('p')
      await page.locator('#run', { hasText: 'Run' }).waitFor()
      expect(served.neuron.sources.state().running).toBe(false)
      await page.keyboard.press('p')
      await until(() => served.neuron.sources.state().running, 'P runs')
      await page.keyboard.press(' ')
      await until(async () => (await page.textContent('#freeze')) === 'Go on', 'space freezes')
      await page.focus('#plot-tab-fi')
      await page.keyboard.press('ArrowRight')
      await until(async () => (await page.getAttribute('#plot-tab-intervals', 'aria-selected')) === 'true', 'arrows')
      await page.keyboard.press('h')
      expect(await page.isVisible('#help')).toBe(true)
    }))

  it('the link from the terminal makes a controller of the browser, and the token leaves the address', () =>
    withPage(async page => {
      await page.goto(served.web.controlLink(served.web.url))
      await page.waitForURL(`${served.web.url}/`)
      const [cookie] = await page.context().cookies()
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
      expect(cookie?.value).not.toBe(served.web.token)
    }))

  it('nothing is traced any more when the last page is closed', async () => {
    const pages = await Promise.all(Array.from({ length: 4 }, () => openPage(served.browser, served.web.url)))
    await until(() => served.web.status().viewers === 4, 'four viewers')
    for (const { context } of pages) await context.close()
    await until(() => served.web.status().viewers === 0, 'nobody watches')
    expect(served.neuron.listeners()).toBe(0)
  })

  it('tells a browser for which there is no room why it sees nothing', async () => {
    const viewers = await openViewerSockets(served.web.url, 50)
    const context = await served.browser.newContext()
    const page = await context.newPage()
    await page.goto(served.web.url)
    await page.getByText('50 browsers watch already').waitFor()
    viewers.close()
    await page.locator('#readout-voltage').filter({ hasText: /\d/ }).waitFor()
    await context.close()
  })

  it('is at most 120 kB, compressed', async () => {
    const headers = { 'accept-encoding': 'br' }
    const sizes = ['/', '/app.js', '/style.css', '/icon.svg'].map(async path => {
      return Number((await ask(`${served.web.url}${path}`, { headers })).headers['content-length'])
    })
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    expect(total).toBeGreaterThan(20_000)
    expect(total).toBeLessThan(120_000)
  })

  describe.each([
    [1280, 800],
    [1920, 1080],
    [390, 844],
  ])('at %d x %d', (width, height) => {
    it.each(['light', 'dark'] as const)('everything fits and is accessible in %s', colorScheme =>
      withPage(
        async (page, errors) => {
          await page.waitForTimeout(500)
          for (const tab of ['neuron', 'stimulus', 'measure', 'record']) {
            await page.click(`#panel-tab-${tab}`)
            await page.waitForTimeout(250)
            expect(await misfits(page)).toEqual([])
            if (width === 1280 || tab === 'neuron') expect(await violations(page)).toEqual([])
          }
          for (const tab of ['intervals', 'raster', 'rate', 'fi']) {
            await page.click(`#plot-tab-${tab}`)
            await page.waitForTimeout(250)
            expect(await misfits(page)).toEqual([])
          }
          await page.click('#health-button')
          if (width === 1280) expect(await violations(page)).toEqual([])
          expect(errors).toEqual([])
        },
        { viewport: { width, height }, colorScheme },
      ))
  })
})
