import { readdirSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FakePeers } from '../fakes/fake-peers.ts'
import { until } from '../mqtt/mosquitto.ts'
import { misfits, openBrowser, violations } from '../web/browser.ts'
import { ask } from '../web/http-client.ts'
import { type WallOnScreen, withWall } from '../web/wall-browser.ts'
import { needs } from './programs.ts'

const IDS = Array.from({ length: 30 }, (_, k) => `pi-${k + 1}`)

needs('chromium')('the class wall in a real browser', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await openBrowser()
  })

  afterAll(() => browser?.close())

  const onWall = (ids: readonly string[], run: (stage: WallOnScreen) => Promise<void>, options = {}) =>
    withWall(browser, ids, run, options)

  it('thirty neurons at 20 Hz: every row moves, and this is how smoothly', () =>
    onWall(IDS, async ({ page, errors }) => {
      expect(await page.locator('.peer').count()).toBe(30)
      await page.waitForTimeout(3000)
      const [frames, longestMs, seconds] = (await page.evaluate(`new Promise(resolve => {
        const times = []
        const frame = atMs => {
          times.push(atMs)
          const spanMs = atMs - times[0]
          if (spanMs < 5000) return requestAnimationFrame(frame)
          const gaps = times.slice(1).map((at, k) => at - times[k])
          resolve([gaps.length, Math.max(...gaps), spanMs / 1000])
        }
        requestAnimationFrame(frame)
      })`)) as [number, number, number]
      process.stdout.write(
        `30 neurons at 20 Hz: ${(frames / seconds).toFixed(1)} frames/s, longest ${longestMs.toFixed(0)} ms\n`,
      )
      const drawn = (await page.evaluate(`(() => {
        const canvas = document.getElementById('spikes')
        const { data, width } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
        const top = canvas.getBoundingClientRect().top
        return [...document.querySelectorAll('.strip')].map(strip => {
          const box = strip.getBoundingClientRect()
          const y = Math.round((box.top + box.height / 2 - top) * devicePixelRatio)
          let solid = 0
          for (let x = 0; x < width; x++) if (data[4 * (y * width + x) + 3] === 255) solid++
          return solid
        })
      })()`)) as number[]
      expect(drawn.filter(pixels => pixels < 20)).toEqual([])
      expect(errors).toEqual([])
    }))

  it('a synapse is added, changed and removed by the form, from the keyboard', () =>
    onWall(['pi-a', 'pi-b', 'pi-c'], async ({ page, peers }) => {
      await page.selectOption('#synapse-from', 'pi-a')
      await page.selectOption('#synapse-to', 'pi-b')
      expect([await page.inputValue('#synapse-from'), await page.inputValue('#synapse-to')]).toEqual(['pi-a', 'pi-b'])
      await page.selectOption('#synapse-kind', 'na')
      await page.selectOption('#synapse-effect', 'inhibits')
      await page.fill('#synapse-weight', '2')
      await page.fill('#synapse-tauMs', '7')
      await page.fill('#synapse-delayMs', '30')
      await page.press('#synapse-delayMs', 'Enter')
      await page.getByRole('row', { name: 'pi-a inhibits pi-b' }).waitFor()
      expect(peers.asked.at(-1)).toEqual({
        ...{ id: 'pi-b', what: 'params/set' },
        content: { ifRev: 1, synapses: [{ from: 'pi-a', weightNa: -2, tauMs: 7, delayMs: 30 }] },
      })
      expect(await page.locator('.wire.inhibits').count()).toBe(1)
      await page.getByRole('button', { name: 'Change pi-a inhibits pi-b' }).press('Enter')
      await page.selectOption('#synapse-kind', 'mv')
      await page.selectOption('#synapse-effect', 'excites')
      await page.fill('#synapse-delayMs', '99999')
      await page.click('#save-synapse')
      await page.getByText('Delay is 99999, must be a number from 0 to 10000 ms', { exact: true }).waitFor()
      await page.fill('#synapse-delayMs', '0')
      await page.click('#save-synapse')
      await page.getByRole('row', { name: 'pi-a excites pi-b' }).waitFor()
      expect(peers.asked.at(-1)?.content).toEqual({ ifRev: 2, synapses: [{ from: 'pi-a', weightMv: 2, delayMs: 0 }] })
      await page.getByRole('button', { name: 'Remove pi-a excites pi-b' }).click()
      await page.getByText('No synapses yet').waitFor()
      expect(peers.sources.list()[1]?.synapses).toEqual([])
    }))

  it('two clicks in the graph fill the form; a click on a wire changes it', () =>
    onWall(['pi-a', 'pi-b', 'pi-c'], async ({ page }) => {
      await page.locator('.node', { hasText: 'pi-c' }).click()
      await page.locator('.node', { hasText: 'pi-a' }).click()
      await page.click('#save-synapse')
      await page.getByRole('row', { name: 'pi-c excites pi-a' }).waitFor()
      await page.locator('.wire .head').click()
      await page.getByRole('heading', { name: 'Change pi-c ➝ pi-a' }).waitFor()
      await page.click('#cancel-synapse')
      await page.getByRole('heading', { name: 'Add a synapse' }).waitFor()
    }))

  it('one is found by its LED, all are paused and muted, and who leaves is shown as gone', () =>
    onWall(['pi-a', 'pi-b', 'pi-c'], async ({ page, peers }) => {
      await page.getByRole('button', { name: 'Blink the LED of pi-b' }).click()
      await page.getByText('Blink: pi-b').waitFor()
      expect(peers.asked).toEqual([{ id: 'pi-b', what: 'cmd/identify', content: {} }])
      await page.click('#run-all')
      await page.locator('#run-all', { hasText: 'Run all' }).waitFor()
      expect(await page.getByText('paused', { exact: true }).count()).toBe(3)
      await page.click('#mute-all')
      await page.locator('#mute-all', { hasText: 'Unmute all' }).waitFor()
      peers.set('pi-c', { life: 'gone', rateHz: null })
      await page.locator('[data-id=pi-c]').getByText('gone', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'pi-a: details' }).click()
      await page.locator('#cell').waitFor()
      await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click()
      await until(() => peers.sources.list()[0]?.running === true, 'pi-a to run')
      expect(await violations(page)).toEqual([])
    }))

  it('a preset is given to one or to all, and who holds a slider is shown', () =>
    onWall(['pi-a', 'a-name-of-thirty-two-characters-'], async ({ page, peers }) => {
      peers.set('pi-a', { source: 'slider' })
      await page.locator('[data-id=pi-a]').getByText('slider', { exact: true }).waitFor()
      await page.selectOption('#preset-all', 'epfl')
      await page.click('#give-preset')
      await page.getByText('2 neurons have answered').waitFor()
      expect(peers.asked.map(({ what, content }) => [what, content])).toEqual([
        ['cmd/preset', { name: 'epfl' }],
        ['cmd/preset', { name: 'epfl' }],
      ])
      const name = page.locator('.name', { hasText: 'a-name-of' })
      expect(await name.evaluate(one => one.scrollWidth - one.clientWidth)).toBeLessThanOrEqual(0)
      await page.getByRole('button', { name: 'pi-a: details' }).click()
      await page.getByRole('dialog').getByText('a slider: somebody has taken over').waitFor()
      await page.selectOption('#preset-one', 'bio')
      await page.getByRole('button', { name: 'Give this preset' }).click()
      await until(() => peers.asked.length === 3, 'the preset for one')
      expect(peers.asked.at(-1)).toEqual({ id: 'pi-a', what: 'cmd/preset', content: { name: 'bio' } })
    }))

  it('the spikes stay beside the names, however much stands there, and who is switched off stays in sight', () =>
    onWall(['pi-a', 'pi-b', 'pi-c', 'pi-d'], async ({ page, peers }) => {
      const bounds = (selector: string) =>
        page.locator(selector).evaluateAll(all => all.map(one => one.getBoundingClientRect().toJSON()))
      const lefts = async () =>
        [...(await bounds('.strip')), ...(await bounds('#spikes'))].map(({ left }) => Math.round(left))
      const [before] = await lefts()
      for (const id of ['pi-a', 'pi-b']) peers.set(id, { running: false, muted: true, speed: 0.1 })
      await until(async () => {
        const [now, ...others] = await lefts()
        return now !== before && others.every(other => other === now)
      }, 'the spikes beside the names')
      peers.set('pi-z', { life: 'gone', rateHz: null })
      await page.getByRole('button', { name: 'pi-z: details' }).waitFor()
      const bottom = async (selector: string) => (await bounds(selector))[0].bottom
      await until(async () => (await bottom('.asleep')) <= (await bottom('#rows')), 'who is switched off, in sight')
    }))

  it('who only watches can command nobody, and is told how to', () =>
    onWall(
      ['pi-a', 'pi-b'],
      async ({ page }) => {
        await page.getByText('You are watching').waitFor()
        for (const control of await page.locator('[data-control], #save-synapse').all()) {
          expect(await control.isDisabled()).toBe(true)
        }
        expect(await violations(page)).toEqual([])
      },
      { extraHTTPHeaders: { 'x-forwarded-for': '192.168.1.7' } },
    ))

  it.each<[string, Partial<FakePeers['broker']>, RegExp]>([
    ['there is none', { state: 'off', url: '' }, /There is no broker/],
    ['it is away', { state: 'offline', reason: 'nobody listens there' }, /cannot be reached: nobody listens there/],
    ['nobody is there', {}, /No neuron has shown itself at the broker mqtt/],
    ['it refuses', { refused: ['neuron/v1/+/state: Not authorized'] }, /does not let this neuron read neuron/],
  ])('the broker in words: %s', (_, broker, words) =>
    onWall([], async ({ page, peers }) => {
      peers.broker = { ...peers.broker, ...broker }
      await page.getByText(words).waitFor()
      expect(await page.locator('#run-all').isDisabled()).toBe(true)
    }))

  it('all pages together are at most 150 kB, compressed', async () => {
    await onWall(['pi-a'], async ({ url }) => {
      const files = readdirSync(new URL('../../dist/src/web/public', import.meta.url))
      const sizes = files.map(async file => {
        const path = `/${file.replace(/^index\.html$|\.html$/, '')}`
        const { status, headers } = await ask(`${url}${path}`, { headers: { 'accept-encoding': 'br' } })
        expect(status).toBe(200)
        return Number(headers['content-length'])
      })
      const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
      expect(files).toContain('app.js')
      expect(total).toBeLessThan(150_000)
    })
  })

  describe.each([
    [1280, 800],
    [1920, 1080],
    [390, 844],
  ])('at %d x %d', (width, height) => {
    it.each([
      ['light', 'en-GB'],
      ['dark', 'de-DE'],
    ] as const)('everything fits and is accessible in %s, %s', (colorScheme, locale) =>
      onWall(
        IDS,
        async ({ page, peers, errors }) => {
          IDS.forEach((id, k) => {
            peers.set(id, { synapses: [{ from: IDS[(k + 7) % 30]!, weightMv: k - 9, delayMs: 5 }] })
          })
          peers.set('pi-2', { running: false, muted: true, speed: 0.1 })
          await page.getByText(/× 0[.,]1/).waitFor()
          await page.locator('.wire').nth(29).waitFor()
          expect(await misfits(page)).toEqual([])
          expect(await violations(page)).toEqual([])
          expect(errors).toEqual([])
        },
        { viewport: { width, height }, colorScheme, locale },
      ))
  })
})
