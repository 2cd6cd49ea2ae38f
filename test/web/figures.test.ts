import { expect, it } from 'vitest'
import { openFigures } from '../../src/web/figures.ts'
import { fakeNeuron } from '../fakes/fake-neuron.ts'
import { manualTimers } from '../mqtt/manual-timers.ts'
import { serveFakeNeuron } from './fake-neuron-server.ts'
import { ask } from './http-client.ts'
import { openViewerSockets } from './websocket-viewers.ts'

it('the figures are the same for all who ask within a second', async () => {
  const timers = manualTimers()
  const context = { timers, wallUs: () => 0, log: () => {} }
  const neuron = fakeNeuron(timers, () => 0)
  let readings = 0
  const health = () => ({ ...neuron.sources.health(), ticks: ++readings })
  const read = openFigures({ ...neuron.sources, health }, context, () => 3)
  const ticksNow = () => read().health.ticks
  expect([ticksNow(), ticksNow(), read().viewers]).toEqual([1, 1, 3])
  await timers.pass(1000)
  expect([ticksNow(), ticksNow()]).toEqual([2, 2])
})

it('a neuron that does not tick is looked at anew: its age is never younger than the verdict', async () => {
  const timers = manualTimers()
  const neuron = fakeNeuron(timers, () => 0)
  let tickAgeMs = 0.5
  const sources = {
    ...neuron.sources,
    health: () => ({ ...neuron.sources.health(), tickAgeMs }),
    verdict: () => ({ state: tickAgeMs > 1000 ? 'dead' : 'ready', why: [] }) as const,
  }
  const read = openFigures(sources, { timers, wallUs: () => 0, log: () => {} }, () => 0)
  tickAgeMs = 1500
  expect(read()).toMatchObject({ verdict: { state: 'dead' }, health: { tickAgeMs: 1500 } })
  tickAgeMs = 0.5
  expect(read()).toMatchObject({ verdict: { state: 'ready' }, health: { tickAgeMs: 0.5 } })
})

it('the page, /healthz, /readyz and /metrics tell the same figures', async () => {
  const { url, neuron, timers } = await serveFakeNeuron()
  const viewers = await openViewerSockets(url, 2)
  try {
    neuron.loseKnob(true)
    await timers.pass(1000)
    const metrics = new Map(
      [...(await ask(`${url}/metrics`)).text.matchAll(/^neurond_([a-z0-9_]+)\{neuron="pi-a"\} (\S+)$/gm)].map(
        ([, name, value]) => [name!, Number(value)] as const,
      ),
    )
    const [state, health, ready] = await Promise.all(
      ['/api/state', '/healthz', '/readyz'].map(async path => JSON.parse((await ask(url + path)).text)),
    )
    expect(metrics.get('viewers')).toBe(2)
    expect(metrics.get('spikes_total')).toBe(state.count)
    expect(metrics.get('rate_hertz')).toBe(state.rateHz)
    expect(metrics.get('tick_age_seconds')).toBe(health.tickAgeMs / 1e3)
    expect(metrics.get('ready')).toBe(Number(ready.ok))
    expect(metrics.get('input_lost')).toBe(Number(!ready.knob))
    expect(metrics.get('parts_lost')).toBe(Object.keys(ready.faults).length)
    expect(metrics.get('broker_connected')).toBe(Number(ready.broker.state === 'online'))
  } finally {
    for (const socket of viewers.sockets) socket.close()
  }
})
