import { afterAll, beforeAll, expect, it } from 'vitest'
import { bootGuest, buildGuests, type Guest, PI_3B } from '../system/kernel/guest.ts'
import * as lab from '../system/kernel/neurond.ts'

const SECONDS = Number(process.env.SECONDS ?? 60)
const RATE_HZ = 860
/** Figures are published this often, s. */
const WINDOW_S = 10
/** The first windows are those of the start, while code is being compiled. */
const STARTING = 2

const COMMON = ['loop.tickMs=1', `input.sampleHz=${RATE_HZ}`, 'outputs=[]']
const MOCK = ['id=mock', 'input.driver=mock', 'input.shape=constant', 'input.level=0.9']
/** Compiled, as the program runs on a board; what is interpreted in the emulator does not reach 1000 ticks a second. */
const COMPILED = '--no-jitless'

let pi: Guest

beforeAll(async () => {
  await buildGuests()
  pi = await bootGuest(PI_3B)
  await lab.startBroker(pi)
  await lab.turnKnob(pi, 0.9)
  await pi.run(`printf 'mqtt:\\n  url: mqtt://127.0.0.1:1883\\n' >/tmp/rate.yaml`)
})
afterAll(() => pi?.close())

// Side by side, so that both live through the same disturbances of the emulator and its host.
it.each([
  'i2c-bus',
  'koffi',
])(`${RATE_HZ} reads a second by %s for ${SECONDS} s leave the ticks as they are`, async transport => {
  const adc = ['id=adc', 'input.driver=ads1115', `input.transport=${transport}`]
  await pi.run(`: >/tmp/messages; ${start('mock', MOCK)}; ${start('adc', adc)}`)
  for (const id of ['mock', 'adc']) await pi.run(`until grep -q ${id}/timing /tmp/messages; do sleep 1; done`, 240_000)
  await pi.run(`sleep ${SECONDS + (STARTING + 2) * WINDOW_S}`, (SECONDS + (STARTING + 2) * WINDOW_S) * 3000)
  const [mock, real] = [await windowsOf('mock'), await windowsOf('adc')]
  await pi.run('kill $mock $adc; wait $mock $adc', 60_000)
  console.table({ mock: figures(mock), [transport]: figures(real) })
  const pairs = mock.slice(0, real.length).map((window, i) => real[i]!.tickUs.p99 / window.tickUs.p99)
  console.log(`p99 over that of the mock, window by window: ${pairs.map(ratio => ratio.toFixed(2)).join(' ')}`)
  console.log(`p99 over that of the mock, median: ${median(pairs).toFixed(2)} (goal: at most 2)`)
  expect(figures(real).readsPerS).toBeGreaterThan(0)
})

/** What is published under `timing`. */
interface Window {
  readonly tUs: number
  readonly tickUs: { readonly p50: number; readonly p99: number }
  readonly missed: number
  readonly adc: { readonly reads: number; readonly err: number }
  readonly cpu: number
}

function start(id: string, settings: readonly string[]): string {
  const line = lab.commandLine([...COMMON, ...settings], COMPILED, '/tmp/rate.yaml')
  return `(${line}) >/tmp/${id}.log 2>&1 & ${id}=$!`
}

async function windowsOf(id: string): Promise<readonly Window[]> {
  const said = await pi.run(`grep '"neuron/v1/${id}/timing"' /tmp/messages`)
  return said
    .split('\n')
    .slice(STARTING)
    .map(line => JSON.parse(JSON.parse(line).payload))
}

function figures(windows: readonly Window[]) {
  const [first, last] = [windows[0]!, windows.at(-1)!]
  const seconds = (last.tUs - first.tUs) / 1e6
  const middle = (of: (window: Window) => number) => Number(median(windows.map(of)).toPrecision(3))
  return {
    readsPerS: Math.round((last.adc.reads - first.adc.reads) / seconds),
    p50Us: middle(({ tickUs }) => tickUs.p50),
    p99Us: middle(({ tickUs }) => tickUs.p99),
    missedPerS: Math.round((last.missed - first.missed) / seconds),
    cpu: middle(({ cpu }) => cpu),
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number
}
