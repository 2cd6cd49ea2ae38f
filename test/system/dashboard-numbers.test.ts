import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { neuronFrom } from '../../src/neuron/params.ts'
import { PRESETS } from '../../src/neuron/presets.ts'
import { rateWithNoiseHz } from '../../src/neuron/siegert.ts'
import { rheobaseNa } from '../../src/neuron/theory.ts'
import { closeAll } from '../mqtt/link-on-real-broker.ts'
import { openBrowser } from '../web/browser.ts'
import { csvRows, download, until } from '../web/page-interactions.ts'
import { recordTraffic } from '../web/page-traffic.ts'
import { type Change, NEAR_RHEOBASE, type NeuronPlan, randomNeuron } from '../web/random-neurons.ts'
import { compareNumbers, type Deviation } from '../web/shown-numbers.ts'
import {
  type ComparedPage,
  compareFi,
  compareIntervals,
  compareReadouts,
  compareStates,
  neuronOf,
} from './compare-page.ts'
import { endAll } from './processes.ts'
import { needs } from './programs.ts'
import { type RecordedSpikes, recordSpikes } from './recorded-spikes.ts'
import { startDaemon } from './whole.ts'

/** `PAGE_NEURONS=20 PAGE_SEED=1` compares so many neurons and says how far the numbers were off; it takes some minutes. */
const NEURONS = Number(process.env.PAGE_NEURONS ?? 0)
const FIRST_SEED = Number(process.env.PAGE_SEED ?? 1)
const PLANS = [NEAR_RHEOBASE, ...Array.from({ length: NEURONS }, (_, k) => randomNeuron(FIRST_SEED + k))]
/** The knob turns slowly, so that its current is not constant. */
const KNOB = ['input.shape=triangle', 'input.lowLevel=0.6', 'input.highLevel=0.64', 'input.periodMs=20000']
/** Ten times a second, which is as often as its numbers change, to leave time on a busy machine. */
const DRAW_SLOWLY = 'window.requestAnimationFrame = draw => setTimeout(() => draw(performance.now()), 100)'
/** So many intervals are awaited before numbers are compared, if they come within this time, ms. */
const INTERVALS = 6
const PATIENCE_MS = 2500

needs('chromium')('every number on the dashboard', () => {
  let url: string
  let spikes: RecordedSpikes
  let browser: Browser
  let context = ''
  const compare = compareNumbers(() => context)

  beforeAll(async () => {
    const { page, broker } = await startDaemon(...KNOB.flatMap(setting => ['--set', setting]))
    url = page
    spikes = await recordSpikes(broker)
    browser = await openBrowser()
  }, 60_000)

  afterAll(async () => {
    if (process.env.PAGE_NEURONS) console.log(tableOf(compare.table()))
    await browser?.close()
    endAll()
    await closeAll()
  })

  async function openCompared(hasTouch: boolean): Promise<ComparedPage & { errors: string[] }> {
    const pageContext = await browser.newContext({ viewport: { width: 1000, height: 700 }, hasTouch })
    const page = await pageContext.newPage()
    const errors: string[] = []
    page.on('console', message => message.type() === 'error' && errors.push(message.text()))
    page.on('pageerror', error => errors.push(String(error)))
    const traffic = recordTraffic(page)
    await page.addInitScript(DRAW_SLOWLY)
    await page.goto(url)
    await page.locator('#readout-voltage').filter({ hasText: /\d/ }).waitFor()
    const nowUs = Date.now() * 1000
    return { page, traffic, spikes, compare, errors, changedUs: [nowUs, nowUs] }
  }

  async function command(verb: string, content: object): Promise<void> {
    const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) }
    expect((await fetch(new URL(`/api/cmd/${verb}`, url), request)).ok).toBe(true)
  }

  async function compareNeuron(compared: ComparedPage & { errors: string[] }, plan: NeuronPlan): Promise<void> {
    const hands = handsOn(compared, plan.hasTouch)
    await hands.press('#panel-tab-record')
    await hands.press('#start-recording')
    await hands.press('#panel-tab-neuron')
    await becomeNeuron(compared, hands, plan)
    await compareAll(compared, hands)
    for (const change of plan.changes) {
      context = `${JSON.stringify(plan)} at ${change.what}`
      if (process.env.PAGE_NEURONS) console.log(plan.seed, change.what)
      await CHANGES[change.what](compared, hands, change.amount, () => openCompared(plan.hasTouch))
      await compareAll(compared, hands)
    }
    await compareFrozen(compared, hands)
    await compareFiles(compared, hands)
    compareStates(compared)
    expect(compared.errors).toEqual([])
  }

  it.skipIf(NEURONS === 0).each(PLANS)(
    'of neuron $seed ($preset) is what the recorded spikes say',
    async plan => {
      const compared = await openCompared(plan.hasTouch)
      context = JSON.stringify(plan)
      try {
        await compareNeuron(compared, plan)
      } finally {
        await compared.page.context().close()
        // For the next one.
        for (const [verb, content] of [
          ['run', { on: true }],
          ['mute', { on: false }],
          ['speed', { speed: 1 }],
        ] as const)
          await command(verb, content)
      }
    },
    300_000,
  )
})

