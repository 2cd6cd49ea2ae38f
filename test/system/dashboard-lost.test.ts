import type { Page, WebSocketRoute } from 'playwright-core'
import { expect, it } from 'vitest'
import { dashboardInBrowser } from '../web/dashboard-browser.ts'
import { download, until } from '../web/page-interactions.ts'
import { needs } from './programs.ts'

needs('chromium')('a page whose neuron is lost', () => {
  const served = dashboardInBrowser()

  /** A page with a clock by hand, between which and its server stands somebody who may be silent, or tell of another start. */
  async function withWire(run: (page: Page, wire: { isCut: boolean; boot: string; end(): void }) => Promise<void>) {
    const page = await served.browser.newPage()
    const routes: WebSocketRoute[] = []
    const wire = { isCut: false, boot: 'k3v9qa', end: () => void routes.at(-1)?.close() }
    await page.routeWebSocket(/\/live(\?|$)/, route => {
      routes.push(route)
      route.connectToServer().onMessage(said => {
        if (!wire.isCut) route.send(typeof said === 'string' ? said.replace('k3v9qa', wire.boot) : said)
      })
    })
    await page.clock.install()
    await page.goto(served.web.url)
    await page.locator('#readout-voltage').filter({ hasText: /\d/ }).waitFor()
    await run(page, wire)
    await page.close()
  }

  const lost = (page: Page) => page.locator('.badge.bad', { hasText: 'connection lost' })

  it('says so though no end was heard, as when a Pi loses its power, and shows it again', () =>
    withWire(async (page, wire) => {
      wire.isCut = true
      await page.clock.fastForward(11_000)
      await lost(page).waitFor()
      await page.locator('#health-button.bad', { hasText: 'No connection' }).click()
      await page.getByText('This page has no connection to the neuron').waitFor()
      await page.keyboard.press('Escape')
      wire.isCut = false
      await page.clock.fastForward(11_000)
      await until(async () => (await lost(page).count()) === 0, 'it is back')
      await page.locator('#health-button.good', { hasText: 'All is well' }).waitFor()
    }))

  it('does not wait for ever for an answer: the slider works again', () =>
    withWire(async page => {
      let asked = 0
      await page.route('**/api/cmd/take', () => void asked++)
      await page.click('#take')
      await until(() => asked === 1, 'the question')
      await page.clock.fastForward(21_000)
      await page.locator('.refusal', { hasText: 'connection lost' }).waitFor()
    }))

  it('ends a recording where the neuron starts anew: its spikes are counted from 1 again', () =>
    withWire(async (page, wire) => {
      served.neuron.turnKnob(0.8)
      await page.click('#panel-tab-record')
      await page.click('#start-recording')
      const said = async () => (await page.textContent('#panel-panel')) ?? ''
      await until(async () => /[1-9]\d* spikes? in/.test(await said()), 'a spike')
      wire.boot = 'another'
      wire.end()
      await until(async () => (await said()).includes('started anew'), 'the end of the recording')
      const { text } = await download(page, 'All (JSON lines)')
      expect(JSON.parse(text.split('\n', 1)[0]!)).toMatchObject({ boot: 'k3v9qa', missingSpikes: 0 })
    }))
})
