import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterEach, expect, it } from 'vitest'
import { closeAfterTest, closeAll } from '../mqtt/link-on-real-broker.ts'
import { misfits, openBrowser, openPage, violations } from '../web/browser.ts'
import { numberIn, throughStimulus, typeCurrent, until } from '../web/page-interactions.ts'
import { endAll } from './processes.ts'
import { needs } from './programs.ts'
import { startDaemon } from './whole.ts'

let browser: Browser | undefined

afterEach(async () => {
  await browser?.close()
  browser = undefined
  endAll()
  await closeAll()
})

/** The marks of all steps, without the word that tells which is the present one. */
function marks(page: Page): Promise<string[]> {
  return page.locator('.steps .unseen').evaluateAll(all => all.map(one => one.textContent!.replace(/^.*: |, now/g, '')))
}

/** Waits for the check, and goes on. */
async function goOn(page: Page, step: string, act: () => Promise<unknown>): Promise<void> {
  await act()
  const next = page.locator('#lesson-next[aria-disabled=false]')
  await next.waitFor().catch(async error => {
    throw new Error(`${step}: ${await page.textContent('#lesson')}`, { cause: error })
  })
  const before = await page.textContent('.steps .now .unseen')
  await next.click()
  await until(
    async () => (await page.locator('.steps .now .unseen').allTextContents()).join() !== before,
    `after ${step}`,
  )
}

async function answer(page: Page, text: string): Promise<void> {
  await page.fill('#answer', text)
  await page.press('#answer', 'Enter')
}

async function choose(page: Page, option: string): Promise<void> {
  await page.getByText(option).click()
  await page.click('#hand-in')
}