/** Mouse and keys, or a finger and the keys of a touch screen. */
interface Hands {
  press(selector: string): Promise<void>
  type(name: string, value: number): Promise<void>
  choose(selector: string, value: string): Promise<void>
  slide(level: number): Promise<void>
  /** A place on the slider is pressed: the value is what it becomes. */
  pressSlider(share: number): Promise<void>
}

/** Without waiting until nothing moves: on a busy machine that takes seconds. */
const NOW = { force: true } as const

function handsOn({ page, traffic }: ComparedPage, hasTouch: boolean): Hands {
  const press = (selector: string) => (hasTouch ? page.tap(selector, NOW) : page.click(selector, NOW))
  return {
    press,
    async type(name, value) {
      const field = `#${name}-number`
      await press(field)
      await page.fill(field, String(value))
      // A finger goes on to something else; a hand on keys presses Enter.
      if (hasTouch) await page.locator(field).blur()
      else await page.press(field, 'Enter')
      await until(() => traffic.params.at(-1)?.params[name] === value, `${name} ${value}`)
    },
    async choose(selector, value) {
      await page.selectOption(selector, value)
    },
    async slide(level) {
      const { minNa, maxNa } = knobRange(traffic)
      await press('#current')
      await page.fill('#current', String(Number((minNa + level * (maxNa - minNa)).toPrecision(12))))
      if (hasTouch) await page.locator('#current').blur()
      else await page.press('#current', 'Enter')
      await until(() => Math.abs((traffic.states.at(-1)?.state.level ?? 0) - level) < 1e-9, `level ${level}`)
    },
    async pressSlider(share) {
      const box = (await page.locator('#level').boundingBox())!
      const [x, y] = [box.x + share * box.width, box.y + box.height / 2]
      if (hasTouch) await page.touchscreen.tap(x, y)
      else await page.mouse.click(x, y)
      const { minNa, maxNa } = knobRange(traffic)
      const level = (Number(await page.inputValue('#level')) - minNa) / (maxNa - minNa)
      expect(Math.abs(level - share)).toBeLessThan(0.05)
      await until(() => Math.abs((traffic.states.at(-1)?.state.level ?? 0) - level) < 1e-9, `level ${level}`)
    },
  }
}

function knobRange({ params }: ComparedPage['traffic']): Readonly<Record<'minNa' | 'maxNa', number>> {
  return params.at(-1)!.params as Readonly<Record<'minNa' | 'maxNa', number>>
}

/** Does something, and notes when. */
async function changing(compared: ComparedPage, act: () => Promise<void>): Promise<void> {
  const beforeUs = Date.now() * 1000
  await act()
  compared.changedUs = [beforeUs, Date.now() * 1000]
}

async function becomeNeuron(compared: ComparedPage, hands: Hands, plan: NeuronPlan): Promise<void> {
  await changing(compared, async () => {
    await choosePreset(compared, hands, plan.preset)
    for (const [name, value] of Object.entries(plan.values)) await hands.type(name, value)
    await takeSlider(compared, hands)
    await hands.slide(plan.level)
  })
}

async function choosePreset({ traffic }: ComparedPage, hands: Hands, preset: keyof typeof PRESETS): Promise<void> {
  const wanted = neuronFrom(PRESETS[preset].neuron)
  await hands.choose('#preset', preset)
  const now = () => traffic.params.at(-1)!.params
  await until(() => now().tauMs === wanted.tauMs && now().maxNa === PRESETS[preset].input.maxNa, preset)
}

async function takeSlider({ page, traffic }: ComparedPage, hands: Hands): Promise<void> {
  await hands.press('#take')
  await until(() => traffic.states.at(-1)?.state.source === 'slider', 'the slider')
  await page.waitForSelector('#level:not([disabled])')
}

