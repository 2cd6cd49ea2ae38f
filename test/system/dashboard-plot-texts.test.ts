import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { dashboardInBrowser } from '../web/dashboard-browser.ts'
import { until } from '../web/page-interactions.ts'
import { needs } from './programs.ts'

/** Notes every text on a canvas, with the box that its letters fill, until the canvas is cleared. */
const NOTE_TEXTS = `(() => {
  const { fillText, clearRect } = CanvasRenderingContext2D.prototype
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    this.canvas.texts = []
    return clearRect.apply(this, box)
  }
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    const m = this.measureText(text)
    const corners = [
      [x - m.actualBoundingBoxLeft, y - m.actualBoundingBoxAscent],
      [x + m.actualBoundingBoxRight, y + m.actualBoundingBoxDescent],
    ].map(([cx, cy]) => this.getTransform().transformPoint({ x: cx, y: cy }))
    const [xs, ys] = [corners.map(c => c.x), corners.map(c => c.y)]
    const box = { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) }
    if (text.trim() !== '') (this.canvas.texts ??= []).push({ text, ...box })
    return fillText.call(this, text, x, y)
  }
})()`

/** Texts on plots that are cut off, or overlap. The names of senders may move out of the plot. */
function faults(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('canvas')].filter(c => c.checkVisibility()).flatMap(canvas => {
    const { width, height, texts = [] } = canvas
    const cut = texts.filter(t => t.left < -1 || t.top < -1 || t.right > width + 1 || t.bottom > height + 1)
    const overlaps = (a, b) =>
      Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1
    const pairs = texts.flatMap((a, k) => texts.slice(k + 1).filter(b => overlaps(a, b)).map(b => a.text + ' on ' + b.text))
    return [...cut.filter(t => t.text !== 'pi-b').map(t => t.text + ' is cut'), ...pairs]
  })`)
}

const texts = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('canvas')].flatMap(c => (c.texts ?? []).map(t => t.text))`)

needs('chromium')('texts on the plots', () => {
  const served = dashboardInBrowser()
  const patch = (values: object) => served.neuron.sources.control.patch(values)

  it.each([
    ['sans-serif', 'en-GB'],
    ['monospace', 'de-DE'],
  ])('are neither cut off nor overlap in %s, %s', (family, locale) =>
    served.withPage(
      async page => {
        await page.addInitScript(NOTE_TEXTS)
        await page.reload()
        await page.locator('#readout-voltage').filter({ hasText: /\d/ }).waitFor()
        await page.evaluate(`document.documentElement.style.fontFamily = '${family}'`)
        const ranges = [
          { minNa: 0, maxNa: 3, resetMv: -75 },
          // Long numbers: on the axis of the current, of the f–I curve, and of V.
          { minNa: -0.025, maxNa: 0.025, resetMv: -75 },
          { minNa: -1000, maxNa: 1000, resetMv: -1000 },
        ]
        served.neuron.turnKnob(0.9)
        for (const range of ranges) {
          expect(patch(range)).toMatchObject({ ok: true })
          await page.selectOption('#window', range.maxNa === 3 ? '2' : '0.5')
          for (const [width, height] of [
            [390, 844],
            [1280, 800],
            [2560, 1440],
          ] as const) {
            await page.setViewportSize({ width, height })
            for (const tab of range.maxNa === 3 ? ['fi', 'intervals', 'raster', 'rate'] : ['fi']) {
              await page.click(`#plot-tab-${tab}`)
              served.neuron.emitArrival({ from: 'pi-b', weight: 1, tauMs: 5, tUs: Date.now() * 1000 })
              const what = JSON.stringify([family, range, width, tab])
              await until(async () => (await texts(page)).includes('V (mV)'), 'the plots')
              // A plot settles within a few frames after its numbers or its size have changed.
              let found: string[] = []
              for (let tries = 0; tries < 20; tries++) {
                found = await faults(page)
                if (found.length === 0) break
                await page.waitForTimeout(50)
              }
              expect(found, what).toEqual([])
            }
          }
        }
        expect(patch({ minNa: 0, maxNa: 3, resetMv: -75 })).toMatchObject({ ok: true })
      },
      { locale },
    ))
})
