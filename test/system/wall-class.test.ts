import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterEach, expect, it } from 'vitest'
import { aclRules } from '../../src/cli/acl.ts'
import { closeAfterTest, closeAll } from '../mqtt/link-on-real-broker.ts'
import { startMosquitto } from '../mqtt/mosquitto.ts'
import { openBrowser } from '../web/browser.ts'
import { ask, askJson } from '../web/http-client.ts'
import { endAll, neurond, type Running } from './processes.ts'
import { needs } from './programs.ts'

afterEach(async () => {
  endAll()
  await closeAll()
})

/** Daemons and a browser start on a busy machine: nothing here is about how fast. */
const GENEROUS_MS = 30_000
const ADDRESS = /dashboard: (http:\/\/\S+:\d+)/

interface Pi {
  readonly daemon: Running
  readonly url: string
}

/** A neuron of its own at a constant current, as a user would start it. */
async function startPi(id: string, broker: string, level: number, more: readonly string[] = []): Promise<Pi> {
  const settings = [`id=${id}`, `mqtt.url=${broker}`, 'web.port=0', 'input.shape=constant', `input.level=${level}`]
  const daemon = neurond('run', ...[...settings, ...more].flatMap(setting => ['--set', setting]))
  for (let waitedMs = 0; waitedMs < GENEROUS_MS && !ADDRESS.test(daemon.printed()); waitedMs += 50) {
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return { daemon, url: ADDRESS.exec(daemon.printed())![1] as string }
}

async function openWall(url: string): Promise<Page> {
  const browser = await openBrowser()
  closeAfterTest({ close: () => browser.close() })
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  page.setDefaultTimeout(GENEROUS_MS)
  await page.goto(`${url}/`)
  await page.getByRole('link', { name: 'Class wall' }).click()
  return page
}

/** The teacher leads a lesson from the wall of one neuron; a group does its first step on another. */
async function leadLesson(page: Page, { url }: Pi, group: Pi): Promise<void> {
  const row = page.locator('[data-group=pi-b]')
  const asGroup = (request: object) => askJson(`${group.url}/api/cmd/lesson`, 'POST', request)
  await page.click('#show-lessons')
  await page.selectOption('#lesson-id', 'first-spike')
  await page.click('#lesson-load')
  await page.getByText('Load: 3 neurons have answered.').waitFor()
  await row.locator('.state', { hasText: 'paused' }).waitFor()
  await page.click('#lesson-start')
  // Without a current its first step is done.
  const goOn = async () => (await asGroup({ do: 'next' })).status
  await expect.poll(goOn, { timeout: GENEROUS_MS }).toBe(200)
  await row.locator('[title="pi-b, 1 dark: done"]').waitFor()
  await row.locator('.now[title="pi-b, 2 first: to do, present step"]').waitFor()
  await asGroup({ do: 'hand', on: true })
  await page.getByText('Hands up: pi-b').waitFor()

  const { tokens } = (await ask(`${url}/api/access`)).json
  const pupil = { 'x-forwarded-for': '192.168.1.7', authorization: `Bearer ${tokens.pupils}` }
  const byPupil = await askJson(`${url}/api/peers/all/cmd/lesson`, 'POST', { do: 'stop' }, pupil)
  expect([byPupil.status, byPupil.json.error.code]).toEqual([403, 'token'])
  const byGroup = await asGroup({ do: 'stop' })
  expect([byGroup.status, byGroup.json.error.code]).toEqual([403, 'locked'])
  page.once('dialog', question => question.accept())
  await page.click('#lesson-stop')
  await page.locator('.lesson-table').waitFor({ state: 'detached' })
  await page.click('#show-lessons')
}

const FIRING = /[1-9][\d.]* Hz/

needs('mosquitto', 'chromium')('a class of three on one broker', () => {
  it('is seen, taught, wired, paused, and missed on the wall of one of them', { timeout: 180_000 }, async () => {
    const mosquitto = closeAfterTest(await startMosquitto())
    const broker = `mqtt://127.0.0.1:${mosquitto.port}`
    const [a, b, c] = await Promise.all([
      startPi('pi-a', broker, 0.9),
      startPi('pi-b', broker, 0),
      startPi('pi-c', broker, 0.7),
    ])
    const urls = async () => (await ask(`${a.url}/api/peers`)).json.peers.map(({ url }: Pi) => url)
    await expect.poll(urls, { timeout: GENEROUS_MS }).toContain(a.url)
    const page = await openWall(a.url)
    const row = (id: string) => page.locator(`[data-id=${id}]`)
    await page.locator('#census', { hasText: '3 of 3 alive' }).waitFor()
    for (const id of ['pi-a', 'pi-c']) await row(id).locator('.rate-of', { hasText: FIRING }).waitFor()
    await row('pi-b').locator('.rate-of', { hasText: '0.0 Hz' }).waitFor()

    await leadLesson(page, a, b)

    await page.selectOption('#synapse-from', 'pi-a')
    await page.selectOption('#synapse-to', 'pi-b')
    await page.click('#save-synapse')
    await page.getByRole('row', { name: 'pi-a excites pi-b' }).waitFor()
    // Without a current of its own it fires only because A does.
    await row('pi-b').locator('.rate-of', { hasText: FIRING }).waitFor()
    await page.fill('#synapse-weight', '5000')
    await page.click('#save-synapse')
    await page.getByText('Weight is 5000, must be a number from -1000 to 1000 mV').waitFor()

    await page.click('#run-all')
    await page.getByText('Pause all: 3 neurons have answered.').waitFor()
    for (const id of ['pi-a', 'pi-b', 'pi-c']) await row(id).getByText('paused', { exact: true }).waitFor()
    for (const { url } of [a, b, c]) expect((await ask(`${url}/api/state`)).json.running).toBe(false)

    c.daemon.process.kill('SIGKILL')
    await row('pi-c').getByText('gone', { exact: true }).waitFor()
    await page.locator('#census', { hasText: '2 of 3 alive' }).waitFor()
    await row('pi-c').getByRole('button', { name: 'pi-c: details' }).click()
    page.once('dialog', question => question.accept())
    await page.getByRole('dialog').getByRole('button', { name: 'Forget', exact: true }).click()
    await page.getByText('pi-c: forgotten').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    await row('pi-c').waitFor({ state: 'detached' })
    mosquitto.kill('SIGKILL')
    await page.getByText(/The broker mqtt:\/\/127\.0\.0\.1:\d+ cannot be reached/).waitFor()
    expect((await askJson(`${a.url}/api/peers/all/cmd/run`, 'POST', {})).status).toBe(503)
    await mosquitto.start()
    await page.locator('.trouble').waitFor({ state: 'detached' })
    await page.locator('#census', { hasText: '2 of 2 alive' }).waitFor()
  })
})

needs('chromium')('a lone neuron', () => {
  it('tells how another joins it, and so it does', { timeout: 180_000 }, async () => {
    const { url } = await startPi('pi-a', '', 0.9, ['mqtt.broker.port=0'])
    const page = await openWall(url)
    const command = await page.locator('.join code').first().textContent()
    expect(command).toMatch(/^neurond --set id=pi-b --set mqtt\.url=mqtt:\/\/127\.0\.0\.1:\d+$/)
    neurond('run', ...command!.split(' ').slice(1), '--set', 'web.port=0')
    await page.locator('#census', { hasText: '2 of 2 alive' }).waitFor()
    expect(await page.locator('.join').count()).toBe(0)
  })
})

needs('mosquitto')('the wall and the access rules of a class', () => {
  it('shows what it may not do: a neuron sees the others and does not command them, a teacher’s does', {
    timeout: 180_000,
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'neurond-wall-'))
    closeAfterTest({ close: async () => rmSync(folder, { recursive: true, force: true }) })
    const acl = join(folder, 'neuron.acl')
    writeFileSync(acl, aclRules({ neurons: ['pi-a', 'pi-b'], students: 0, base: 'neuron/v1' }), { mode: 0o600 })
    const users = { 'pi-a': 'a', 'pi-b': 'b', teacher: 't' }
    const { port } = closeAfterTest(await startMosquitto(users, [`acl_file ${acl}`]))
    const at = (user: keyof typeof users) => `mqtt://${user}:${users[user]}@127.0.0.1:${port}`
    const [a, desk, b] = await Promise.all([
      startPi('pi-a', at('pi-a'), 0.9),
      startPi('desk', at('teacher'), 0),
      startPi('pi-b', at('pi-b'), 0.7),
    ])
    const peers = async ({ url }: Pi) => (await ask(`${url}/api/peers`)).json.peers
    await expect
      .poll(() => peers(a), { timeout: GENEROUS_MS })
      .toMatchObject([
        { id: 'desk', life: 'alive', rateHz: 0 },
        { id: 'pi-a', life: 'alive' },
        { id: 'pi-b', life: 'alive', running: true, synapses: [], isVeiled: false },
      ])
    const refused = await askJson(`${a.url}/api/peers/pi-b/cmd/identify`, 'POST', {})
    expect([refused.status, refused.json.error.code]).toEqual([403, 'denied'])
    expect(refused.json.error.message).toContain('does not let the user pi-a order pi-b about')
    expect((await askJson(`${a.url}/api/peers/all/cmd/run`, 'POST', { on: false })).json.error.code).toBe('denied')
    expect((await askJson(`${a.url}/api/peers/pi-a/cmd/identify`, 'POST', {})).json).toEqual({ ok: true, result: {} })
    const synapses = [{ from: 'pi-a', weightMv: 20 }]
    const wired = await askJson(`${desk.url}/api/peers/pi-b/params`, 'PATCH', { synapses })
    expect(wired.json).toMatchObject({ ok: true, result: { synapses: [{ from: 'pi-a', weightMv: 20 }] } })
    const all = await askJson(`${desk.url}/api/peers/all/cmd/run`, 'POST', { on: false })
    expect(Object.keys(all.json.result.answers).sort()).toEqual(['desk', 'pi-a', 'pi-b'])
    expect(all.json.result.silent).toEqual([])

    b.daemon.process.kill('SIGKILL')
    const life = async () => (await peers(desk)).find(({ id }: { id: string }) => id === 'pi-b')?.life
    await expect.poll(life, { timeout: GENEROUS_MS }).toBe('gone')
    const forgotten = ({ url }: Pi, id: string) => ask(`${url}/api/peers/${id}`, { method: 'DELETE' })
    expect((await forgotten(desk, 'pi-a')).json).toMatchObject({ error: { code: 'alive' } })
    const byPupil = await forgotten(a, 'pi-b')
    expect([byPupil.status, byPupil.json.error.code]).toEqual([403, 'denied'])
    expect((await forgotten(desk, 'pi-b')).json).toEqual({ ok: true, result: { forgotten: 'pi-b' } })
    await expect.poll(life, { timeout: GENEROUS_MS }).toBeUndefined()
  })
})
