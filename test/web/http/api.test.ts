import { describe, expect, it } from 'vitest'
import { serveFakeNeuron } from '../fake-neuron-server.ts'
import { ask, askJson } from '../http-client.ts'

describe('reading', () => {
  it('/api/state tells V, I, the rate and who holds the knob', async () => {
    const { url } = await serveFakeNeuron()
    const { status, json } = await ask(`${url}/api/state`)
    expect(status).toBe(200)
    expect(json).toMatchObject({ id: 'pi-a', vMv: -70, source: 'knob', isiMs: null, link: { state: 'online' } })
  })

  it('/api/params gives the parameters with their revision', async () => {
    const { url } = await serveFakeNeuron()
    expect((await ask(`${url}/api/params`)).json).toMatchObject({ tauMs: 100, rev: 1, maxNa: 3 })
  })

  it('/healthz and /readyz say whether it lives, and whether its parts work and why not', async () => {
    const { url, neuron } = await serveFakeNeuron()
    expect((await ask(`${url}/healthz`)).status).toBe(200)
    expect((await ask(`${url}/readyz`)).status).toBe(200)
    neuron.loseKnob(true)
    expect((await ask(`${url}/healthz`)).status).toBe(200)
    expect((await ask(`${url}/readyz`)).json).toMatchObject({
      ...{ ok: false, ticks: true, knob: false, outputs: true },
      faults: { knob: 'Nothing answers at 0x48' },
    })
  })

  it('/readyz warns of what is wrong around the neuron, which is ready all the same', async () => {
    const { url, neuron } = await serveFakeNeuron()
    neuron.warn('what was changed is not kept')
    const { status, json } = await ask(`${url}/readyz`)
    expect(status).toBe(200)
    expect(json).toMatchObject({ ok: true, state: 'ready', why: [], warnings: ['what was changed is not kept'] })
  })

  it('/api/openapi.json has every verb and the range of every parameter', async () => {
    const { url, neuron } = await serveFakeNeuron()
    const { json } = await ask(`${url}/api/openapi.json`)
    for (const verb of Object.keys(neuron.sources.control.verbs))
      expect(json.paths).toHaveProperty([`/api/cmd/${verb}`, 'post'])
    const { properties } = json.components.schemas.Params
    expect(Object.keys(properties)).toEqual(Object.keys(neuron.sources.params().params))
    expect(properties.tauMs).toMatchObject({ exclusiveMinimum: 0, maximum: 1e5 })
  })

  it('an unknown address is answered with where to look', async () => {
    const { url } = await serveFakeNeuron()
    expect(await ask(`${url}/api/nothing`)).toMatchObject({ status: 404, json: { error: { code: 'unknown' } } })
  })
})

describe('a lesson', () => {
  it('is chosen from those that there are, and told in the language that is asked for', async () => {
    const { url, timers } = await serveFakeNeuron()
    const { json } = await ask(`${url}/api/lesson`)
    expect(json).toMatchObject({ broken: [], running: null })
    expect(json.lessons.map(({ id }: { id: string }) => id)).toContain('first-spike')
    const reply = await askJson(`${url}/api/cmd/lesson`, 'POST', { do: 'load', id: 'first-spike' })
    expect(reply).toMatchObject({ status: 200, json: { ok: true, result: { id: 'first-spike', led: false } } })
    await timers.pass(100)
    expect((await ask(`${url}/api/lesson?language=de`)).json.running).toMatchObject({ stepId: 'dark', index: 0 })
  })

  it('that the teacher leads is refused to a page with 403, and what does not fit the moment with 409', async () => {
    const { url, neuron } = await serveFakeNeuron()
    const lesson = (request: object) => askJson(`${url}/api/cmd/lesson`, 'POST', request)
    expect((await lesson({ do: 'stop' })).status).toBe(409)
    expect((await lesson({ do: 'load', id: 'none' })).status).toBe(400)
    neuron.lessons.control('broker').command('lesson', { do: 'load', id: 'first-spike' })
    expect(await lesson({ do: 'stop' })).toMatchObject({ status: 403, json: { error: { code: 'locked' } } })
    expect((await lesson({ do: 'next' })).status).toBe(409)
    expect((await lesson({ do: 'skip' })).status).toBe(200)
  })

  it('is not for those who may only watch', async () => {
    const { url } = await serveFakeNeuron()
    const headers = { 'x-forwarded-for': '192.168.1.7', 'content-type': 'application/json' }
    const body = JSON.stringify({ do: 'load', id: 'first-spike' })
    expect((await ask(`${url}/api/cmd/lesson`, { method: 'POST', headers, body })).status).toBe(403)
    expect((await ask(`${url}/api/lesson`, { headers })).json.running).toBeNull()
  })
})

describe('control', () => {
  it('a patch changes the neuron', async () => {
    const { url, neuron } = await serveFakeNeuron()
    const { status, json } = await askJson(`${url}/api/params`, 'PATCH', { tauMs: 20 })
    expect([status, json.ok, neuron.sources.params().params.tauMs]).toEqual([200, true, 20])
  })

  it('a value out of range is refused with the range, and nothing changes', async () => {
    const { url, neuron } = await serveFakeNeuron()
    const { status, json } = await askJson(`${url}/api/params`, 'PATCH', { tauMs: -1, restMv: -60 })
    expect(status).toBe(400)
    expect(json.error).toMatchObject({ path: 'tauMs', range: [0, 1e5] })
    expect(json.error.message).toBe('tauMs is -1, must be a number above 0 to 100000 ms')
    expect(neuron.sources.params().params.restMv).toBe(-70)
  })

  it('a command without a body is one without arguments', async () => {
    const { url } = await serveFakeNeuron()
    expect((await ask(`${url}/api/cmd/reset`, { method: 'POST' })).json).toEqual({ ok: true, result: {} })
  })

  it.each([
    ['PATCH', '/api/params', { tau: 3 }],
    ['POST', '/api/cmd/run', { off: true }],
  ])('an unknown name in a request is refused as any other mistake: %s %s', async (method, path, body) => {
    const { url } = await serveFakeNeuron()
    const { status, json } = await askJson(`${url}${path}`, method, body)
    expect([status, json.error.code]).toEqual([400, 'unknown'])
  })

  it('an unknown command is not found', async () => {
    const { url } = await serveFakeNeuron()
    expect((await askJson(`${url}/api/cmd/explode`, 'POST', {})).status).toBe(404)
  })
})
