import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, expect, it } from 'vitest'
import { neuronFrom } from '../../src/neuron/params.ts'
import { currentForRateHz } from '../../src/neuron/theory.ts'
import { closeAfterTest, closeAll } from '../mqtt/link-on-real-broker.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'
import { MAIN, type Running, start } from '../system/processes.ts'
import { type Usage, usageOf } from './usage.ts'

const SECONDS = Number(process.env.SECONDS ?? 60)
const NEURONS = Number(process.env.NEURONS ?? 30)
const RATE_HZ = 20
const PATIENCE_S = 180

afterAll(closeAll)

it(`${NEURONS} daemons at ${RATE_HZ} Hz on one mosquitto for ${SECONDS} s, watched and recorded: none lost`, async () => {
  const { port } = closeAfterTest(await startMosquitto())
  const url = `mqtt://127.0.0.1:${port}`
  const folder = mkdtempSync(join(tmpdir(), 'neurond-class-'))
  closeAfterTest({ close: async () => rmSync(folder, { recursive: true }) })
  const client = await mqtt.connectAsync(url, { protocolVersion: 5 })
  closeAfterTest({ close: () => client.endAsync(true) })
  const states = new Map<string, { readonly count: number; readonly running: boolean }>()
  client.on('message', (topic, payload) => states.set(topic.split('/')[2]!, JSON.parse(payload.toString())))
  await client.subscribeAsync('neuron/v1/+/state', { qos: 0 })

  const recording = join(folder, 'class.csv')
  const recorder = program('record', url, '-o', recording, '--json')
  const watcher = program('watch', url, '--json')
  await until(() => recorded(recording) !== undefined, 'the recording', PATIENCE_S)
  const iNa = currentForRateHz(neuronFrom({ tauMs: 10 }), RATE_HZ)
  // Thirty threads with real-time priority on two cores would leave no time for the broker.
  const settings = [
    `mqtt.url=${url}`,
    'loop.realtime=off',
    'preset=bio',
    'web.enabled=false',
    'input.shape=constant',
    'input.level=0',
  ]
  const daemons: Running[] = []
  for (let i = 1; i <= NEURONS; i++) {
    const own = [`id=pi-${String(i).padStart(2, '0')}`, `input.minNa=${iNa}`, ...settings]
    daemons.push(program('run', ...own.flatMap(setting => ['--set', setting])))
    await until(() => states.size === i, `neuron ${i}`, PATIENCE_S)
  }
  const usages = [...daemons, recorder, watcher].map(({ process }) => usageOf(process.pid!))
  await new Promise(resolve => setTimeout(resolve, SECONDS * 1000))
  const measured = usages.map(usage => usage())
  await client.publishAsync('neuron/v1/all/cmd/run', '{"on":false}', { qos: 1 })
  await until(() => [...states.values()].every(({ running }) => !running), 'all neurons to stop', PATIENCE_S)
  const sent = [...states.values()].reduce((sum, { count }) => sum + count, 0)
  await until(() => watcher.printed().split('"seq"').length - 1 === sent, 'the last spike', 30).catch(() => {})
  recorder.process.kill('SIGINT')
  watcher.process.kill('SIGINT')
  await Promise.all([recorder.exit, watcher.exit])
  const received = recorded(recording)!
  const watched = watcher.printed().split('"seq"').length - 1
  console.table({
    'each daemon': rowOf(measured.slice(0, NEURONS)),
    record: rowOf([measured[NEURONS]!]),
    'watch --json': rowOf([measured[NEURONS + 1]!]),
  })
  console.table({ spikes: { sent, recorded: received.length, watched, unaccounted: sent - received.length } })
  expect(sent).toBeGreaterThan(NEURONS * RATE_HZ * SECONDS * 0.9)
  expect(new Set(received).size).toBe(sent)
  expect([received.length, watched]).toEqual([sent, sent])
})

function program(...args: readonly string[]): Running {
  const running = start(process.execPath, ['--max-semi-space-size=1', MAIN, ...args])
  closeAfterTest({
    async close() {
      running.process.kill('SIGTERM')
      await running.exit
    },
  })
  return running
}

/** Neuron and seq of each spike in the file; undefined while there is no file. */
function recorded(file: string): string[] | undefined {
  try {
    const [, ...lines] = readFileSync(file, 'utf8').trim().split('\n')
    return lines.map(line => line.split(',').slice(0, 3).join())
  } catch {
    return undefined
  }
}

function rowOf(usages: readonly Usage[]) {
  const mean = (key: keyof Usage) => {
    const sum = usages.reduce((total, usage) => total + usage[key], 0)
    return Number((sum / usages.length).toFixed(1))
  }
  const most = Number(Math.max(...usages.map(({ cpuPercent }) => cpuPercent)).toFixed(1))
  return { 'CPU %': mean('cpuPercent'), 'most CPU %': most, 'RSS MB': mean('rssMb'), 'of its own MB': mean('ownMb') }
}
