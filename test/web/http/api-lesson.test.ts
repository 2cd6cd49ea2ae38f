import { afterEach, describe, expect, it } from 'vitest'
import { openWeb, type Web } from '../../../src/web/server.ts'
import { ask, askJson } from '../http-client.ts'
import { wallFixture } from '../wall-fixture.ts'

describe('a lesson over HTTP', () => {
  let web: Web | undefined
  const away = { 'x-forwarded-for': '192.168.1.7' }

  async function serve() {
    const { sources, context } = wallFixture()
    web = await openWeb({ enabled: true, port: 0, host: '127.0.0.1', names: '', tokenFile: '' }, sources, context)
    return web.url
  }

  afterEach(async () => {
    await web?.close()
  })

  it('has no worksheet and no progress while there is none', async () => {
    const url = await serve()
    expect((await ask(`${url}/api/lesson/worksheet`)).json).toBeNull()
    expect((await ask(`${url}/api/lesson/progress`)).status).toBe(409)
    expect((await askJson(`${url}/api/lesson/progress`, 'POST', {})).json.error.code).toBe('idle')
  })

  it('tells its tasks to everybody, and answers to those in control alone', async () => {
    const url = await serve()
    await askJson(`${url}/api/cmd/lesson`, 'POST', { do: 'load', id: 'first-spike' })
    expect((await ask(`${url}/api/lesson/worksheet`, { headers: away })).status).toBe(200)
    expect((await ask(`${url}/api/lesson/progress`, { headers: away })).status).toBe(403)
    expect((await askJson(`${url}/api/lesson/progress`, 'POST', {}, away)).status).toBe(403)
  })

  it('takes no endless file', async () => {
    const url = await serve()
    const file = { text: 'x'.repeat(300_000) }
    expect((await askJson(`${url}/api/lesson/progress`, 'POST', file)).status).toBe(413)
  })

  it('is in the document', async () => {
    const { json } = await ask(`${await serve()}/api/openapi.json`)
    expect(json.paths['/api/lesson/progress']).toHaveProperty('post')
    expect(json.paths).toHaveProperty(['/api/lesson/worksheet', 'get'])
  })
})
