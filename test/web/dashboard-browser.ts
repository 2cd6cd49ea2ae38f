import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { openBrowser, openPage, serveBuilt } from './browser.ts'

/** The dashboard of a simulated neuron, and a browser, for the tests of the suite that calls this. */
export function dashboardInBrowser() {
  let served: Awaited<ReturnType<typeof serveBuilt>>
  let browser: Browser

  beforeAll(async () => {
    served = await serveBuilt()
    browser = await openBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await served?.close()
  })

  return {
    get web() {
      return served.web
    },
    get neuron() {
      return served.neuron
    },
    get browser() {
      return browser
    },
    /** A page of its own, until `run` is done. */
    async withPage(run: (page: Page, errors: string[]) => Promise<void>, options: BrowserContextOptions = {}) {
      const { page, context, errors } = await openPage(browser, served.web.url, options)
      try {
        await run(page, errors)
      } finally {
        await context.close()
      }
    },
  }
}