/** A level with this current, as a multiple of the rheobase. */
function levelOf({ traffic }: ComparedPage, ofRheobase: number): number {
  const { minNa, maxNa } = knobRange(traffic)
  const level = (ofRheobase * rheobaseNa(neuronOf(traffic)) - minNa) / (maxNa - minNa)
  return Number(Math.min(1, Math.max(0, level)).toFixed(3))
}

type DoChange = (
  compared: ComparedPage,
  hands: Hands,
  amount: number,
  openOther: () => Promise<ComparedPage>,
) => Promise<void>

const typed =
  (name: string, value: (amount: number) => number): DoChange =>
  (compared, hands, amount) =>
    changing(compared, () => hands.type(name, Number(value(amount).toFixed(1))))

const CHANGES: Readonly<Record<Change, DoChange>> = {
  async pause(compared, hands) {
    await compareFrozen(compared, hands)
    await changing(compared, () => run(compared, hands, true))
  },
  tau: typed('tauMs', amount => 8 + 40 * amount),
  noise: typed('noiseMv', amount => 1 + 4 * amount),
  refractory: typed('refractoryMs', amount => 1 + 10 * amount),
  level: (compared, hands, amount) =>
    changing(compared, () => hands.pressSlider(Math.min(0.97, levelOf(compared, 1.1 + amount)))),
  silence: (compared, hands, amount) =>
    changing(compared, () => hands.slide(levelOf(compared, amount > 0.99 ? amount : 0.5 + 0.45 * amount))),
  preset: (compared, hands, amount) =>
    changing(compared, async () => {
      await choosePreset(compared, hands, (['classroom', 'bio', 'epfl'] as const)[Math.floor(3 * amount)]!)
      await hands.slide(levelOf(compared, 1.5))
    }),
  async speed(compared, hands, amount) {
    compared.spikes.interrupt()
    await changing(compared, () => setSpeed(compared, hands, amount < 0.7 ? 0.5 : 0.1))
    compared.spikes.interrupt()
  },
  stimulus: (compared, hands, amount) =>
    changing(compared, async () => {
      const { page, traffic } = compared
      await hands.press('#panel-tab-stimulus')
      await page.fill('#stim-iNa', (0.5 + amount).toFixed(2))
      await page.fill('#stim-ms', '1500')
      const from = traffic.rows.length
      await hands.press('#stimulate')
      await until(() => traffic.rows.slice(from).some(({ iNa }) => iNa !== traffic.rows[from]!.iNa), 'its current')
      await compareReadouts(compared)
      await until(() => traffic.states.at(-1)?.state.stimulated === false, 'its end')
      await until(() => traffic.rows.at(-1)!.iNa === traffic.rows[from]!.iNa, 'the current of before')
      await hands.press('#panel-tab-neuron')
    }),
  mute: (compared, hands) => mute(compared, hands, true),
  async reset(compared, hands) {
    compared.spikes.interrupt()
    await changing(compared, () => hands.press('header nav button:nth-of-type(2)'))
    compared.spikes.interrupt()
  },
  async reload(compared) {
    await changing(compared, async () => {
      await compared.page.reload()
      await compared.page.locator('#readout-voltage').filter({ hasText: /\d/ }).waitFor()
    })
  },
  async secondPage(compared, hands, _amount, openOther) {
    const other = await openOther()
    await compareAll(other, handsOn(other, false))
    await compareAll(compared, hands)
    await other.page.context().close()
  },
  knob: (compared, hands) =>
    changing(compared, async () => {
      await hands.press('#give')
      await until(() => compared.traffic.states.at(-1)?.state.source === 'knob', 'the knob')
    }),
}

async function mute({ traffic }: ComparedPage, hands: Hands, isMuted: boolean): Promise<void> {
  await hands.press('header nav button:nth-of-type(3)')
  await until(() => traffic.states.at(-1)?.state.muted === isMuted, isMuted ? 'muted' : 'not muted')
}

async function setSpeed({ traffic }: ComparedPage, hands: Hands, speed: number): Promise<void> {
  await hands.choose('#speed', String(speed))
  await until(() => traffic.states.at(-1)?.state.speed === speed, `speed ${speed}`)
}

async function run({ traffic, spikes }: ComparedPage, hands: Hands, isRunning: boolean): Promise<void> {
  spikes.interrupt()
  await hands.press('#run')
  await until(() => traffic.states.at(-1)?.state.running === isRunning, isRunning ? 'it runs' : 'it is paused')
  spikes.interrupt()
}

