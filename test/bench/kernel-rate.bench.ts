import { afterAll, beforeAll, expect, it } from 'vitest'
import { bootGuest, buildGuests, type Guest, PI_3B } from '../system/kernel/guest.ts'
import * as lab from '../system/kernel/neurond.ts'

/** Of each of the runs, of which there are two of either kind, in turn. */
const SECONDS = Number(process.env.SECONDS ?? 60)
const RATE_HZ = 860
/** Figures are published every so often, s; the first ones are those of the start. */
const WINDOW_S = 10

const COMMON = ['loop.tickMs=1', `input.sampleHz=${RATE_HZ}`, 'outputs=[]']
const KNOBS = {
  mock: ['input.driver=mock', 'input.shape=constant', 'input.level=0.9'],
  ads1115: ['input.driver=ads1115', 'input.transport=i2c-bus'],
  'ads1115 by koffi': ['input.driver=ads1115', 'input.transport=koffi'],
}

interface Figures {
  readonly reads: number
  readonly p50Us: number
  readonly p99Us: number
  readonly missed: number
  readonly cpu: number
}

let pi: Guest

beforeAll(async () => {
  await buildGuests()
  pi = await bootGuest(PI_3B)
  await lab.startBroker(pi)
  await lab.turnKnob(pi, 0.9)
  await pi.run(`printf 'mqtt:\\n  url: mqtt://127.0.0.1:1883\\n' >/tmp/rate.yaml`)
})
afterAll(() => pi?.close())

it(`the ADC read ${RATE_HZ} times a second for ${SECONDS} s: how late the ticks come, beside the simulated knob`, async () => {
  const runs: Record<string, Figures[]> = {}
  for (let round = 0; round < 2; round++) {
    for (const [name, settings] of Object.entries(KNOBS)) {
      const figures = await measure(settings)
      runs[name] = [...(runs[name] ?? []), figures]
      console.log(`${name}: ${JSON.stringify(figures)}`)
    }
  }
  const typical = Object.entries(runs).map(([name, figures]) => [name, meanOf(figures)] as const)
  const mock = typical[0]![1]
  console.table(
    Object.fromEntries(
      typical.map(([name, figures]) => {
        const ratio = (key: 'p50Us' | 'p99Us') => Number((figures[key] / mock[key]).toFixed(2))
        return [name, { ...figures, ratioP50: ratio('p50Us'), ratioP99: ratio('p99Us') }]
      }),
    ),
  )
  for (const [name, { reads }] of typical) expect(reads, `reads a second of ${name}`).toBeGreaterThan(0.8 * RATE_HZ)
})

/** One daemon for the whole time; the middle of its windows, for the emulator itself stands still now and then. */
async function measure(settings: readonly string[]): Promise<Figures> {
  const neurond = await lab.startNeurond(pi, [...COMMON, ...settings], { config: '/tmp/rate.yaml' })
  await pi.run(`sleep ${SECONDS + WINDOW_S}`, (SECONDS + WINDOW_S) * 5000)
  const windows = (await neurond.published()).filter(({ topic }) => topic === 'timing').map(({ payload }) => payload)
  await neurond.end('TERM')
  const [first, ...rest] = windows.slice(-Math.floor(SECONDS / WINDOW_S) - 1)
  const last = rest.at(-1)
  const seconds = (last.tUs - first.tUs) / 1e6
  return {
    reads: Math.round((last.adc.reads - first.adc.reads) / seconds),
    p50Us: median(rest.map(({ tickUs }) => tickUs.p50)),
    p99Us: median(rest.map(({ tickUs }) => tickUs.p99)),
    missed: last.missed - first.missed,
    cpu: median(rest.map(({ cpu }) => cpu)),
  }
}

function meanOf(figures: readonly Figures[]): Figures {
  const mean = (key: keyof Figures) => figures.reduce((sum, each) => sum + each[key], 0) / figures.length
  return {
    reads: mean('reads'),
    p50Us: mean('p50Us'),
    p99Us: mean('p99Us'),
    missed: mean('missed'),
    cpu: Number(mean('cpu').toFixed(3)),
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number
}
