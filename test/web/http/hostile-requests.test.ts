import { connect } from 'node:net'
import type { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { serveFakeNeuron } from '../fake-neuron-server.ts'
import { ask, askJson } from '../http-client.ts'

/** Why the server ended a WebSocket: `1008 must be …`, or the status that refused it. */
function ending(url: string, headers: Record<string, string>, onOpen: (socket: WebSocket) => void): Promise<string> {
  return new Promise(resolve => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/live`, { headers })
    socket.on('open', () => onOpen(socket))
    socket.on('unexpected-response', (_, response) => resolve(String(response.statusCode)))
    socket.on('close', (code, reason) => resolve(`${code} ${reason}`))
    socket.on('error', () => {})
  })
}

describe('a page of a stranger', () => {
  it.each([
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '[::1',
    'a b',
  ])('that has its own name point here is turned away: Host %j', async host => {
    const { url } = await serveFakeNeuron()
    expect((await ask(`${url}/api/state`, { headers: { host } })).status).toBeGreaterThanOrEqual(400)
  })

  it.each([
    '127.0.0.1:1',
    'localhost:8080',
    '[::1]:8080',
    '192.168.1.20:8080',
    'LOCALHOST',
    'neuron.example',
  ])('is told apart from the names of this machine: Host %j', async host => {
    const { url } = await serveFakeNeuron()
    expect((await ask(`${url}/api/state`, { headers: { host } })).status).toBe(200)
  })

  it.each([
    'https://evil.example',
    'null',
    'http://localhost:1',
    'file://',
  ])('cannot control the neuron: Origin %j', async origin => {
    const { url, neuron } = await serveFakeNeuron()
    expect((await askJson(`${url}/api/params`, 'PATCH', { tauMs: 20 }, { origin })).status).toBe(403)
    expect(await ending(url, { origin }, () => {})).toBe('403')
    expect(neuron.sources.params().params.tauMs).toBe(100)
  })

  it('cannot send what a form sends', async () => {
    const { url, neuron } = await serveFakeNeuron()
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const headers = { 'content-type': type }
      const { status, text } = await ask(`${url}/api/cmd/run`, { method: 'POST', headers, body: '{"on":false}' })
      expect([status, text]).toEqual([415, expect.stringContaining('content-type: application/json')])
    }
    expect(neuron.sources.state().running).toBe(true)
  })

  it('finds every answer closed to frames and foreign scripts', async () => {
    const { url } = await serveFakeNeuron()
    for (const path of ['/', '/api/state', '/api/nothing']) {
      const { headers } = await ask(`${url}${path}`)
      expect(headers['content-security-policy']).toMatch(
        /default-src 'none'; script-src 'self'.*frame-ancestors 'none'/,
      )
      expect(headers['x-content-type-options']).toBe('nosniff')
    }
  })
})

describe('a hostile request', () => {
  it.each([
    '/../package.json',
    '/%2e%2e/%2e%2e/package.json',
    '/..%2f..%2fpackage.json',
    '//etc/passwd',
    '/app.js/../../server.ts',
    '/login/..',
    '/api/cmd/__proto__',
    '/%00',
    '/%ff',
  ])('finds nothing at %s', async path => {
    const { url } = await serveFakeNeuron()
    const { status, text } = await ask(`${url}${path}`)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(text).not.toMatch(/"dependencies"|root:/)
  })

  it('with a huge body is refused before it is read', async () => {
    const { url } = await serveFakeNeuron()
    expect((await askJson(`${url}/api/params`, 'PATCH', { tauMs: 'x'.repeat(600_000) })).status).toBe(413)
  })

  it.each([
    '',
    '{',
    '[]',
    '"x"',
    'null',
    '{"tauMs":1e999}',
    '{"__proto__":{"tauMs":5}}',
    '{"constructor":{}}',
  ])('with the body %s changes nothing', async body => {
    const { url, neuron } = await serveFakeNeuron()
    const headers = { 'content-type': 'application/json' }
    await ask(`${url}/api/params`, { method: 'PATCH', headers, body })
    expect(neuron.sources.params().rev).toBe(1)
    expect(({} as { tauMs?: number }).tauMs).toBeUndefined()
  })

  it('that is no HTTP is ended, and the next one is served', async () => {
    const { url } = await serveFakeNeuron()
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    await new Promise(resolve => {
      socket.on('close', resolve).on('error', () => {})
      socket.write('\x16\x03\x01 NO HTTP\r\n\r\n')
      socket.resume()
    })
    expect((await ask(`${url}/healthz`)).status).toBe(200)
  })
})

describe('a hostile WebSocket', () => {
  it('with a message that is too long is cut off', async () => {
    const { url } = await serveFakeNeuron()
    expect(await ending(url, {}, socket => socket.send('x'.repeat(300)))).toMatch(/^1009/)
  })

  it.each([
    '{"watch":1}',
    'hello',
    '{}',
    Buffer.from([1, 2, 3]),
  ])('that says %j is told what it may say', async what => {
    const { url } = await serveFakeNeuron()
    expect(await ending(url, {}, socket => socket.send(what))).toBe('1008 must be {"watch":true} or {"watch":false}')
  })

  it('that breaks the protocol does not break the server', async () => {
    const { url, web } = await serveFakeNeuron()
    const end = await ending(url, {}, socket => {
      const { _socket: raw } = socket as unknown as { _socket: Writable }
      raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff]))
    })
    expect(end).toMatch(/^1002|^1006/)
    expect((await ask(`${url}/healthz`)).status).toBe(200)
    expect(web.status().viewers).toBe(0)
  })

  it('is not let in under a stranger’s name', async () => {
    const { url } = await serveFakeNeuron()
    expect(await ending(url, { host: 'evil.example' }, () => {})).toBe('403')
  })
})

it('a flood of hostile requests makes a line for each kind, not for each request', async () => {
  const { url, logged, web } = await serveFakeNeuron()
  for (let k = 0; k < 30; k++) {
    await ask(`${url}/api/state`, { headers: { host: `evil${k}.example` } })
    await ask(`${url}/api/params`, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: '{' })
  }
  expect(logged).toHaveLength(2)
  expect(web.status().refused).toBe(60)
})