/** Waits for a few intervals, or for what time there is. */
async function compareAll(compared: ComparedPage, hands: Hands): Promise<void> {
  const { spikes, traffic, changedUs, page } = compared
  const startMs = Date.now()
  const isEnough = () => spikes.lastSeq() - spikes.seqAt(changedUs[1] + 400_000) > INTERVALS
  await until(() => isEnough() || Date.now() - startMs > PATIENCE_MS, 'intervals')
  await hands.press('#plot-tab-fi')
  await page.waitForSelector('#fi-said')
  for (let k = 0; k < 3; k++) {
    await compareReadouts(compared)
    await compareFi(compared)
    await page.waitForTimeout(120)
  }
  await hands.press('#plot-tab-intervals')
  await page.locator('#intervals-said').filter({ hasText: /\S/ }).waitFor()
  for (let k = 0; k < 3; k++) {
    await compareIntervals(compared)
    await page.waitForTimeout(120)
  }
  expect(traffic.states.at(-1)!.state.count).toBeGreaterThanOrEqual(0)
}

/** Pauses: then the numbers stand still, and are compared exactly. */
async function compareFrozen(compared: ComparedPage, hands: Hands): Promise<void> {
  const { page, traffic, spikes, compare } = compared
  await run(compared, hands, false)
  await page.waitForTimeout(400)
  const { count } = traffic.states.at(-1)!.state
  await until(() => count === 0 || spikes.has(count), 'the ledger')
  expect(spikes.lastSeq()).toBe(count)
  const text = async (id: string) => (await page.textContent(`#readout-${id}`))!
  compare.same('count, paused', await text('count'), spikes.lastSeq())
  compare.same('rate, paused', await text('rate'), 0)
  compare.same('V, paused', await text('voltage'), traffic.rows.at(-1)!.vMv, 1e-4)
  const isiMs = spikes.isiMs(count)
  if (!Number.isNaN(isiMs)) compare.same('interval, paused', await text('interval'), isiMs, spikes.isiErrorMs(count))
  expect(await page.locator('header .badge').allTextContents()).toContain('paused')
  await hands.press('#plot-tab-fi')
  await page.waitForSelector('#fi-said')
  await compareReadouts(compared)
  await compareFi(compared)
  await hands.press('#plot-tab-intervals')
  await page.locator('#intervals-said').filter({ hasText: /\S/ }).waitFor()
  await compareIntervals(compared)
  await hands.press('#plot-tab-fi')
}

/** What can be downloaded: the points of the f-I curve, and the recording. */
async function compareFiles({ page, traffic, spikes, compare }: ComparedPage, hands: Hands): Promise<void> {
  const fi = await download(page, 'CSV')
  const params = neuronOf(traffic)
  for (const { i_na: iNa, rate_hz: rateHz, theory_hz: theoryHz = '' } of csvRows(fi.text)) {
    compare.same(
      'theory in the f–I file',
      theoryHz,
      rateWithNoiseHz(params, Number(iNa)),
      5e-5 + 0.02 * Number(theoryHz),
    )
    expect(Number(rateHz)).toBeGreaterThanOrEqual(0)
  }
  await hands.press('#panel-tab-record')
  if ((await page.locator('#stop-recording').count()) === 0) return
  await hands.press('#stop-recording')
  const file = await download(page, 'Spikes (CSV)')
  const rows = csvRows(file.text)
  const summary = await page.textContent('.recordings .hint')
  compare.words(
    'summary of the recording',
    summary!.split(',')[0]!,
    `${rows.length} spike${rows.length === 1 ? '' : 's'}`,
  )
  let before: number | undefined
  for (const row of rows) {
    const { seq: seqText, unix_us: tUs = '', isi_ms: isiMs = '', speed = '' } = row
    const seq = Number(seqText)
    if (before !== undefined) expect(seq).toBe(before + 1)
    before = seq
    compare.same('time in the file of spikes, µs', tUs, spikes.spike(seq).tUs)
    compare.same('speed in the file of spikes', speed, spikes.spike(seq).speed)
    const expected = spikes.isiMs(seq)
    if (isiMs !== '' && !Number.isNaN(expected))
      compare.same('interval in the file of spikes, ms', isiMs, expected, spikes.isiErrorMs(seq))
  }
}

function tableOf(deviations: readonly Deviation[]): string {
  const rows = deviations.map(
    ({ name, count, largest, worst }) => `| ${name} | ${count} | ${largest.toFixed(3)} | ${worst} |`,
  )
  return ['| number | compared | largest deviation, last digits | there |', '|---|---|---|---|', ...rows].join('\n')
}
