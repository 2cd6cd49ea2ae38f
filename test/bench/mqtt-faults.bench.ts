import mqtt from 'mqtt'
import { expect, it } from 'vitest'
import { type FaultPlan, faultPlan, playFaults, spikeTrain, throughFaults } from '../mqtt/broker-faults.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'

const SEEDS = Number(process.env.SEEDS ?? 20)
const SECONDS = Number(process.env.SECONDS ?? 60)
const AT_ONCE = 10
const FREEZES_MS = [6000, 1500]

/** What came of one run. */
interface Row {
  readonly produced: number
  readonly received: number
  /** Neither received nor named as lost. */
  readonly unaccounted: number
  readonly repeated: number
  readonly healed: number
  readonly named: number
}

it(`200 spikes a second for ${SECONDS} s, three SIGKILLs, freezes of 6 s and 1.5 s, ${SEEDS} seeds`, async () => {
  const plans = Array.from({ length: SEEDS }, (_, i) => faultPlan(i + 1, SECONDS * 1000, FREEZES_MS))
  const ours = await inTurns(plans, neurond)
  const few = plans.slice(0, 3)
  const theirs = [await inTurns(few, plan => mqttJs(plan, 0)), await inTurns(few, plan => mqttJs(plan, 1))]
  console.table({
    neurond: sum(ours),
    'MQTT.js defaults, QoS 0': sum(theirs[0]!),
    'MQTT.js defaults, QoS 1': sum(theirs[1]!),
  })
  expect(ours.map(({ unaccounted, repeated }) => [unaccounted, repeated])).toEqual(plans.map(() => [0, 0]))
})

async function inTurns(plans: readonly FaultPlan[], run: (plan: FaultPlan) => Promise<Row>): Promise<Row[]> {
  const rows: Row[] = []
  for (let at = 0; at < plans.length; at += AT_ONCE) {
    rows.push(...(await Promise.all(plans.slice(at, at + AT_ONCE).map(run))))
  }
  return rows
}

async function neurond(plan: FaultPlan): Promise<Row> {
  const { produced, seqs, repeated, lost, counts } = await throughFaults(plan)
  const named = lost.reduce((total, { from, to }) => total + to - from + 1, 0)
  const unaccounted = produced - seqs.size - named
  return { produced, received: seqs.size, unaccounted, repeated, healed: counts?.healed ?? 0, named }
}

/** One publish per spike, as the library comes; the subscriber too. */
async function mqttJs(plan: FaultPlan, qos: 0 | 1): Promise<Row> {
  const broker = await startMosquitto()
  const url = `mqtt://127.0.0.1:${broker.port}`
  const [publisher, subscriber] = [mqtt.connect(url), mqtt.connect(url)]
  for (const client of [publisher, subscriber]) client.on('error', () => {})
  const seqs = new Set<number>()
  let repeated = 0
  subscriber.on('message', (_topic, payload) => {
    const seq = Number(payload.toString())
    if (seqs.has(seq)) repeated++
    seqs.add(seq)
  })
  await subscriber.subscribeAsync('spike', { qos })
  await until(() => publisher.connected, 'the publisher')
  let last = 0
  const stop = spikeTrain(seq => {
    while (last < seq) publisher.publish('spike', String(++last), { qos })
  })
  await playFaults(broker, plan)
  const produced = stop()
  await new Promise(resolve => setTimeout(resolve, 10_000))
  await Promise.all([publisher.endAsync(true), subscriber.endAsync(true)])
  await broker.close()
  return { produced, received: seqs.size, unaccounted: produced - seqs.size, repeated, healed: 0, named: 0 }
}

function sum(rows: readonly Row[]): Row {
  const total = (key: keyof Row) => rows.reduce((value, row) => value + row[key], 0)
  return {
    produced: total('produced'),
    received: total('received'),
    unaccounted: total('unaccounted'),
    repeated: total('repeated'),
    healed: total('healed'),
    named: total('named'),
  }
}
