import { expect, it } from 'vitest'
import { dashboardInBrowser } from '../web/dashboard-browser.ts'
import { setLevel, setParam, until } from '../web/page-interactions.ts'
import { needs } from './programs.ts'

needs('chromium')('the dashboard in the hands of a teacher', () => {
  const served = dashboardInBrowser()
  const { withPage } = served

  it('Space freezes the scope after the slider was turned and a button pressed with the mouse, and presses what Tab has reached', () =>
    withPage(async page => {
      const isFrozen = () => page.getAttribute('#freeze', 'aria-pressed')
      await setLevel(page, 0.6)
      await page.locator('#level').click()
      await page.keyboard.press(' ')
      await until(async () => (await isFrozen()) === 'true', 'Space after the slider')
      await page.getByRole('button', { name: 'Mute LED', exact: true }).click()
      await page.keyboard.press(' ')
      await until(async () => (await isFrozen()) === 'false', 'Space after a button')
      expect(served.neuron.sources.state().muted).toBe(true)
      await page.getByRole('button', { name: 'Unmute LED' }).focus()
      await page.keyboard.press(' ')
      await until(() => !served.neuron.sources.state().muted, 'Space on a button')
      expect(await isFrozen()).toBe('false')
    }))

  it('the scope keeps its height while a stimulus runs beside the slider', () =>
    withPage(async page => {
      const height = async () => (await page.locator('#scope').boundingBox())?.height
      await setLevel(page, 0.6)
      await page.click('#panel-tab-stimulus')
      await page.fill('#stim-ms', '60000')
      await page.press('#stim-ms', 'Tab')
      // Under the scope a first stimulus leaves the line that tells its spikes.
      await page.click('#stimulate')
      await page.locator('#sweep-said').waitFor()
      await page.click('#stop-stimulus')
      await page.locator('.who', { hasText: 'the knob is switched off' }).waitFor()
      const before = await height()
      await page.click('#stimulate')
      await page.locator('.who', { hasText: 'The slider sets the current; a stimulus is running' }).waitFor()
      expect(await height()).toBe(before)
      await page.click('#stop-stimulus')
    }))

  it('a refusal is scrolled into sight', () =>
    withPage(async page => {
      await setParam(page, 'resetMv', -40)
      const refusal = page.locator('#resetMv-refusal .refusal')
      await refusal.waitFor()
      const bottom = async (selector: string) => {
        const box = await page.locator(selector).boundingBox()
        return box!.y + box!.height
      }
      await until(
        async () => (await bottom('#resetMv-refusal')) <= (await bottom('#panel-panel')),
        'the refusal in sight',
      )
    }))

  it('Start runs the stimulus in the fields, by a finger, with either comma, and says what cannot be read', () =>
    withPage(
      async page => {
        const currentNa = () => served.neuron.sources.state().iNa
        await page.tap('#panel-tab-stimulus')
        await page.locator('#stim-iNa').waitFor()
        // As typed on a screen: no event of change comes before the tap.
        const type = (name: string, text: string) =>
          page.locator(`#stim-${name}`).evaluate((field, typed) => Object.assign(field, { value: typed }), text)
        const beforeNa = currentNa()
        await page.check('#stim-replace')
        await type('ms', '60000')
        await type('iNa', '2,5')
        await page.tap('#stimulate')
        await until(() => Math.abs(currentNa() - 2.5) < 1e-9, 'the stimulus of 2.5 nA')
        expect(await page.inputValue('#stim-iNa')).toBe('2,5')
        await type('iNa', '1.25')
        await page.tap('#stimulate')
        await until(() => Math.abs(currentNa() - 1.25) < 1e-9, 'the stimulus of 1.25 nA')
        await type('iNa', '1,2,5')
        await page.tap('#stimulate')
        const refusal = page.locator('#panel-panel .refusal')
        await refusal.waitFor()
        expect(await refusal.textContent()).toBe('Height is "1,2,5", must be a number from -1000 to 1000 nA')
        expect(currentNa()).toBe(1.25)
        await page.tap('#stop-stimulus')
        await until(() => currentNa() === beforeNa, 'its end')
      },
      { hasTouch: true },
    ))

  it('a parameter is read with either comma, and what cannot be read changes nothing', () =>
    withPage(async page => {
      const tauMs = () => served.neuron.sources.params().params.tauMs
      await setParam(page, 'tauMs', '12,5')
      await until(() => tauMs() === 12.5, '12.5 ms')
      await until(async () => (await page.inputValue('#tauMs-number')) === '12.5', 'the field')
      const refusal = page.locator('#tauMs-refusal .refusal')
      const isRefused = async () => {
        // The answer to the change before may still come, and replace what is typed.
        await setParam(page, 'tauMs', '12,5,1')
        return refusal.isVisible()
      }
      await until(isRefused, 'the refusal')
      expect(await refusal.textContent()).toMatch(/τ is "12,5,1", must be a number above 0 to 100000 ms$/)
      expect(tauMs()).toBe(12.5)
      await setParam(page, 'tauMs', 100)
      await until(() => tauMs() === 100, '100 ms')
    }))

  it.each(['sans-serif', 'serif', 'monospace', 'cursive'])('a seed is shown to its last digit in %s', family =>
    withPage(async page => {
      await page.evaluate(`document.documentElement.style.fontFamily = '${family}'`)
      await page.getByText('More', { exact: true }).click()
      await setParam(page, 'seed', 4_123_456_789)
      await until(() => served.neuron.sources.params().params.seed === 4_123_456_789, 'the seed')
      const field = page.locator('#seed-number')
      await until(async () => (await field.inputValue()) === '4123456789', 'the seed in its field')
      // Room for its digits: nothing of it is cut off.
      expect(await field.evaluate(input => input.scrollWidth - input.clientWidth)).toBeLessThanOrEqual(0)
    }))
})
