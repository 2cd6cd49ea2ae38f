import { expect, it } from 'vitest'
import type { ClockReport } from '../../../src/mqtt/types.ts'
import { openFigures } from '../../../src/web/figures.ts'
import { metricsText } from '../../../src/web/http/metrics.ts'
import { fakeNeuron } from '../../fakes/fake-neuron.ts'
import { manualTimers } from '../../mqtt/manual-timers.ts'
import { serveFakeNeuron } from '../fake-neuron-server.ts'
import { ask } from '../http-client.ts'

it('/metrics is Prometheus text: every sample has a type, no name twice', async () => {
  const { url } = await serveFakeNeuron()
  const { text, headers } = await ask(`${url}/metrics`)
  expect(headers['content-type']).toContain('text/plain; version=0.0.4')
  expect(text).not.toMatch(/quantile=|le=/)
  for (const [, name, type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm))
    expect(name!.endsWith('_total')).toBe(type === 'counter')
  const types = [...text.matchAll(/^# TYPE (\S+) (?:counter|gauge)$/gm)].map(([, name]) => name)
  const samples = [...text.matchAll(/^([a-z0-9_]+)\{neuron="pi-a"[^}]*\} (?:NaN|-?[\d.e-]+)$/gm)].map(
    ([, name]) => name,
  )
  expect(new Set(types).size).toBe(types.length)
  expect(new Set(samples)).toEqual(new Set(types))
  expect(text).toMatch(/^neurond_membrane_volts\{neuron="pi-a"\} -0\.07$/m)
})

it('/metrics tells how well the clock is kept, and NaN where nobody knows', async () => {
  const { sources } = fakeNeuron(manualTimers(), () => 0)
  const figures = openFigures(sources, { timers: manualTimers(), wallUs: () => 0, log: () => {} }, () => 0)()
  const told = (clock: ClockReport | undefined) =>
    metricsText('pi-a', { ...figures, health: { ...figures.health, ...(clock && { clock }) } })
      .split('\n')
      .filter(line => line.startsWith('neurond_clock'))
      .map(line => line.slice(line.indexOf(' ') + 1))
  expect(told({ synced: true, errMs: 0.4, source: 'chrony' })).toEqual(['1', '0.0004'])
  expect(told({ synced: true, errMs: null, source: 'timesyncd' })).toEqual(['1', 'NaN'])
  expect(told(undefined)).toEqual(['0', 'NaN'])
})
