import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { until } from '../mqtt/mosquitto.ts'
import { misfits, openBrowser, openPage, serveBuilt, violations } from '../web/browser.ts'
import { needs } from './programs.ts'

/** Pixels in the plot of V that have the colours of what excites and of what inhibits, in the light theme. */
function marks(page: Page): Promise<readonly [number, number]> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('#scope-voltage canvas')
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    const count = (r, g, b) => {
      let n = 0
      for (let k = 0; k < data.length; k += 4) if (data[k] === r && data[k + 1] === g && data[k + 2] === b) n++
      return n
    }
    return [count(0, 105, 75), count(168, 68, 126)]
  })()`)
}

needs('chromium')('incoming spikes on the dashboard', () => {
  it('are named, and marked on the scope in the colour of what they do', async () => {
    const served = await serveBuilt()
    const browser = await openBrowser()
    try {
      const { page, errors } = await openPage(browser, served.web.url, { colorScheme: 'light' })
      const arrive = (from: string, weight: number, tauMs: number) =>
        served.neuron.emitArrival({ from, weight, tauMs, tUs: Date.now() * 1000 })
      const said = async () => (await page.locator('#arrivals').textContent()) ?? ''
      expect(await marks(page)).toEqual([0, 0])
      // Until they are seen: a mark runs out of the window after two seconds.
      await until(async () => {
        arrive('pi-b', 1.5, 5)
        return (await marks(page))[0] > 20
      }, 'a mark that excites')
      expect((await marks(page))[1]).toBe(0)
      await until(async () => {
        arrive('syn/button', -3, 0)
        return (await marks(page))[1] > 20
      }, 'a mark that inhibits')
      await until(async () => {
        arrive('pi-b', 1.5, 5)
        arrive('syn/button', -3, 0)
        return (await said()) === 'Synapses: button ▼ −3 mV, pi-b ▲ +1.5 nA'
      }, 'their names')
      expect(await misfits(page)).toEqual([])
      expect(await violations(page)).toEqual([])
      expect(errors).toEqual([])
    } finally {
      await browser.close()
      await served.close()
    }
  })
})
