import mqtt from 'mqtt'
import { afterAll, expect, it } from 'vitest'
import { receive } from '../../src/mqtt/client.ts'
import { hearing } from '../mqtt/hearing.ts'
import { closeAll, isOnline, keep, liveBench } from '../mqtt/live-bench.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'

const SECONDS = Number(process.env.SECONDS ?? 60)
const RATE_HZ = 1000

afterAll(closeAll)

it(`${RATE_HZ} spikes a second for ${SECONDS} s: none lost; how late the live ones and the ledger are`, async () => {
  const { port } = keep(await startMosquitto())
  const url = `mqtt://127.0.0.1:${port}`
  const client = await mqtt.connectAsync(url, { protocolVersion: 5 })
  const floor = await mqtt.connectAsync(url, { protocolVersion: 5 })
  keep({ close: () => Promise.all([client.endAsync(true), floor.endAsync(true)]) })
  for (const each of [client, floor]) (each.stream as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true)
  const { link, spikesTo } = liveBench(url, {}, 5, hearing().neuron)
  const sentAtMs: number[] = []
  const late: Record<'live' | 'ledger' | 'floor', number[]> = { live: [], ledger: [], floor: [] }
  const receiver = receive(client, { onSpike: ({ seq }) => late.ledger.push(performance.now() - sentAtMs[seq]!) })
  client.on('message', (topic, payload) => {
    if (topic === 'floor') late.floor.push(performance.now() - Number(payload.toString()))
    else if (topic.endsWith('/spike')) late.live.push(performance.now() - sentAtMs[JSON.parse(payload.toString()).seq]!)
  })
  await client.subscribeAsync(['floor', 'neuron/v1/pi-a/spike'], { qos: 0 })
  await until(isOnline(link), 'the link')
  await until(() => receiver.counts().length > 0, 'the first message')
  const started = performance.now()
  let seq = 0
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - started) * RATE_HZ) / 1000)
    while (seq < due) {
      sentAtMs[++seq] = performance.now()
      spikesTo(seq)
    }
    floor.publish('floor', String(performance.now()))
  }, 1)
  await new Promise(resolve => setTimeout(resolve, SECONDS * 1000))
  clearInterval(timer)
  await until(() => receiver.counts()[0]!.received === seq, 'the last spike')
  receiver.close()
  console.table(
    Object.fromEntries(
      Object.entries(late).map(([name, ms]) => {
        const sorted = Float64Array.from(ms).sort()
        const at = (share: number) => Number(sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(2))
        return [name, { messages: ms.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }]
      }),
    ),
  )
  expect(receiver.counts()[0]).toMatchObject({ received: seq, missing: 0 })
})
