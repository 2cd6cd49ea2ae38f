import { afterEach } from 'vitest'
import type { WebOptions } from '../../src/web/options.ts'
import { openWeb, type Web } from '../../src/web/server.ts'
import { fakeNeuron } from '../fakes/fake-neuron.ts'
import { manualTimers } from '../mqtt/manual-timers.ts'

const OPTIONS: WebOptions = { enabled: true, port: 0, host: '127.0.0.1', names: 'neuron.example', tokenFile: '' }
const opened: Web[] = []

afterEach(async () => {
  for (const web of opened.splice(0)) await web.close()
})

/** The server with a fake neuron behind it, until the end of the test. */
export async function serveFakeNeuron(options: Partial<WebOptions> = {}) {
  const timers = manualTimers()
  const wallUs = () => 1.8e15 + timers.nowMs() * 1000
  const neuron = fakeNeuron(timers, wallUs)
  const logged: string[] = []
  const log = (level: string, message: string) => void logged.push(`${level}: ${message}`)
  const web = await openWeb({ ...OPTIONS, ...options }, neuron.sources, { timers, wallUs, log })
  opened.push(web)
  return { web, neuron, logged, timers, url: web.url }
}
