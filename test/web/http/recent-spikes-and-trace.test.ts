import { describe, expect, it } from 'vitest'
import { serveFakeNeuron } from '../fake-neuron-server.ts'
import { ask, askJson } from '../http-client.ts'

describe('take', () => {
  it('takes over at a current, exactly, within the span of the knob', async () => {
    const { url, neuron, timers } = await serveFakeNeuron()
    expect((await askJson(`${url}/api/cmd/take`, 'POST', { iNa: 1.55 })).json).toEqual({ ok: true, result: {} })
    await timers.pass(20)
    expect(neuron.sources.state().source).toBe('slider')
    expect(neuron.sources.state().iNa).toBeCloseTo(1.55, 14)
    const refused = await askJson(`${url}/api/cmd/take`, 'POST', { iNa: 5 })
    expect(refused).toMatchObject({ status: 400, json: { error: { code: 'range', path: 'iNa', range: [0, 3] } } })
    expect(refused.json.error.message).toContain('iNa is 5, must be a number from 0 to 3 nA, the span of the knob')
    const both = await askJson(`${url}/api/cmd/take`, 'POST', { iNa: 1, level: 0.5 })
    expect(both.json.error.message).toContain('leave out one')
    await askJson(`${url}/api/cmd/take`, 'POST', {})
    await timers.pass(20)
    expect(neuron.sources.state().source).toBe('knob')
  })
})

describe('the last spikes', () => {
  it('come with number, time and interval, those after one that is known, and as record writes them', async () => {
    const { url, neuron, timers } = await serveFakeNeuron()
    neuron.turnKnob(1)
    await timers.pass(500)
    const { spikes } = neuron
    expect(spikes.length).toBeGreaterThan(3)
    const { json } = await ask(`${url}/api/spikes`)
    expect(json).toMatchObject({ id: 'pi-a', boot: 'k3v9qa', count: spikes.length })
    expect(json.spikes.map(({ seq, tUs }: { seq: number; tUs: number }) => [seq, tUs])).toEqual(
      spikes.map(({ seq, tUs }) => [seq, Math.round(tUs)]),
    )
    expect(json.spikes[0].isiMs).toBeNull()
    expect((await ask(`${url}/api/spikes?after=2&last=1`)).json.spikes).toMatchObject([{ seq: spikes.length }])
    const { text } = await ask(`${url}/api/spikes?format=csv`)
    expect(text).toMatch(/^neuron,boot,seq,t_us,speed,late,healed\npi-a,k3v9qa,1,\d{16},1,0,0\n/)
  })

  it.each([
    ['spikes?last=0', 'last is 0, must be a whole number from 1 to 4096'],
    ['spikes?first=1', 'first is not known here; known are last, after, format'],
    ['trace?ms=1e6', 'ms is 1000000, must be a number from 10 to 5000 ms'],
    ['trace?format=xml', 'format is "xml", must be one of json, csv'],
  ])('are not those of /api/%s', async (path, sentence) => {
    const { url } = await serveFakeNeuron()
    const { status, json } = await ask(`${url}/api/${path}`)
    expect([status, json.error.message]).toEqual([400, expect.stringContaining(sentence)])
  })
})

describe('the trace', () => {
  it('is V, I and the spikes of the time that is asked for, as JSON and as simulate writes it', async () => {
    const { url, neuron, timers } = await serveFakeNeuron()
    neuron.turnKnob(1)
    const answers = Promise.all([ask(`${url}/api/trace?ms=200`), ask(`${url}/api/trace?ms=200&format=csv&hz=100`)])
    // The requests come in on real sockets: time passes once they are there.
    await expect.poll(() => neuron.listeners()).toBe(2)
    await timers.pass(250)
    const [{ json }, { text }] = await answers
    expect(json.tMs.length).toBeGreaterThan(180)
    expect(json.vMv).toHaveLength(json.tMs.length)
    expect([json.tMs[0], json.tMs[1], json.iNa.at(-1)]).toEqual([0, 1, 3])
    const seen = neuron.spikes.map(({ tUs }) => Math.round(tUs - json.t0Us) / 1000)
    expect(json.spikesMs).toEqual(seen.filter(tMs => tMs >= 0 && tMs <= json.tMs.at(-1)))
    const rows = text.trimEnd().split('\n')
    expect(rows[0]).toBe('t_ms,v_mv,i_na,spikes')
    expect(Number(rows[2]!.split(',')[0])).toBe(10)
    expect(neuron.listeners()).toBe(0)
  })

  it('stands in the document', async () => {
    const { url } = await serveFakeNeuron()
    const { paths } = (await ask(`${url}/api/openapi.json`)).json
    const names = (path: string) => paths[path].get.parameters.map(({ name }: { name: string }) => name)
    expect(names('/api/trace')).toEqual(['ms', 'hz', 'format'])
    expect(names('/api/spikes')).toEqual(['last', 'after', 'format'])
    const take = paths['/api/cmd/take'].post.requestBody.content['application/json'].schema
    expect(Object.keys(take.properties)).toEqual(['level', 'iNa'])
  })
})
