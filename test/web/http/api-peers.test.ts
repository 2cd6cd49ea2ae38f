import { afterEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { openWeb, type Web } from '../../../src/web/server.ts'
import { ask, askJson } from '../http-client.ts'
import { wallFixture } from '../wall-fixture.ts'

describe('the class over HTTP', () => {
  let web: Web | undefined
  const away = { 'x-forwarded-for': '192.168.1.7' }

  async function serve() {
    const { peers, sources, context, timers } = wallFixture()
    web = await openWeb({ enabled: true, port: 0, host: '127.0.0.1', names: '', tokenFile: '' }, sources, context)
    return { peers, web, url: web.url, timers }
  }

  afterEach(async () => {
    await web?.close()
  })

  it('/api/peers tells of every neuron, and looks no longer than that', async () => {
    const { url, peers } = await serve()
    const { json } = await ask(`${url}/api/peers`)
    expect(json).toMatchObject({ broker: { state: 'online' }, peers: [{ id: 'pi-a', life: 'alive' }, { id: 'pi-b' }] })
    expect(peers.watchers()).toBe(0)
  })

  it('one is asked, or all', async () => {
    const { url, peers } = await serve()
    expect((await askJson(`${url}/api/peers/pi-b/cmd/identify`, 'POST', { s: 2 })).json).toEqual({
      ok: true,
      result: {},
    })
    expect((await ask(`${url}/api/peers/all/cmd/reset`, { method: 'POST' })).json.result.silent).toEqual([])
    const synapses = [{ from: 'pi-a', weightMv: 20 }]
    const { json } = await askJson(`${url}/api/peers/pi-b/params`, 'PATCH', { ifRev: 1, synapses })
    expect(json).toEqual({ ok: true, result: { rev: 2, synapses } })
    expect(peers.asked.map(({ id, what }) => `${id} ${what}`)).toEqual([
      'pi-b cmd/identify',
      ...['pi-a cmd/reset', 'pi-b cmd/reset', 'pi-b params/set'],
    ])
  })

  it('lessons are led by the teacher alone, and named by a word that is not the id of a request', async () => {
    const { url, peers, web } = await serve()
    const body = JSON.stringify({ do: 'load', id: 'mystery' })
    const lead = (headers: object) =>
      ask(`${url}/api/peers/all/cmd/lesson`, {
        method: 'POST',
        headers: { ...away, 'content-type': 'application/json', ...headers },
        body,
      })
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
    const { tokens } = (await ask(`${url}/api/access`)).json
    expect((await lead(bearer(tokens.pupils))).json.error.message).toContain('only the teacher leads lessons')
    expect(peers.asked).toEqual([])
    expect((await lead(bearer(web.token))).status).toBe(200)
    expect(peers.asked.map(({ what, content }) => [what, content])).toEqual([
      ['cmd/lesson', { do: 'load', lesson: 'mystery' }],
      ['cmd/lesson', { do: 'load', lesson: 'mystery' }],
    ])
  })

  it('a refusal comes with its reason', async () => {
    const { url } = await serve()
    const synapses = [{ from: 'pi-a', weightMv: 20, delayMs: 99_999 }]
    const { status, json } = await askJson(`${url}/api/peers/pi-b/params`, 'PATCH', { synapses })
    expect([status, json.error.path]).toEqual([400, 'synapses.0.delayMs'])
  })

  it('one that is no more is forgotten, one that lives is not', async () => {
    const { url, peers } = await serve()
    peers.set('pi-b', { life: 'silent', quietS: 20 })
    const forget = (id: string, headers = {}) => ask(`${url}/api/peers/${id}`, { method: 'DELETE', headers })
    expect((await forget('pi-b', away)).status).toBe(403)
    expect((await forget('pi-b')).json).toEqual({ ok: true, result: { forgotten: 'pi-b' } })
    expect((await ask(`${url}/api/peers`)).json.peers).toMatchObject([{ id: 'pi-a' }])
    expect((await forget('pi-a')).status).toBe(409)
  })

  it.each([
    ['an unknown neuron', 404, '/api/peers/pi-z/cmd/reset', {}],
    ['a topic for a neuron', 404, '/api/peers/pi-b%2Fcmd/cmd/reset', {}],
    ['a wildcard for a neuron', 404, '/api/peers/%23/cmd/reset', {}],
    ['an unknown command', 404, '/api/peers/pi-a/cmd/replay', {}],
    ['a command of the language', 404, '/api/peers/pi-a/cmd/constructor', {}],
    ['a list', 400, '/api/peers/pi-a/cmd/reset', [1]],
    ['a prototype', 400, '/api/peers/pi-a/cmd/reset', JSON.parse('{"__proto__":{"x":1}}')],
  ])('%s is refused', async (_, expected, path, body) => {
    const { url, peers } = await serve()
    const { status, json } = await askJson(`${url}${path}`, 'POST', body)
    expect([status, json.ok]).toEqual([expected, false])
    expect(peers.asked.filter(({ id }) => id.startsWith('pi-a') || id.startsWith('pi-b/'))).toHaveLength(
      path.includes('%2F') ? 1 : 0,
    )
  })

  it('others are commanded with the token only, and seen without', async () => {
    const { url, peers, web } = await serve()
    expect((await ask(`${url}/api/peers`, { headers: away })).status).toBe(200)
    for (const whom of ['pi-a', 'all']) {
      expect((await askJson(`${url}/api/peers/${whom}/cmd/run`, 'POST', { on: false }, away)).status).toBe(403)
      expect((await askJson(`${url}/api/peers/${whom}/params`, 'PATCH', { synapses: [] }, away)).status).toBe(403)
    }
    expect(peers.asked).toEqual([])
    const shown = { ...away, authorization: `Bearer ${web.token}` }
    expect((await askJson(`${url}/api/peers/pi-a/cmd/run`, 'POST', { on: false }, shown)).status).toBe(200)
  })

  it('only the teacher commands all neurons, which passes the locks of their lessons', async () => {
    const { url, peers, web } = await serve()
    const { tokens } = (await ask(`${url}/api/access`)).json
    const by = (token: string) => ({ ...away, authorization: `Bearer ${token}` })
    const run = (id: string, token: string) =>
      askJson(`${url}/api/peers/${id}/cmd/run`, 'POST', { on: false }, by(token))
    expect((await run('pi-a', tokens.pupils)).status).toBe(200)
    expect((await run('all', tokens.pupils)).json.error.message).toContain('only the teacher commands all neurons')
    const patched = await askJson(`${url}/api/peers/all/params`, 'PATCH', { tauMs: 20 }, by(tokens.pupils))
    expect([patched.status, patched.json.error.code]).toEqual([403, 'token'])
    expect(peers.asked.map(({ id }) => id)).toEqual(['pi-a'])
    expect((await run('all', web.token)).status).toBe(200)
  })

  it('only the teacher leads the lessons of a class', async () => {
    const { url, peers, web } = await serve()
    const load = (id: string, headers: Record<string, string>) =>
      askJson(`${url}/api/peers/${id}/cmd/lesson`, 'POST', { do: 'load', id: 'first-spike' }, headers)
    const { tokens } = (await ask(`${url}/api/access`)).json
    for (const id of ['pi-a', 'all']) {
      const byPupil = await load(id, { ...away, authorization: `Bearer ${tokens.pupils}` })
      expect([byPupil.status, byPupil.json.error.message]).toEqual([403, expect.stringContaining('only the teacher')])
      expect((await load(id, away)).status).toBe(403)
    }
    expect(peers.asked).toEqual([])
    expect((await load('all', { ...away, authorization: `Bearer ${web.token}` })).status).toBe(200)
    expect(peers.asked.map(({ id, what }) => `${id} ${what}`)).toEqual(['pi-a cmd/lesson', 'pi-b cmd/lesson'])
  })

  it('a stranger’s page, and whoever says something else than whether it looks, are turned away', async () => {
    const { url } = await serve()
    const ending = (headers: Record<string, string>, say: string) =>
      new Promise<string>(resolve => {
        const socket = new WebSocket(`${url.replace('http', 'ws')}/wall/live`, { headers })
        socket.on('open', () => socket.send(say))
        socket.on('unexpected-response', (_, response) => resolve(String(response.statusCode)))
        socket.on('close', code => resolve(String(code)))
        socket.on('error', () => {})
      })
    expect(await ending({ origin: 'https://evil.example' }, '')).toBe('403')
    expect(await ending({}, '{"cmd":"reset"}')).toBe('1008')
    expect(await ending({}, 'x'.repeat(300))).toBe('1009')
    expect(web?.status().viewers).toBe(0)
  })

  it('the document tells of it', async () => {
    const { url } = await serve()
    const { json } = await ask(`${url}/api/openapi.json`)
    for (const [path, method] of [
      ['/api/peers', 'get'],
      ['/api/peers/{id}', 'delete'],
      ['/api/peers/{id}/params', 'patch'],
      ['/api/peers/{id}/cmd/identify', 'post'],
    ])
      expect(json.paths).toHaveProperty([path as string, method as string])
    expect(json.components.schemas.PeerLesson.required).toContain('hand')
    const { properties } = json.components.schemas.PeerParams
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(['tauMs', 'maxNa', 'synapses', 'ifRev']))
    expect(Object.keys(properties.synapses.items.properties)).toContain('weightNa')
  })
})
