import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, expect, it } from 'vitest'
import { type LostSpikes, receive } from '../../src/mqtt/exactly-once-receiver.ts'
import { closeAfterTest, closeAll } from '../mqtt/link-on-real-broker.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'
import { endAll, MAIN, start } from '../system/processes.ts'
import { openViewerSockets } from '../web/websocket-viewers.ts'
import { csvOf, type Figure, type Look, median, perHour, thirds } from './soak-figures.ts'
import { around, restlessHands } from './soak-hands.ts'
import { fdsOf, memoryOf, usageOf } from './usage.ts'

const MINUTES = Number(process.env.MINUTES ?? 30)
/** Memory is looked at when everything has been in use for a while. */
const SETTLED_S = Math.min(300, MINUTES * 20)
/**
 * Shorter runs cannot tell a slope from the saw-tooth of the garbage collector, which is 3 MB high and 100 s long; half
 * an hour tells it to 1.6 MB an hour (block bootstrap, 95 %), and a longer run better.
 */
const JUDGED_FROM_MINUTES = 30
const RATE_HZ = 100
const VIEWERS = 2
const LOOK_S = 10
const DEED_MS = 3000
const ROOT = 'neuron/v1/pi-a'

afterAll(async () => {
  endAll()
  await closeAll()
})

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

it(`${MINUTES} minutes at ${RATE_HZ} Hz with MQTT, ${VIEWERS} viewers, commands and a knob that turns`, async () => {
  const { port } = closeAfterTest(await startMosquitto())
  const url = `mqtt://127.0.0.1:${port}`
  const client = await mqtt.connectAsync(url, { protocolVersion: 5 })
  closeAfterTest({ close: () => client.endAsync(true) })
  const seqs = new Set<number>()
  const boots = new Set<string>()
  const lost: LostSpikes[] = []
  const receiver = receive(client, {
    onSpike({ seq, boot }) {
      seqs.add(seq)
      boots.add(boot)
    },
    onLost: named => lost.push(named),
  })
  const told = { timing: [] as { lateUs: { p50: number; p99: number } }[], missed: 0, count: 0, running: true }
  client.on('message', (topic, payload) => {
    if (topic !== `${ROOT}/timing` && topic !== `${ROOT}/state`) return
    const message = JSON.parse(payload.toString())
    if (topic.endsWith('timing')) told.timing.push(message)
    if (topic.endsWith('timing')) told.missed = message.missed
    else Object.assign(told, { count: message.count, running: message.running })
  })
  await client.subscribeAsync(`${ROOT}/timing`)

  const { minNa, maxNa, tauMs } = around(RATE_HZ, 10)
  const knob = ['driver=mock', 'shape=sine', 'periodMs=7000', 'noiseLevel=0.002', `minNa=${minNa}`, `maxNa=${maxNa}`]
  const settings = [
    'id=pi-a',
    'web.port=0',
    `mqtt.url=${url}`,
    `neuron.tauMs=${tauMs}`,
    ...knob.map(set => `input.${set}`),
  ]
  const flags = settings.flatMap(setting => ['--set', setting])
  const daemon = start(process.execPath, ['--max-semi-space-size=1', MAIN, 'run', ...flags])
  const address = () => /dashboard: (http\S+)/.exec(daemon.printed())?.[1]
  await until(() => address() !== undefined && seqs.size > 0, 'the dashboard and the first spikes', 60)
  const page = address()!
  const pid = daemon.process.pid!
  const viewers = await openViewerSockets(page, VIEWERS)
  const hands = restlessHands(client, page, ROOT, RATE_HZ)
  const deeds = setInterval(hands.next, DEED_MS)
  closeAfterTest({ close: async () => clearInterval(deeds) })

  const usage = usageOf(pid)
  const startedMs = performance.now()
  const looks: Look[] = []
  for (let k = 1; k <= (MINUTES * 60) / LOOK_S; k++) {
    await pause(startedMs + k * LOOK_S * 1000 - performance.now())
    const timing = told.timing.splice(0)
    looks.push({
      s: (performance.now() - startedMs) / 1000,
      ...memoryOf(pid),
      fds: fdsOf(pid),
      lateP50Us: median(timing.map(({ lateUs }) => lateUs.p50)),
      lateP99Us: median(timing.map(({ lateUs }) => lateUs.p99)),
      missedTicks: told.missed,
      received: seqs.size,
      frames: Math.min(...viewers.seen.map(({ frames }) => frames)),
    })
  }
  const { cpuPercent } = usage()
  clearInterval(deeds)
  await until(() => hands.counts.answered === hands.counts.asked, 'the last answer', 30).catch(() => {})
  await client.publishAsync(`${ROOT}/cmd/run`, '{"on":false}', { qos: 1 })
  await until(() => !told.running, 'the neuron to stop', 30)
  await until(() => seqs.size >= told.count, 'the last spike', 30).catch(() => {})
  receiver.close()
  viewers.close()

  const file = join(mkdtempSync(join(tmpdir(), 'neurond-soak-')), 'soak.csv')
  writeFileSync(file, csvOf(looks))
  const named = lost.reduce((sum, { from, to }) => sum + to - from + 1, 0)
  const spikes = {
    sent: told.count,
    named,
    unaccounted: told.count - seqs.size - named,
    ...receiver.counts()[0],
    received: seqs.size,
  }
  const settled = looks.filter(({ s }) => s > SETTLED_S)
  console.table(looks.filter((_, k) => k % Math.ceil(looks.length / 30) === 0 || k === looks.length - 1))
  const figures: Figure[] = ['rssMb', 'pssMb', 'anonymousMb', 'fds', 'lateP50Us', 'lateP99Us']
  console.table(Object.fromEntries(figures.map(figure => [figure, rowOf(looks, settled, figure)])))
  console.table({ spikes })
  console.table({ requests: { ...hands.counts, refused: hands.refusals.length }, lost: { gaps: lost.length } })
  console.log(`${cpuPercent.toFixed(1)} % of a core; missed ticks ${told.missed}; ${file}`)
  for (const gap of lost) console.log(`lost: ${JSON.stringify(gap)}`)
  for (const refusal of hands.refusals) console.log(`refused: ${refusal}`)

  expect(told.count).toBeGreaterThan(0.9 * RATE_HZ * MINUTES * 60)
  expect(boots.size).toBe(1)
  expect(spikes.unaccounted).toBe(0)
  expect(Math.max(...receiver.counts().map(({ received }) => received))).toBe(seqs.size)
  expect({ ...hands.counts, refusals: hands.refusals }).toEqual({
    asked: hands.counts.asked,
    answered: hands.counts.asked,
    refusals: [],
  })
  expect(viewers.seen.every(({ frames }) => frames > 5 * MINUTES * 60)).toBe(true)
  const fds = thirds(settled, 'fds')
  expect(fds[2]).toBe(fds[0])
  if (MINUTES < JUDGED_FROM_MINUTES) return
  expect(perHour(settled, 'rssMb')).toBeLessThan(1)
  const late = thirds(settled, 'lateP50Us')
  expect(late[2]).toBeLessThan(2 * late[0])
})

/** What has become of a figure: in the whole run, and after the first minutes. */
function rowOf(looks: readonly Look[], settled: readonly Look[], figure: Figure) {
  const [first, middle, last] = thirds(settled, figure)
  const row = { first: looks[0]![figure], last: looks.at(-1)![figure], first3: first, middle3: middle, last3: last }
  return Object.fromEntries(
    Object.entries({ ...row, perHour: perHour(settled, figure) }).map(([key, value]) => [
      key,
      Number(value.toFixed(2)),
    ]),
  )
}
