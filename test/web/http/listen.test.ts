import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { serveFakeNeuron } from '../fake-neuron-server.ts'
import { ask } from '../http-client.ts'

describe('a port', () => {
  it('that is taken gives way to the next free one, with a note', async () => {
    const taken = createServer()
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as { port: number }
    const { url, logged } = await serveFakeNeuron({ port })
    expect((await ask(`${url}/healthz`)).status).toBe(200)
    expect(logged.join()).toContain(`port ${port} is in use by another program`)
    await new Promise(resolve => taken.close(resolve))
  })

  it('at an address of another machine is an error that names the setting', async () => {
    await expect(serveFakeNeuron({ host: '203.0.113.9' })).rejects.toThrow('web.host is "203.0.113.9"')
  })

  it('open to the network has addresses for others, and one alone has none', async () => {
    expect((await serveFakeNeuron()).web.lanUrls).toEqual([])
    const { web } = await serveFakeNeuron({ host: '0.0.0.0' })
    for (const url of web.lanUrls) expect(url).toMatch(/^http:\/\/\d+\.\d+\.\d+\.\d+:\d+$/)
  })
})
