import { spawn } from 'node:child_process'
import mqtt, { type MqttClient } from 'mqtt'
import { afterEach, expect, it } from 'vitest'
import { receive } from '../../src/mqtt/client.ts'
import { closeAll, keep } from '../mqtt/live-bench.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'
import { needs } from './programs.ts'

afterEach(closeAll)

const PROGRAM = new URL('../../dist/src/cli/main.js', import.meta.url).pathname

/** A neuron of its own at a constant current, as a user would start it. */
function startNeuron(id: string, url: string, level: number): void {
  const settings = [`id=${id}`, `mqtt.url=${url}`, 'web.enabled=false', 'input.shape=constant', `input.level=${level}`]
  const flags = settings.flatMap(setting => ['--set', setting])
  const child = spawn(process.execPath, [PROGRAM, 'run', ...flags], { stdio: 'ignore' })
  const gone = new Promise<void>(resolve => child.once('exit', () => resolve()))
  keep({
    async close() {
      child.kill('SIGTERM')
      await gone
    },
  })
}

interface Class {
  readonly client: MqttClient
  readonly online: Set<string>
  /** Spike times of a neuron so far, ms. */
  timesOf(id: string): number[]
  ask(id: string, topic: string, payload: unknown): Promise<unknown>
}

async function watchClass(url: string): Promise<Class> {
  const client = await mqtt.connectAsync(url, { protocolVersion: 5 })
  keep({ close: () => client.endAsync(true) })
  const times = new Map<string, number[]>()
  const online = new Set<string>()
  const receiver = receive(client, {
    onSpike({ neuron, tUs }) {
      times.set(neuron, [...(times.get(neuron) ?? []), tUs / 1000])
    },
    onRetained(neuron, name, text) {
      if (name === 'status' && text === 'online') online.add(neuron)
    },
  })
  keep({ close: async () => receiver.close() })
  return {
    client,
    online,
    timesOf: id => times.get(id) ?? [],
    ask: (id, topic, payload) => client.publishAsync(`neuron/v1/${id}/${topic}`, JSON.stringify(payload), { qos: 1 }),
  }
}

needs('mosquitto')('neurons on one broker', () => {
  it('in a chain: each spike of the one fires the other once, after the delay', async () => {
    const { port } = keep(await startMosquitto())
    const url = `mqtt://127.0.0.1:${port}`
    startNeuron('pi-a', url, 0.7)
    startNeuron('pi-b', url, 0)
    const { online, timesOf, ask } = await watchClass(url)
    await until(() => online.size === 2, 'both neurons')
    // 15 mV lie between rest and threshold.
    await ask('pi-b', 'params/set', { synapses: [{ from: 'pi-a', weightMv: 20, delayMs: 50 }] })
    await until(() => timesOf('pi-b').length > 10, 'the spikes of B')
    await ask('pi-a', 'cmd/run', { on: false })
    await new Promise(resolve => setTimeout(resolve, 400))
    const delays = timesOf('pi-b').map(tMs => tMs - Math.max(...timesOf('pi-a').filter(before => before <= tMs - 49)))
    expect(Math.min(...delays)).toBeGreaterThan(49)
    expect(delays.toSorted((a, b) => a - b)[Math.floor(delays.length / 2)]).toBeLessThan(60)
    const heard = timesOf('pi-a').filter(tMs => tMs >= timesOf('pi-b')[0]! - 80)
    expect(timesOf('pi-b')).toHaveLength(heard.length)
  })

  it('in a ring of three pass one spike round', async () => {
    const { port } = keep(await startMosquitto())
    const url = `mqtt://127.0.0.1:${port}`
    const ids = ['pi-a', 'pi-b', 'pi-c']
    for (const id of ids) startNeuron(id, url, 0)
    const { online, timesOf, ask } = await watchClass(url)
    await until(() => online.size === 3, 'all neurons')
    for (const [i, id] of ids.entries()) {
      await ask(id, 'params/set', { synapses: [{ from: ids[(i + 2) % 3], weightMv: 25, delayMs: 60 }] })
    }
    await new Promise(resolve => setTimeout(resolve, 200))
    await ask('pi-a', 'syn/kick', { weightMv: 20 })
    await until(() => timesOf('pi-a').length >= 6, 'five rounds')
    const rounds = timesOf('pi-a')
      .slice(1)
      .map((tMs, i) => tMs - timesOf('pi-a')[i]!)
    expect(Math.min(...rounds)).toBeGreaterThan(179)
    expect(rounds.toSorted((a, b) => a - b)[2]).toBeLessThan(200)
    expect(Math.abs(timesOf('pi-b').length - timesOf('pi-a').length)).toBeLessThanOrEqual(1)
  })
})
