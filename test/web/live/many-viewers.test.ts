import { afterEach, expect, it } from 'vitest'
import { MAX_VIEWERS } from '../../../src/web/live/viewers.ts'
import { openWeb } from '../../../src/web/server.ts'
import { fakeNeuron } from '../../fakes/fake-neuron.ts'
import { manualTimers } from '../../mqtt/manual-timers.ts'
import { until } from '../page-interactions.ts'
import { openViewerSocket, openViewerSockets } from '../websocket-viewers.ts'

const opened: { close(): void | Promise<void> }[] = []

afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close()
})

it('fifty browsers get every frame; the next is refused in words, and comes in when one leaves', async () => {
  const timers = manualTimers()
  const wallUs = () => 1.8e15 + timers.nowMs() * 1000
  const neuron = fakeNeuron(timers, wallUs)
  neuron.turnKnob(0.8)
  const options = { enabled: true, port: 0, host: '127.0.0.1', names: '', tokenFile: '' }
  const web = await openWeb(options, neuron.sources, { timers, wallUs, log: () => {} })
  opened.push(web)
  const viewers = await openViewerSockets(web.url, 50)
  opened.push(viewers)
  expect([MAX_VIEWERS, web.status().viewers]).toEqual([50, 50])

  const late = await openViewerSocket(web.url)
  expect(late.refusal).toBe('1013 50 browsers watch already: close one of them, and this one comes in')

  for (let k = 0; k < 20; k++) await timers.pass(40)
  await viewers.until(({ frames }) => frames >= 15, 'frames for everybody')
  expect(web.status()).toMatchObject({ viewers: 50, slowViewers: 0 })

  viewers.sockets[7]!.close()
  await until(() => web.status().viewers === 49, 'one leaves')
  const next = await openViewerSocket(web.url)
  opened.push({ close: () => next.socket.terminate() })
  expect(next.refusal).toBeUndefined()
})
