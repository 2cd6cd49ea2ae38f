import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openWeb, type Web } from '../../src/web/server.ts'
import { fakeNeuron } from '../fakes/web-sources.ts'
import { manualTimers } from '../mqtt/manual-timers.ts'
import { ask, askJson } from './http-client.ts'

const OPTIONS = { enabled: true, port: 0, host: '127.0.0.1', names: 'neuron.example', tokenFile: '' }
const opened: Web[] = []

async function serve(options: Partial<typeof OPTIONS> = {}) {
  const timers = manualTimers()
  const wallUs = () => 1.8e15 + timers.nowMs() * 1000
  const neuron = fakeNeuron(timers, wallUs)
  const notes: string[] = []
  const note = (level: string, message: string) => void notes.push(`${level}: ${message}`)
  const web = await openWeb({ ...OPTIONS, ...options }, neuron.sources, { timers, wallUs, log: note })
  opened.push(web)
  return { web, neuron, notes, timers, url: web.url }
}

afterEach(async () => {
  for (const web of opened.splice(0)) await web.close()
})

describe('reading', () => {
  it('/api/state tells V, I, the rate and who holds the knob', async () => {
    const { url } = await serve()
    const { status, json } = await ask(`${url}/api/state`)
    expect(status).toBe(200)
    expect(json).toMatchObject({ id: 'pi-a', vMv: -70, source: 'knob', isiMs: null, link: { state: 'online' } })
  })

  it('/api/params gives the parameters with their revision', async () => {
    const { url } = await serve()
    expect((await ask(`${url}/api/params`)).json).toMatchObject({ tauMs: 100, rev: 1, maxNa: 3 })
  })

  it('/healthz and /readyz say whether it lives, and whether its parts work and why not', async () => {
    const { url, neuron } = await serve()
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
    const { url, neuron } = await serve()
    neuron.warn('what was changed is not kept')
    const { status, json } = await ask(`${url}/readyz`)
    expect(status).toBe(200)
    expect(json).toMatchObject({ ok: true, state: 'ready', why: [], warnings: ['what was changed is not kept'] })
  })

  it('/metrics is Prometheus text: every sample has a type, no name twice', async () => {
    const { url } = await serve()
    const { text, headers } = await ask(`${url}/metrics`)
    expect(headers['content-type']).toContain('text/plain; version=0.0.4')
    const types = [...text.matchAll(/^# TYPE (\S+) (?:counter|gauge)$/gm)].map(([, name]) => name)
    const samples = [...text.matchAll(/^([a-z_]+)\{neuron="pi-a"[^}]*\} (?:NaN|-?[\d.e-]+)$/gm)].map(([, name]) => name)
    expect(new Set(types).size).toBe(types.length)
    expect(new Set(samples)).toEqual(new Set(types))
    expect(text).toMatch(/^neurond_membrane_volts\{neuron="pi-a"\} -0\.07$/m)
  })

  it('/api/openapi.json has every verb and the range of every parameter', async () => {
    const { url, neuron } = await serve()
    const { json } = await ask(`${url}/api/openapi.json`)
    for (const verb of Object.keys(neuron.sources.control.verbs))
      expect(json.paths).toHaveProperty([`/api/cmd/${verb}`, 'post'])
    const { properties } = json.components.schemas.Params
    expect(Object.keys(properties)).toEqual(Object.keys(neuron.sources.params().params))
    expect(properties.tauMs).toMatchObject({ exclusiveMinimum: 0, maximum: 1e5 })
  })

  it('an unknown address is answered with where to look', async () => {
    const { url } = await serve()
    expect(await ask(`${url}/api/nothing`)).toMatchObject({ status: 404, json: { error: { code: 'unknown' } } })
  })
})

describe('control', () => {
  it('a patch changes the neuron', async () => {
    const { url, neuron } = await serve()
    const { status, json } = await askJson(`${url}/api/params`, 'PATCH', { tauMs: 20 })
    expect([status, json.ok, neuron.sources.params().params.tauMs]).toEqual([200, true, 20])
  })

  it('a value out of range is refused with the range, and nothing changes', async () => {
    const { url, neuron } = await serve()
    const { status, json } = await askJson(`${url}/api/params`, 'PATCH', { tauMs: -1, restMv: -60 })
    expect(status).toBe(400)
    expect(json.error).toMatchObject({ path: 'tauMs', range: [0, 1e5] })
    expect(json.error.message).toBe('tauMs is -1, must be a number above 0 to 100000 ms')
    expect(neuron.sources.params().params.restMv).toBe(-70)
  })

  it('a command without a body is one without arguments', async () => {
    const { url } = await serve()
    expect((await ask(`${url}/api/cmd/reset`, { method: 'POST' })).json).toEqual({ ok: true, result: {} })
  })

  it('an unknown command is not found', async () => {
    const { url } = await serve()
    expect((await askJson(`${url}/api/cmd/explode`, 'POST', {})).status).toBe(404)
  })
})

describe('the token', () => {
  // A request that a proxy passed on counts as one from another machine.
  const away = { 'x-forwarded-for': '192.168.1.7' }

  it('is needed for control from elsewhere, not for reading', async () => {
    const { url, neuron } = await serve()
    expect((await ask(`${url}/api/state`, { headers: away })).status).toBe(200)
    const refused = await askJson(`${url}/api/params`, 'PATCH', { tauMs: 20 }, away)
    expect([refused.status, refused.json.error.code]).toEqual([403, 'token'])
    expect(neuron.sources.params().params.tauMs).toBe(100)
  })

  it('opens control as a bearer, and a wrong one does not', async () => {
    const { web, url } = await serve()
    const withToken = (token: string) => ({ ...away, authorization: `Bearer ${token}` })
    expect((await askJson(`${url}/api/cmd/run`, 'POST', { on: false }, withToken(web.token))).status).toBe(200)
    for (const wrong of ['', 'x', `${web.token}x`, web.token.slice(1)]) {
      expect((await askJson(`${url}/api/cmd/run`, 'POST', { on: false }, withToken(wrong))).status).toBe(403)
    }
  })

  it('logs a browser in with a cookie that scripts and other sites cannot use, and that is not the token', async () => {
    const { web, url } = await serve()
    const { status, headers } = await askJson(`${url}/api/login`, 'POST', { token: web.token }, away)
    const [cookie = ''] = headers['set-cookie'] ?? []
    expect(status).toBe(200)
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict/)
    expect(cookie).not.toContain(web.token)
    const [pair = ''] = cookie.split(';')
    expect((await askJson(`${url}/api/cmd/reset`, 'POST', {}, { ...away, cookie: `a=b; ${pair}` })).status).toBe(200)
    expect((await askJson(`${url}/api/cmd/reset`, 'POST', {}, { ...away, cookie: `${pair}x` })).status).toBe(403)
  })

  it('stands behind # in the link, so that it is never sent in an address', async () => {
    const { web, url } = await serve()
    expect(web.controlLink(url)).toBe(`${url}/login#${web.token}`)
  })

  it('a wrong one at the login is refused and told once', async () => {
    const { url, notes } = await serve()
    for (let k = 0; k < 20; k++) {
      expect((await askJson(`${url}/api/login`, 'POST', { token: 'guess' }, away)).status).toBe(403)
    }
    expect(notes).toHaveLength(1)
  })

  it('of the user’s own comes from a file, and must not be easily guessed', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'neurond-')), 'token')
    await expect(serve({ tokenFile: file })).rejects.toThrow(`web.tokenFile is "${file}", which cannot be read`)
    writeFileSync(file, 'secret\n')
    await expect(serve({ tokenFile: file })).rejects.toThrow('has 6 characters, must have 12 or more')
    writeFileSync(file, '100%-horse#battery\n')
    const { web, url } = await serve({ tokenFile: file })
    expect(web.token).toBe('100%-horse#battery')
    expect(decodeURIComponent(new URL(web.controlLink(url)).hash.slice(1))).toBe(web.token)
  })
})

describe('a port', () => {
  it('that is taken gives way to the next free one, with a note', async () => {
    const taken = createServer()
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as { port: number }
    const { url, notes } = await serve({ port })
    expect((await ask(`${url}/healthz`)).status).toBe(200)
    expect(notes.join()).toContain(`port ${port} is in use by another program`)
    await new Promise(resolve => taken.close(resolve))
  })

  it('at an address of another machine is an error that names the setting', async () => {
    await expect(serve({ host: '203.0.113.9' })).rejects.toThrow('web.host is "203.0.113.9"')
  })

  it('open to the network has addresses for others, and one alone has none', async () => {
    expect((await serve()).web.lanUrls).toEqual([])
    const { web } = await serve({ host: '0.0.0.0' })
    for (const url of web.lanUrls) expect(url).toMatch(/^http:\/\/\d+\.\d+\.\d+\.\d+:\d+$/)
  })
})

it('closing twice does no harm', async () => {
  const { web } = await serve()
  await Promise.all([web.close(), web.close()])
})
