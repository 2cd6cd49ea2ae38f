import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { epochUs, realTimers, type Timers } from '../../src/loop/clock.ts'
import type { PeerSources } from '../../src/web/data-sources.ts'
import type { openWeb, Web } from '../../src/web/server.ts'
import { type FakeNeuron, fakeNeuron } from '../fakes/fake-neuron.ts'

const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The server as it is built, pages and all, with a simulated neuron behind it, and whatever class there is. */
export async function serveBuilt(
  peers?: PeerSources,
  timers: Timers = realTimers,
  wallUs = epochUs,
): Promise<{ web: Web; neuron: FakeNeuron; close(): Promise<void> }> {
  const built = new URL('../../dist/src/web/server.js', import.meta.url).href
  const server = (await import(built)) as { openWeb: typeof openWeb }
  const neuron = fakeNeuron(timers, wallUs)
  const options = { enabled: true, port: 0, host: '127.0.0.1', names: '', tokenFile: '' }
  const world = { timers, wallUs, log: () => {} }
  const sources = { ...neuron.sources, ...(peers && { peers }) }
  const web = await server.openWeb(options, sources, world)
  return {
    web,
    neuron,
    async close() {
      neuron.stop()
      await web.close()
    },
  }
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
}

/** A page that is there and moves; what its console complains of is collected. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  isFirstVisit = false,
) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  // The offer of a lesson at the first visit would move all below it.
  if (!isFirstVisit) await context.addInitScript("localStorage.setItem('neurond-lesson-offered', 'yes')")
  const page = await context.newPage()
  const errors: string[] = []
  page.on('console', message => message.type() === 'error' && errors.push(message.text()))
  page.on('pageerror', error => errors.push(String(error)))
  await page.goto(url)
  await page.locator('#readout-voltage').filter({ hasText: /\d/ }).waitFor()
  return { page, context, errors }
}

/** Serious and critical violations of accessibility, as `rule: element`. */
export async function violations(page: Page): Promise<string[]> {
  const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  await page.evaluate(source)
  const found = await page.evaluate(
    "axe.run().then(({ violations }) => violations.map(v => [v.id, v.impact, v.nodes.map(n => n.html.slice(0, 90) + ' ' + (n.any[0]?.message ?? ''))]))",
  )
  return (found as [string, string, string[]][])
    .filter(([, impact]) => impact === 'serious' || impact === 'critical')
    .flatMap(([id, , nodes]) => nodes.map(node => `${id}: ${node}`))
}

/** Text that does not fit its box, and boxes that stick out of the page, as the text of each. */
export function misfits(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const wide = document.documentElement.clientWidth
    const shown = [...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && !e.closest('dialog, legend, .unseen'))
    const leaves = shown.filter(e => e.children.length === 0 && e.textContent.trim() !== '')
    // A text of a drawing has no box of its own that cuts it: the drawing has.
    const isCut = e => {
      if (!e.ownerSVGElement) return e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline'
      const [text, drawing] = [e, e.ownerSVGElement].map(one => one.getBoundingClientRect())
      return text.left < drawing.left - 1 || text.right > drawing.right + 1
    }
    const clipped = leaves.filter(isCut)
    const out = shown.filter(e => e.getBoundingClientRect().right > wide + 1)
    return [...clipped, ...out].map(e => e.tagName + ' ' + e.textContent.trim().slice(0, 40))
  })()`)
}

/** Where the scope's voltage is drawn, from left to right in a few dozen places: `linelinenonenoneline…`. */
export function lineAlong(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('#scope-voltage canvas')
    const { width, height } = canvas
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height)
    const [r, g, b] = getComputedStyle(document.querySelector('.voltage output')).color.match(/\\d+/g).map(Number)
    const has = (x, y) => {
      const at = 4 * (y * width + x)
      return Math.abs(data[at] - r) + Math.abs(data[at + 1] - g) + Math.abs(data[at + 2] - b) < 30 && data[at + 3] > 200
    }
    const columns = Array.from({ length: width }, (_, x) => Array.from({ length: height }, (_, y) => has(x, y)).some(Boolean))
    const places = Array.from({ length: 50 }, (_, k) => columns.slice((k * width) / 50, ((k + 1) * width) / 50))
    return places.map(place => (place.some(Boolean) ? 'line' : 'none')).join('')
  })()`)
}
