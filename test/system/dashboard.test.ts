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
      expect(await page.textContent('#resetMv-refusal')).toContain('must be below Threshold V_th, which is -55 mV')
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
      expect(await preset()).toBe('EPFL exercises')
      await page.selectOption('#preset', 'bio')
      await until(async () => (await page.inputValue('#tauMs-number')) === '10' && !(await refusal.count()), 'bio')
      await setParam(page, 'tauMs', 9)
      await until(async () => (await preset()) === 'own values', 'own values')
      const back = page.locator('[data-back=tauMs]')
      expect(await back.getAttribute('title')).toBe('Back to 10 ms (Cortex)')
      await back.click()
      await until(async () => (await preset()) === 'Cortex', 'the value of the preset')
    }))

  it('a change of R holds τ or C, as chosen; C is typed and shown in its own unit', () =>
    withPage(async page => {
      const now = () => served.neuron.sources.params().params
      await page.selectOption('#preset', 'bio')
      await until(() => now().tauMs === 10, 'the preset')
      await setParam(page, 'resistanceMohm', 20)
      await until(() => now().resistanceMohm === 20, 'R')
      expect([now().tauMs, now().capacitanceNf]).toEqual([10, 0.5])
      const amount = page.locator('.param', { has: page.locator('#capacitanceNf-number') }).locator('.amount')
      await until(async () => (await page.inputValue('#capacitanceNf-number')) === '500', 'C in pF')
      expect(await amount.textContent()).toContain('pF')
      await page.click('#hold-c')
      await setParam(page, 'resistanceMohm', 40)
      await until(() => now().resistanceMohm === 40, 'R with C held')
      expect([now().tauMs, now().capacitanceNf]).toEqual([20, 0.5])
      await setParam(page, 'capacitanceNf', '2,5 nF')
      await until(() => now().capacitanceNf === 2.5, 'C')
      expect([now().tauMs, now().resistanceMohm]).toEqual([100, 40])
      await page.selectOption('#preset', 'classroom')
      await until(() => now().tauMs === 100 && now().resistanceMohm === 10, 'the preset again')
    }))

  it('the picture of the cell fills with V, sends its spikes down the axon, and stays away once it is switched off', () =>
    withPage(async page => {
      served.neuron.turnKnob(0.7)
      const styleOf = (selector: string) =>
        page.locator(selector).evaluateAll(all => all.map(one => one.getAttribute('style') ?? ''))
      const fills = new Set<string>()
      await until(async () => fills.add((await styleOf('#cell-fill')).join()).size > 3, 'V fills the soma')
      const travels = async () => (await styleOf('.travelling')).some(style => /opacity: 1/.test(style))
      await until(travels, 'a spike on the axon')
      expect(await page.locator('#equation .numbers').textContent()).toMatch(/100 ms · dV\/dt = .* 10 MΩ · 2\.10 nA/)
      const arrival = (from: string, weight: number) =>
        served.neuron.emitArrival({ from, weight, tauMs: 0, tUs: Date.now() * 1000 })
      arrival('pi-b', 4)
      arrival('pi-c', -3)
      await page.locator('.synapse.excites', { hasText: 'pi-b +4 mV' }).waitFor()
      await page.locator('.synapse.inhibits', { hasText: 'pi-c −3 mV' }).waitFor()
      await page.emulateMedia({ reducedMotion: 'reduce' })
      await until(async () => !(await travels()), 'nothing travels')
      await until(async () => fills.add((await styleOf('#cell-fill')).join()).size > 6, 'V is still shown')
      await page.emulateMedia({ reducedMotion: 'no-preference' })
      await page.keyboard.press('n')
      await until(async () => (await page.locator('#cell').count()) === 0, 'N hides it')
      await page.reload()
      await page.locator('#readout-voltage').filter({ hasText: /\d/ }).waitFor()
      expect(await page.locator('#cell').count()).toBe(0)
      await page.click('#show-cell')
      await page.locator('#cell').waitFor()
      served.neuron.turnKnob(0)
    }))

  it('a pupil comes in by the link on the page, and is locked out and let in without loading it again', () =>
    withPage(async page => {
      await page.click('#show-links')
      await page.locator('#share').getByText('served to this computer alone').waitFor()
      await page.keyboard.press('Escape')
      const { pupils } = (await ask(`${served.web.url}/api/access`)).json.tokens
      // As if it were served to the network.
      await page.route('**/api/access', async route => {
        if (route.request().method() !== 'GET') return route.continue()
        const content = await (await route.fetch()).json()
        return route.fulfill({ json: { ...content, urls: ['http://192.168.1.7:8080'] } })
      })
      await page.click('#show-links')
      await page.locator('#share .qr').first().waitFor()
      expect(await page.locator('#share .link').first().textContent()).toBe(`http://192.168.1.7:8080/login#${pupils}`)
      expect(await violations(page)).toEqual([])
      await page.keyboard.press('Escape')
      // A request that a proxy passed on counts as one from another machine.
      const away = { extraHTTPHeaders: { 'x-forwarded-for': '192.168.1.7' } }
      await withPage(async pupil => {
        await pupil.goto(`${served.web.url}/login#${pupils}`)
        await pupil.waitForURL(`${served.web.url}/`)
        await pupil.locator('#run:enabled').waitFor()
        expect(await pupil.locator('#lock').count()).toBe(0)
        await page.click('#lock')
        await pupil.getByText('Your teacher has locked the neuron').waitFor()
        for (const id of ['run', 'take', 'tauMs-number', 'preset']) expect(await pupil.isDisabled(`#${id}`)).toBe(true)
        expect(await page.isDisabled('#run')).toBe(false)
        await page.click('#lock')
        await pupil.locator('#run:enabled').waitFor()
        expect(await pupil.isDisabled('#tauMs-number')).toBe(false)
      }, away)
    }))

  it('a phone has the cell, the scope and the slider on its first screen, and all buttons in one menu', () =>
    withPage(
      async page => {
        for (const selector of ['.cell-picture', '#scope', '#level', '#readout-rate', '#health-button']) {
          const box = (await page.locator(selector).boundingBox())!
          expect([selector, box.y >= 0 && box.y + box.height <= 664]).toEqual([selector, true])
        }
        expect((await page.locator('#level').boundingBox())!.height).toBeGreaterThan(40)
        expect(await page.isVisible('#run')).toBe(false)
        await page.tap('#menu')
        await page.locator('#run').waitFor()
        expect(await misfits(page)).toEqual([])
        expect(await violations(page)).toEqual([])
      },
      { viewport: { width: 390, height: 664 }, hasTouch: true },
    ))

  it('is legible in the user’s own colours, and on paper without its buttons', () =>
    withPage(async page => {
      await page.emulateMedia({ forcedColors: 'active' })
      expect(await violations(page)).toEqual([])
      await page.emulateMedia({ forcedColors: 'none', media: 'print' })
      expect(await page.isVisible('#run')).toBe(false)
      expect(await page.isVisible('#scope')).toBe(true)
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

  it('is in the language of the browser, and in the other one when that is chosen', () =>
    withPage(
      async page => {
        expect(await page.locator('html').getAttribute('lang')).toBe('de')
        await page.getByRole('button', { name: 'Pause' }).waitFor()
        await page.click('#take')
        await page.fill('#current', '2,5')
        await page.press('#current', 'Enter')
        await page.locator('#readout-current').filter({ hasText: '2,500' }).waitFor()
        await page.fill('#tauMs-number', '0')
        await page.press('#tauMs-number', 'Enter')
        await page.getByText('erlaubt ist eine Zahl über 0 bis 100000 ms').waitFor()
        await page.selectOption('#language', 'en')
        await page.locator('#readout-current').filter({ hasText: '2.500' }).waitFor()
        await page.getByRole('button', { name: 'Help' }).waitFor()
        await page.reload()
        expect(await page.locator('html').getAttribute('lang')).toBe('en')
      },
      { locale: 'de-DE' },
    ))

  it('a term opens its explanation by Enter and by a click, with the neuron’s numbers, and closes it by Escape', () =>
    withPage(async page => {
      const box = page.locator('#glossary')
      await page.focus('.param .term[data-term="tau"]')
      await page.keyboard.press('Enter')
      await box.filter({ hasText: 'Membrane time constant τ' }).filter({ hasText: '100ms' }).waitFor()
      expect(await violations(page)).toEqual([])
      await page.keyboard.press('Escape')
      await box.waitFor({ state: 'hidden' })
      expect(await page.evaluate('document.activeElement.dataset.term')).toBe('tau')
      await page.click('.readouts .term[data-term="rate"]')
      await box.filter({ hasText: 'Firing rate f' }).waitFor()
      // Another term takes its place; the same one closes it.
      await page.click('.readouts .term[data-term="current"]')
      await box.filter({ hasText: 'Input current I' }).waitFor()
      await page.click('.readouts .term[data-term="current"]')
      await box.waitFor({ state: 'hidden' })
    }))

  describe.each([
    [1280, 800],
    [1920, 1080],
    [390, 844],
  ])('at %d x %d', (width, height) => {
    it.each([
      ['light', 'en-GB'],
      ['dark', 'de-DE'],
    ] as const)('everything fits and is accessible in %s, %s', (colorScheme, locale) =>
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
        { viewport: { width, height }, colorScheme, locale },
      ))
  })
})
