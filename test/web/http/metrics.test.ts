import { expect, it } from 'vitest'
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
