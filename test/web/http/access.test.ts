import { mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createAccessControl } from '../../../src/web/http/access.ts'
import { type AccessStore, openAccessStore } from '../../../src/web/http/kept-access.ts'
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

describe('pupils and their teacher', () => {
  const away = { 'x-forwarded-for': '192.168.1.7' }
  const cookieBy = async (url: string, token: string) => {
    const { headers } = await askJson(`${url}/api/login`, 'POST', { token }, away)
    return { ...away, cookie: (headers['set-cookie'] as unknown as string[])[0]!.split(';')[0]! }
  }
  const tokensOf = async (url: string) => (await ask(`${url}/api/access`)).json.tokens
  const statusOf = async (url: string, headers: Record<string, string>) =>
    (await askJson(`${url}/api/cmd/reset`, 'POST', {}, headers)).status

  it('each has a link: who watches is told of none, a pupil of the pupils’, the teacher of both', async () => {
    const { web, url } = await serveFakeNeuron()
    const { pupils, teacher } = await tokensOf(url)
    expect(teacher).toBe(web.token)
    expect(pupils).not.toBe(teacher)
    const seenBy = async (headers: Record<string, string>) => (await ask(`${url}/api/access`, { headers })).json
    expect(await seenBy(away)).toMatchObject({ role: 'watch', mayControl: false, tokens: {} })
    const pupil = await cookieBy(url, pupils)
    expect(await seenBy(pupil)).toMatchObject({ role: 'control', mayControl: true, tokens: { pupils } })
    expect((await seenBy(pupil)).tokens.teacher).toBeUndefined()
    expect(await seenBy(await cookieBy(url, teacher))).toMatchObject({ role: 'teach', tokens: { pupils, teacher } })
  })

  it('the teacher locks the neuron: pupils are refused by command, patch and over the wall, and may again after it', async () => {
    const { url, neuron } = await serveFakeNeuron()
    const { pupils, teacher } = await tokensOf(url)
    const [pupil, own] = [await cookieBy(url, pupils), await cookieBy(url, teacher)]
    expect(await statusOf(url, pupil)).toBe(200)
    expect((await askJson(`${url}/api/access`, 'POST', { locked: true }, own)).json.result).toMatchObject({
      locked: true,
    })
    for (const [path, method] of [
      ['cmd/reset', 'POST'],
      ['params', 'PATCH'],
      ['peers/all/cmd/run', 'POST'],
    ] as const) {
      const refused = await askJson(`${url}/api/${path}`, method, {}, pupil)
      expect([refused.status, refused.json.error.code]).toEqual([403, 'locked'])
    }
    const bearer = { ...away, authorization: `Bearer ${pupils}` }
    expect([await statusOf(url, bearer), await statusOf(url, own)]).toEqual([403, 200])
    expect(neuron.sources.state().running).toBe(true)
    await askJson(`${url}/api/access`, 'POST', { locked: false }, own)
    expect(await statusOf(url, pupil)).toBe(200)
  })

  it('no pupil locks, unlocks or voids a link', async () => {
    const { url } = await serveFakeNeuron()
    const pupil = await cookieBy(url, (await tokensOf(url)).pupils)
    for (const body of [{ locked: true }, { locked: false }, { replace: true }]) {
      expect((await askJson(`${url}/api/access`, 'POST', body, pupil)).status).toBe(403)
    }
    expect(await statusOf(url, pupil)).toBe(200)
    const odd = await askJson(`${url}/api/access`, 'POST', { locked: 'yes' })
    expect([odd.status, odd.json.error.message]).toEqual([400, 'locked is "yes", must be true or false'])
  })

  it('a new link for pupils voids the old one and who came by it, not the teacher’s', async () => {
    const { url } = await serveFakeNeuron()
    const { pupils, teacher } = await tokensOf(url)
    const [pupil, own] = [await cookieBy(url, pupils), await cookieBy(url, teacher)]
    await askJson(`${url}/api/access`, 'POST', { replace: true }, own)
    expect([await statusOf(url, pupil), await statusOf(url, own)]).toEqual([403, 200])
    expect((await tokensOf(url)).pupils).not.toBe(pupils)
  })
})

describe('a restart', () => {
  const folder = () => mkdtempSync(join(tmpdir(), 'neurond-'))
  const quiet = () => {}
  const isPupil = (store: AccessStore, cookie: string) =>
    createAccessControl('', store, () => 8080).accessOf(
      { host: 'pi:8080', origin: undefined, address: '192.168.1.7', forwarded: false },
      { cookie: cookie.split(';')[0]! },
    )

  it('leaves links, logins and the lock as they were; the file is its owner’s alone', () => {
    const file = join(folder(), 'state', 'web-access-pi-a.json')
    const before = createAccessControl('', openAccessStore(file, quiet), () => 8080)
    const cookie = before.cookieFor(before.pupilToken)!
    before.lock(true)
    const after = createAccessControl('', openAccessStore(file, quiet), () => 8080)
    expect([after.token, after.pupilToken]).toEqual([before.token, before.pupilToken])
    expect(isPupil(openAccessStore(file, quiet), cookie)).toEqual({ role: 'control', locked: true, mayControl: false })
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('ends logins by a token file whose token was changed', () => {
    const file = join(folder(), 'kept.json')
    const cookie = createAccessControl('first-token-of-mine', openAccessStore(file, quiet), () => 1)
    const presented = { cookie: cookie.cookieFor('first-token-of-mine')!.split(';')[0]! }
    const caller = { host: 'pi', origin: undefined, address: '10.0.0.2', forwarded: false }
    const roleBy = (token: string) =>
      createAccessControl(token, openAccessStore(file, quiet), () => 1).accessOf(caller, presented).role
    expect([roleBy('first-token-of-mine'), roleBy('other-token-of-mine')]).toEqual(['teach', 'watch'])
  })

  it.each([
    ['what is not JSON', 'x'],
    ['an old form', '{"secret":"short"}'],
    ['an empty file', ''],
  ])('with %s in the file makes new links and says so', (_, text) => {
    const file = join(folder(), 'kept.json')
    writeFileSync(file, text)
    const said: string[] = []
    const { kept } = openAccessStore(file, (_level, message) => void said.push(message))
    expect(kept.secret.length).toBeGreaterThanOrEqual(32)
    expect(said.join()).toContain('the links for control are')
    expect(openAccessStore(file, quiet).kept).toEqual(kept)
  })

  it('where nothing can be written still gives access, and says that it ends', () => {
    const said: string[] = []
    const file = join(folder(), 'no-folder')
    writeFileSync(file, '')
    const store = openAccessStore(join(file, 'kept.json'), (_level, message) => void said.push(message))
    expect(createAccessControl('', store, () => 1).token).toHaveLength(20)
    expect(said.join()).toContain('until the next start only')
  })
})
