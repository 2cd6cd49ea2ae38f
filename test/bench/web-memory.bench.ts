import type { Browser, CDPSession } from 'playwright-core'
import { afterAll, expect, it } from 'vitest'
import { manualTimers } from '../mqtt/manual-timers.ts'
import { openBrowser, openPage, serveBuilt } from '../web/browser.ts'
import { numberIn, until } from '../web/page-interactions.ts'

const HOURS = Number(process.env.HOURS ?? 2)
/** The page takes so much at a time before it is waited for, s. */
const GULP_S = 10
const FRAME_MS = 40
const TABS = ['fi', 'intervals', 'raster', 'rate']
const MB = 1e6

let browser: Browser | undefined
afterAll(() => browser?.close())

interface Usage {
  readonly minutes: number
  readonly heapMb: number
  readonly buffersMb: number
  readonly domNodes: number
  readonly listeners: number
}

/** What is left after a full garbage collection. */
async function usageOf(cdp: CDPSession, minutes: number): Promise<Usage> {
  for (let k = 0; k < 3; k++) await cdp.send('HeapProfiler.collectGarbage')
  const heap = (await cdp.send('Runtime.getHeapUsage')) as { usedSize: number; backingStorageSize?: number }
  const { nodes, jsEventListeners } = await cdp.send('Memory.getDOMCounters')
  const round = (bytes: number) => Number((bytes / MB).toFixed(2))
  const buffersMb = round(heap.backingStorageSize ?? 0)
  return { minutes, heapMb: round(heap.usedSize), buffersMb, domNodes: nodes, listeners: jsEventListeners }
}

it(`${HOURS} hours of scope, as fast as the page takes them, do not grow its memory`, async () => {
  const timers = manualTimers()
  const served = await serveBuilt(undefined, timers, () => 1.8e15 + timers.nowMs() * 1000)
  const { web, neuron } = served
  neuron.turnKnob(0.9)
  browser = await openBrowser()
  const opening = openPage(browser, web.url)
  // Time stands still unless it is told to pass, also while the page waits for its first figures.
  await until(() => web.status().viewers === 1, 'the page')
  for (let k = 0; k < 50; k++) await timers.pass(FRAME_MS)
  const { page, errors } = await opening
  const cdp = await page.context().newCDPSession(page)

  const usages = [await usageOf(cdp, 0)]
  const marks = [10, 30, 60, 90, 120].filter(minutes => minutes <= HOURS * 60)
  for (let s = GULP_S; s <= HOURS * 3600; s += GULP_S) {
    for (let ms = 0; ms < GULP_S * 1000; ms += FRAME_MS) {
      await timers.pass(FRAME_MS)
      await new Promise(resolve => setImmediate(resolve))
    }
    const fired = neuron.spikes.length
    await until(async () => {
      await timers.pass(FRAME_MS)
      return (await numberIn(page, '#readout-count')) >= fired
    }, `spike ${fired} on the page`)
    if (s % 60 === 0) await page.click(`#plot-tab-${TABS[(s / 60) % TABS.length]}`)
    if (!marks.includes(s / 60)) continue
    usages.push(await usageOf(cdp, s / 60))
    console.table(usages.slice(-1))
  }
  console.table(usages)
  console.log(`${neuron.spikes.length} spikes; slow moments of the page: ${web.status().slowViewers}`)
  // By then the list of the last spikes is filled up to its bound, 40 000 of them.
  const full = usages.find(({ minutes }) => minutes >= 60) ?? usages.at(-1)!
  const end = usages.at(-1)!
  const total = ({ heapMb, buffersMb }: Usage) => heapMb + buffersMb
  expect(errors).toEqual([])
  expect(total(end) - total(full)).toBeLessThan(2)
  expect(end.domNodes - full.domNodes).toBeLessThan(200)
  await served.close()
})
