import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { serveFakeNeuron } from '../fake-neuron-server.ts'
import { ask, askJson } from '../http-client.ts'

describe('the token', () => {
  // A request that a proxy passed on counts as one from another machine.
  const away = { 'x-forwarded-for': '192.168.1.7' }

  it('is needed for control from elsewhere, not for reading', async () => {
    const { url, neuron } = await serveFakeNeuron()
    expect((await ask(`${url}/api/state`, { headers: away })).status).toBe(200)
    const refused = await askJson(`${url}/api/params`, 'PATCH', { tauMs: 20 }, away)
    expect([refused.status, refused.json.error.code]).toEqual([403, 'token'])
    expect(neuron.sources.params().params.tauMs).toBe(100)
  })

  it('opens control as a bearer, and a wrong one does not', async () => {
    const { web, url } = await serveFakeNeuron()
    const withToken = (token: string) => ({ ...away, authorization: `Bearer ${token}` })
    expect((await askJson(`${url}/api/cmd/run`, 'POST', { on: false }, withToken(web.token))).status).toBe(200)
    for (const wrong of ['', 'x', `${web.token}x`, web.token.slice(1)]) {
      expect((await askJson(`${url}/api/cmd/run`, 'POST', { on: false }, withToken(wrong))).status).toBe(403)
    }
  })

  it('logs a browser in with a cookie that scripts and other sites cannot use, and that is not the token', async () => {
    const { web, url } = await serveFakeNeuron()
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
    const { web, url } = await serveFakeNeuron()
    expect(web.controlLink(url)).toBe(`${url}/login#${web.token}`)
  })

  it('a wrong one at the login is refused and told once', async () => {
    const { url, logged } = await serveFakeNeuron()
    for (let k = 0; k < 20; k++) {
      expect((await askJson(`${url}/api/login`, 'POST', { token: 'guess' }, away)).status).toBe(403)
    }
    expect(logged).toHaveLength(1)
  })

  it('of the user’s own comes from a file, and must not be easily guessed', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'neurond-')), 'token')
    await expect(serveFakeNeuron({ tokenFile: file })).rejects.toThrow(
      `web.tokenFile is "${file}", which cannot be read`,
    )
    writeFileSync(file, 'secret\n')
    await expect(serveFakeNeuron({ tokenFile: file })).rejects.toThrow('has 6 characters, must have 12 or more')
    writeFileSync(file, '100%-horse#battery\n')
    const { web, url } = await serveFakeNeuron({ tokenFile: file })
    expect(web.token).toBe('100%-horse#battery')
    expect(decodeURIComponent(new URL(web.controlLink(url)).hash.slice(1))).toBe(web.token)
  })
})
