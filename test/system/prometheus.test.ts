import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { serveFakeNeuron } from '../web/fake-neuron-server.ts'
import { ask } from '../web/http-client.ts'
import { needs } from './programs.ts'

needs('promtool')('Prometheus', () => {
  it('finds nothing wrong with /metrics, with or without a knob, a spike and a reading', async () => {
    const { url, neuron, timers } = await serveFakeNeuron()
    const before = (await ask(`${url}/metrics`)).text
    neuron.turnKnob(0.8)
    await timers.pass(2000)
    neuron.loseKnob(true)
    for (const text of [before, (await ask(`${url}/metrics`)).text]) {
      expect(text).toContain('neurond_spikes_total')
      expect(checked(text)).toBe('')
    }
  })

  it('would find it', () => {
    expect(() => checked('# TYPE late_ms gauge\nlate_ms{quantile="1"} 1\n')).toThrow(/quantile/)
  })
})

/** What promtool says. @throws Error with it, if it finds fault */
function checked(metrics: string): string {
  return execFileSync('promtool', ['check', 'metrics'], { input: metrics, encoding: 'utf8', stdio: 'pipe' })
}