needs('chromium')('a lesson on the dashboard of a running daemon', () => {
  it('is done by turning, typing and clicking from its first step to its last, with the page loaded anew in the middle', async () => {
    const { page: url } = await startDaemon()
    browser = await openBrowser()
    const { page, errors, context } = await openPage(browser, url)
    await page.click('#show-lessons')
    await page.click('[data-lesson=first-spike]')
    await page.locator('#lesson-step').waitFor()
    expect(await page.isDisabled('#run')).toBe(true)
    expect(await page.textContent('.lock-note')).toContain('The lesson keeps this as it is')

    await goOn(page, 'dark', async () => {
      await page.click('#take')
      await page.press('#level', 'Home')
      await page.locator('#verdict[data-state=done]').waitFor()
      // The pupil goes on by keyboard later: the focus stays at the slider until then.
      expect(await page.evaluate('document.activeElement.id')).toBe('level')
    })
    expect(await page.evaluate('document.activeElement.id')).toBe('lesson-step')
    await goOn(page, 'first', () => typeCurrent(page, '1,9'))
    await goOn(page, 'guess', () => choose(page, 'come more often'))
    await goOn(page, 'more', async () => {
      expect(await page.textContent('#recalled')).toContain('The flashes come more often')
      await page.press('#level', 'End')
    })
    await goOn(page, 'edge', async () => {
      await typeCurrent(page, '1,49')
      await page.getByText('silent up to 1.49 nA').waitFor()
      await typeCurrent(page, '1.545')
    })
    await page.reload()
    await page.locator('#lesson-step', { hasText: 'Step 6 of 10' }).waitFor()
    expect((await marks(page)).slice(0, 5)).toEqual(Array(5).fill('done'))
    await goOn(page, 'just', () => typeCurrent(page, '1.515'))
    await goOn(page, 'number', async () => {
      await answer(page, 'about one and a half')
      await page.getByText('is not a number').waitFor()
      await answer(page, '1500')
      await page.getByText('the right size in pA').waitFor()
      await page.locator('#hand-in[aria-disabled=false]').waitFor()
      await answer(page, '1,5')
    })
    await goOn(page, 'why', () => choose(page, 'mV ÷ 10 MΩ'))
    await goOn(page, 'twice', () => answer(page, '0.75 nA'))
    await goOn(page, 'test', async () => {
      await typeCurrent(page, '0.74')
      await page.getByText('silent up to 0.74 nA').waitFor()
      await typeCurrent(page, '0.77')
    })
    await page.getByText('10 of 10 steps done').waitFor()
    expect(await marks(page)).toEqual(Array(10).fill('done'))
    await page.click('#lesson-stop')
    await page.locator('[data-lesson=first-spike]').waitFor()
    expect(await page.isDisabled('#run')).toBe(false)
    expect(errors).toEqual([])
    await context.close()
  })

  it('gets a lazy pupil nowhere, leaves a led lesson to the teacher, shows HTML as text, and fits a phone', async () => {
    const { page: url, broker } = await startDaemon()
    browser = await openBrowser()
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true }
    const { page, errors } = await openPage(browser, url, phone, true)
    // Neither at its end nor firing.
    await typeCurrent(page, '1')
    await page.locator('#lesson-offer button').first().tap()
    await page.locator('#lesson-step').waitFor()
    const spoken = await page.textContent('#lesson-said')
    expect(spoken).toMatch(/^Step 1 of 10\. (The circle|Not yet)/)
    for (let step = 1; step <= 10; step++) {
      await page.locator('#lesson-step', { hasText: `Step ${step} of 10` }).waitFor()
      // Playwright would wait for a button that is called disabled.
      await page.locator('#lesson-next').dispatchEvent('click')
      await page.locator('#lesson-skip').tap()
    }
    await page.getByText('0 of 10 steps done').waitFor()
    expect(await marks(page)).toEqual(Array(10).fill('skipped'))

    const teacher = await mqtt.connectAsync(broker)
    closeAfterTest({ close: () => teacher.endAsync(true) })
    const command = (what: object) =>
      teacher.publishAsync('neuron/v1/pi-a/cmd/lesson', JSON.stringify(what), { qos: 1 })
    await command({ do: 'load', lesson: 'fi-curve' })
    await page.locator('#lesson-led', { hasText: 'Your teacher leads this lesson' }).waitFor()
    expect(await page.locator('#lesson-stop, #lesson-restart').count()).toBe(0)
    expect(await misfits(page)).toEqual([])
    expect(await violations(page)).toEqual([])
    await page.locator('#sketch').focus()
    for (const key of ['ArrowUp', 'ArrowRight', 'ArrowUp', 'ArrowRight']) await page.keyboard.press(key)
    expect(await page.getAttribute('#sketch', 'aria-valuetext')).toBe('1.5 Hz at 0.3 nA')
    await page.tap('#hand-in')
    await page.locator('#lesson-next[aria-disabled=false]').tap()
    await page.locator('#recalled .sketch').waitFor()
    await command({ do: 'pause' })
    await page.locator('#lesson-paused').waitFor()
    await command({ do: 'stop' })
    await page.locator('[data-lesson=first-spike]').waitFor()

    const yaml = `lesson: 1
id: odd
title: <b>Odd</b>
about: <img src=x onerror="document.title='caught'">
minutes: 1
level: school
needs: {neurons: 1, knob: any}
steps:
  - {id: one, text: "Press <script>alert(1)</script> the [time constant](#tauMs) & **wait**."}
`
    await command({ do: 'load', yaml })
    await page.getByText('Press <script>alert(1)</script> the time constant & wait.').first().waitFor()
    expect(await page.textContent('#lesson-title')).toBe('<b>Odd</b>')
    expect(await page.locator('#lesson :is(script, img, b)').count()).toBe(0)
    await page.click('#panel-tab-record')
    await page.locator('#lesson-text .pointer').tap()
    await page.locator('#tauMs-number[data-pointed]').waitFor()
    expect(errors).toEqual([])
  })

  // Half a minute and a minute of the neuron's own time: only where they are asked for.
  const long = it.runIf(process.env.LONG_LESSONS === '1')

  long('the f–I curve is measured point by point, and the refractory period found', async () => {
    const { page: url } = await startDaemon()
    browser = await openBrowser()
    const { page, errors } = await openPage(browser, url)
    await page.click('#show-lessons')
    await page.click('[data-lesson=fi-curve]')
    await goOn(page, 'sketch', async () => {
      await page.locator('#sketch').scrollIntoViewIfNeeded()
      const { x, y, width, height } = (await page.locator('#sketch').boundingBox())!
      await page.mouse.move(x + 0.2 * width, y + 0.7 * height)
      await page.mouse.down()
      await page.mouse.move(x + 0.9 * width, y + 0.2 * height, { steps: 8 })
      await page.mouse.up()
      await page.click('#hand-in')
    })
    await goOn(page, 'points', async () => {
      await page.locator('#recalled .sketch').waitFor()
      for (const [index, iNa] of ['1,65', '1,95', '2,25', '2,55', '2,85'].entries()) {
        await typeCurrent(page, iNa)
        if (index < 4) await page.locator('#verdict', { hasText: `${index + 1} of 5 points` }).waitFor()
      }
    })
    await goOn(page, 'shape', () => choose(page, 'Below the edge nothing'))
    await goOn(page, 'slope', () => answer(page, '5,4 Hz/nA'))
    await goOn(page, 'still', () => typeCurrent(page, '3'))
    await goOn(page, 'guess', () => answer(page, '5.4'))
    await goOn(page, 'pause', async () => {})
    await goOn(page, 'difference', () => answer(page, '100'))
    await goOn(page, 'limit', async () => {
      for (const button of [1, 2]) {
        await page.click(`[data-press="${button}"]`)
        await until(async () => (await page.textContent('.who'))!.includes('a stimulus is running'), 'its begin')
        await until(async () => !(await page.textContent('.who'))!.includes('a stimulus is running'), 'its end')
      }
    })
    await goOn(page, 'maximum', () => answer(page, '10'))
    await goOn(page, 'real', () => answer(page, '500'))
    await page.getByText('11 of 11 steps done').waitFor()
    expect(errors).toEqual([])
  })

  long('the mystery neuron is found out from what the page shows', async () => {
    const { page: url } = await startDaemon()
    browser = await openBrowser()
    const { page, errors } = await openPage(browser, url)
    await page.click('#show-lessons')
    await page.click('[data-lesson=mystery]')
    await page.locator('#lesson-step').waitFor()
    const settled = async (selector: string, iNa: number) => {
      await typeCurrent(page, String(iNa))
      await page.waitForTimeout(2500)
      return numberIn(page, selector)
    }
    const restMv = await settled('#readout-voltage', 0)
    await goOn(page, 'rest', () => answer(page, String(restMv)))
    const ohm = Math.round(((await settled('#readout-voltage', 0.5)) - restMv) / 0.5)
    await goOn(page, 'resistance', async () => {
      await page.click('#panel-tab-stimulus')
      await page.selectOption('#shape', 'step')
      await page.fill('#stim-iNa', '0,5')
      await page.fill('#stim-ms', '2500')
      await page.check('#stim-replace')
      await throughStimulus(page, () => page.click('#stimulate'))
      await answer(page, String(ohm))
    })
    // Three intervals tell threshold, time constant and refractory period: those that fit best, of the threshold in mV.
    const currents = [2.2, 2.6, 3]
    const isis: number[] = []
    for (const iNa of currents) isis.push(await settled('#readout-interval', iNa))
    const fits = Array.from({ length: 9 }, (_, k) => 12 + k).map(climbMv => {
      const [a, b, c] = currents.map(iNa => Math.log((ohm * iNa) / (ohm * iNa - climbMv))) as [number, number, number]
      const tauMs = (isis[0]! - isis[2]!) / (a - c)
      const waitMs = isis[2]! - tauMs * c
      return { climbMv, tauMs, waitMs, error: Math.abs(waitMs + tauMs * b - isis[1]!) }
    })
    const best = fits.filter(({ tauMs }) => tauMs > 0).sort((a, b) => a.error - b.error)[0]!
    const edgeNa = best.climbMv / ohm
    await goOn(page, 'tau', () => answer(page, best.tauMs.toFixed(0)))
    await goOn(page, 'rheobase', async () => {
      await settled('#readout-count', edgeNa - 0.025)
      await settled('#readout-count', edgeNa + 0.025)
      await answer(page, edgeNa.toFixed(3))
    })
    await goOn(page, 'threshold', () => answer(page, (restMv + best.climbMv).toFixed(1)))
    await goOn(page, 'pause', () => answer(page, best.waitMs.toFixed(0)))
    await goOn(page, 'proof', () => throughStimulus(page, () => page.click('[data-press="0"]')))
    await page.getByText('7 of 7 steps done').waitFor()
    expect(errors).toEqual([])
  })
})
