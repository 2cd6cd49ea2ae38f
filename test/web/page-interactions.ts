/** What a user does on the dashboard page, and reads from it. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** Waits for what must come true within a minute: machines are slow now and then, and nothing here is timed. */
export async function until(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await holds()) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error(`waited in vain: ${what}`)
}

export async function numberIn(page: Page, selector: string): Promise<number> {
  const text = (await page.textContent(selector)) ?? ''
  return Number(text.replace('−', '-').replace(/\u2009/g, ''))
}

/** Take over from the knob, and turn the slider to 0…1 of its way. */
export async function setLevel(page: Page, level: number): Promise<void> {
  await page.click('#take')
  await page.waitForSelector('#level:not([disabled])')
  const end = async (name: string) => Number(await page.getAttribute('#level', name))
  const [min, max] = [await end('min'), await end('max')]
  await page.fill('#level', String(Number((min + level * (max - min)).toFixed(6))))
}

/** Type a current, in place of the knob. */
export async function typeCurrent(page: Page, text: string): Promise<void> {
  await page.fill('#current', text)
  await page.press('#current', 'Enter')
}

export async function setParam(page: Page, name: string, value: number | string): Promise<void> {
  await page.fill(`#${name}-number`, String(value))
  await page.press(`#${name}-number`, 'Enter')
}

/** How far the measured f-I point is from theory, per cent, once it is the mean of so many intervals. */
export async function measuredError(page: Page, intervals: number): Promise<number> {
  const count = async () => Number(/n = (\d+)/.exec((await page.textContent('#fi-said')) ?? '')?.[1] ?? 0)
  await until(async () => (await count()) >= intervals, `a point of ${intervals} intervals`)
  return Number(await page.getAttribute('#fi-error', 'data-percent'))
}

/** Start a stimulus, and stay until it is over. The page itself looks out for it: it may be short. */
export async function throughStimulus(page: Page, start: () => Promise<void>): Promise<void> {
  const isRunning = page.evaluate(`new Promise(resolve => {
    const look = () => document.querySelector('.who').textContent.includes('a stimulus is running') && resolve()
    new MutationObserver(look).observe(document.body, { childList: true, characterData: true, subtree: true })
  })`)
  await start()
  await isRunning
  await until(async () => !(await page.textContent('.who'))!.includes('a stimulus is running'), 'its end')
}

/** What a button saves, as a text, and under which name. */
export async function download(page: Page, button: string): Promise<{ readonly name: string; readonly text: string }> {
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: button }).first().click()
  const file = await downloading
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') }
}

/** The rows of a CSV file by the names of its columns, without its comments. */
export function csvRows(text: string, separator = ','): Record<string, string>[] {
  const lines = text
    .trim()
    .split('\n')
    .filter(line => !line.startsWith('#'))
  const [names = [], ...rows] = lines.map(line => line.split(separator))
  return rows.map(cells => Object.fromEntries(names.map((name, k) => [name, cells[k] ?? ''])))
}

/** Record while something is done, and download the recording in each form. */
export async function recordWhile(page: Page, name: string, act: () => Promise<void>) {
  await page.click('#panel-tab-record')
  await page.fill('#recording-name', name)
  await page.click('#start-recording')
  await act()
  await page.click('#panel-tab-record')
  await page.click('#stop-recording')
  const csv = await download(page, 'Spikes (CSV)')
  const trace = await download(page, 'V and I (CSV)')
  const lines = await download(page, 'All (JSON lines)')
  expect([csv.name, trace.name, lines.name]).toEqual([`${name}-spikes.csv`, `${name}-trace.csv`, `${name}-all.jsonl`])
  const { spikes, rows } = { spikes: csvRows(csv.text), rows: csvRows(trace.text) }
  return {
    spikes: spikes.map(({ boot, seq, unix_us }) => ({ boot, seq: Number(seq), tUs: Number(unix_us) })),
    rows: rows.map(({ unix_us, v_mv, i_na }) => [unix_us, v_mv, i_na].map(Number)),
    lines: lines.text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line)),
  }
}
