import { readFileSync } from 'node:fs'
import mqtt from 'mqtt'
import { afterAll, expect, it } from 'vitest'
import { closeAfterTest, closeAll } from '../mqtt/link-on-real-broker.ts'
import { endAll } from '../system/processes.ts'
import { startDaemon } from '../system/whole.ts'
import { crowd } from '../web/many-viewers.ts'

const SECONDS = Number(process.env.SECONDS ?? 30)
const ROUNDS = Number(process.env.ROUNDS ?? 4)
const CROWDS = [0, 1, 20]
/** Linux counts CPU time in these, whatever the kernel's own tick is. */
const TICKS_PER_S = 100

interface Phase {
  readonly viewers: number
  readonly cpuPercent: number
  readonly framesPerS: number
  readonly kbPerS: number
  readonly lateP50Us: number
  readonly lateP99Us: number
}

afterAll(async () => {
  endAll()
  await closeAll()
})

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] as number

/** CPU time of a process and all its threads so far, s (proc(5), fields 14 and 15 of stat). */
function cpuS(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(afterName[11]) + Number(afterName[12])) / TICKS_PER_S
}

it(`CPU and spike lateness with ${CROWDS} viewers in turn, ${ROUNDS} rounds of ${SECONDS} s each, at 100 Hz`, async () => {
  const at100Hz = ['preset=bio', 'input.shape=constant', 'input.level=0.9']
  const { page, broker, daemon } = await startDaemon(...at100Hz.flatMap(one => ['--set', one]))
  const pid = daemon.process.pid as number
  const late: { p50: number; p99: number }[] = []
  const client = await mqtt.connectAsync(broker)
  closeAfterTest({ close: () => client.endAsync(true) })
  client.on('message', (_, payload) => late.push(JSON.parse(payload.toString()).lateUs))
  await client.subscribeAsync('neuron/v1/pi-a/timing')

  async function phase(size: number): Promise<Phase> {
    const viewers = await crowd(page, size)
    await pause(2000)
    const sum = (what: 'frames' | 'bytes') => viewers.seen.reduce((all, one) => all + one[what], 0)
    const before = { cpu: cpuS(pid), frames: sum('frames'), bytes: sum('bytes'), atMs: performance.now() }
    late.length = 0
    await pause(SECONDS * 1000)
    const s = (performance.now() - before.atMs) / 1000
    const result = {
      viewers: size,
      cpuPercent: (100 * (cpuS(pid) - before.cpu)) / s,
      framesPerS: size === 0 ? 0 : (sum('frames') - before.frames) / s / size,
      kbPerS: size === 0 ? 0 : (sum('bytes') - before.bytes) / s / size / 1000,
      // The first of them began before the phase did.
      lateP50Us: median(late.slice(1).map(({ p50 }) => p50)),
      lateP99Us: median(late.slice(1).map(({ p99 }) => p99)),
    }
    viewers.close()
    return result
  }

  await pause(5000)
  const phases: Phase[] = []
  for (let round = 0; round < ROUNDS; round++) for (const size of CROWDS) phases.push(await phase(size))
  console.table(phases)
  const medians = CROWDS.map(size => {
    const of = phases.filter(one => one.viewers === size)
    const keys = ['cpuPercent', 'framesPerS', 'kbPerS', 'lateP50Us', 'lateP99Us'] as const
    return { viewers: size, ...Object.fromEntries(keys.map(key => [key, median(of.map(one => one[key]))])) }
  })
  console.table(medians)
  expect(phases.every(({ viewers, framesPerS }) => viewers === 0 || framesPerS > 5)).toBe(true)
})
