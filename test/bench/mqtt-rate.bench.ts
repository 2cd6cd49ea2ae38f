import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, expect, it } from 'vitest'
import { receive } from '../../src/mqtt/exactly-once-receiver.ts'
import { closeAfterTest, closeAll } from '../mqtt/link-on-real-broker.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'
import { MAIN, start } from '../system/processes.ts'
import { usageOf } from './usage.ts'

const SECONDS = Number(process.env.SECONDS ?? 60)
const RATE_HZ = 1000

/** A perfect integrator that 1 nA lifts by 1 mV in each ms: a spike every ms. */
const NEURON = ['model=pif', 'restMv=-70', 'initialMv=-70', 'resetMv=-70', 'thresholdMv=-69', 'capacitanceNf=1']
const SETTINGS = [...NEURON.map(set => `neuron.${set}`), 'input.shape=constant', 'input.level=0', 'web.enabled=false']

afterAll(closeAll)

/**
 * From a spike's time to the subscriber: the neuron's live spikes beside a publisher in C that sleeps to the same kind of
 * deadlines, both received by the same subscriber in C. The ledger waits for up to 50 ms by design: beside the latency of
 * all its spikes stands that of the last one in each batch, which has not waited.
 */
it(`${RATE_HZ} spikes a second for ${SECONDS} s: none lost, and how late they are beside the least in C`, async () => {
  const floor = compiled()
  const { port } = closeAfterTest(await startMosquitto())
  const url = `mqtt://127.0.0.1:${port}`
  const client = await mqtt.connectAsync(url, { protocolVersion: 5 })
  closeAfterTest({ close: () => client.endAsync(true) })
  const late: Record<string, number[]> = { 'floor in C': [], 'live spikes': [], ledger: [], 'last of a batch': [] }
  const arrived = { seqs: [] as number[], batchUs: 0 }
  client.on('message', topic => {
    if (topic.endsWith('/spikes')) arrived.batchUs = (performance.timeOrigin + performance.now()) * 1000
  })
  let lastMs = 0
  const receiver = receive(client, {
    onSpike({ seq, tUs }) {
      arrived.seqs.push(seq)
      lastMs = (arrived.batchUs - tUs) / 1000
      late.ledger!.push(lastMs)
    },
  })
  client.on('message', topic => topic.endsWith('/spikes') && lastMs > 0 && late['last of a batch']!.push(lastMs))
  const flags = [...SETTINGS, 'id=pi-a', `mqtt.url=${url}`].flatMap(setting => ['--set', setting])
  const daemon = start(process.execPath, ['--max-semi-space-size=1', MAIN, 'run', ...flags])
  closeAfterTest({ close: async () => daemon.process.kill('SIGKILL') })
  await until(() => receiver.counts().length > 0, 'the neuron', 30)

  const topics = ['floor', 'neuron/v1/pi-a/spike']
  const subscriber = run(floor, ['sub', String(port), String(SECONDS + 5), ...topics])
  const usage = usageOf(daemon.process.pid!)
  await ask(client, 'params/set', { minNa: 1 })
  await run(floor, ['pub', String(port), 'floor', String(RATE_HZ), String(SECONDS)])
  await ask(client, 'cmd/run', { on: false })
  const { cpuPercent, rssMb } = usage()
  const liveSeqs: number[] = []
  for (const line of (await subscriber).trim().split('\n')) {
    const [topic, seq, us] = line.split(' ')
    late[topic === 'floor' ? 'floor in C' : 'live spikes']!.push(Number(us) / 1000)
    if (topic !== 'floor') liveSeqs.push(Number(seq))
  }
  receiver.close()
  const rows = Object.fromEntries(Object.entries(late).map(([name, ms]) => [name, quantiles(ms)]))
  console.table(rows)
  const ratio = rows['live spikes']!.p99Ms / rows['floor in C']!.p99Ms
  console.log(`p99 of the live spikes / p99 of the floor: ${ratio.toFixed(2)}`)
  console.log(`daemon: ${cpuPercent.toFixed(1)} % of a core, ${rssMb.toFixed(1)} MB resident`)
  const all = Array.from({ length: Math.max(...arrived.seqs) }, (_, i) => i + 1)
  expect(all.length).toBeGreaterThan(RATE_HZ * SECONDS * 0.99)
  expect(receiver.counts()[0]).toMatchObject({ received: all.length, missing: 0 })
  expect(liveSeqs).toEqual(all)
  expect(ratio).toBeLessThan(2)
})

function compiled(): string {
  const folder = mkdtempSync(join(tmpdir(), 'neurond-floor-'))
  closeAfterTest({ close: async () => rmSync(folder, { recursive: true }) })
  const program = join(folder, 'floor')
  execFileSync('gcc', ['-O2', '-Wall', '-o', program, new URL('floor.c', import.meta.url).pathname])
  return program
}

/** All that it has printed, when it has ended. */
function run(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const pieces: Buffer[] = []
  child.stdout.on('data', piece => pieces.push(piece))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code =>
      code === 0 ? resolve(Buffer.concat(pieces).toString()) : reject(new Error(`${program} ended with ${code}`)),
    )
  })
}

function ask(client: mqtt.MqttClient, topic: string, payload: unknown): Promise<unknown> {
  return client.publishAsync(`neuron/v1/pi-a/${topic}`, JSON.stringify(payload), { qos: 1 })
}

function quantiles(ms: readonly number[]) {
  const sorted = Float64Array.from(ms).sort()
  const at = (share: number) => Number(sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(3))
  return { messages: ms.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
}
