import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { epochUs, realTimers } from '../../src/loop/clock.ts'
import { type FakePeers, fakePeers } from '../fakes/fake-peers.ts'
import { serveBuilt } from './browser.ts'

export interface WallOnScreen {
  readonly page: Page
  readonly peers: FakePeers
  /** What the console of the page complains of. */
  readonly errors: string[]
  readonly url: string
}

/** The class wall of neurons that exist nowhere, at 20 Hz each, in a browser, until `run` is done. */
export async function withWall(
  browser: Browser,
  ids: readonly string[],
  run: (wall: WallOnScreen) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const peers = fakePeers(realTimers, epochUs, ids, 20)
  const served = await serveBuilt(peers.sources)
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  try {
    const page = await context.newPage()
    const errors: string[] = []
    page.on('console', message => message.type() === 'error' && errors.push(message.text()))
    page.on('pageerror', error => errors.push(String(error)))
    await page.goto(`${served.web.url}/wall`)
    const everybody = page
      .locator('#census')
      .filter({ hasText: new RegExp(`of ${ids.length} alive|von ${ids.length} aktiv`) })
    await everybody.waitFor()
    await run({ page, peers, errors, url: served.web.url })
  } finally {
    await context.close()
    await served.close()
  }
}
