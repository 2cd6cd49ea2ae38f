import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { spike } from '../example-neuron.ts'
import { linkOnFakeBroker, refusingBroker } from '../link-on-fake-broker.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function usedBytes(): number {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

it('an hour at 100 Hz without a broker costs less than 5 MB, and what was dropped is named exactly', async () => {
  const { link, timers, broker, contents } = linkOnFakeBroker({}, {}, refusingBroker('ECONNREFUSED'))
  await timers.pass(100)
  const before = usedBytes()
  const last = 360_000
  for (let seq = 1; seq <= last; seq++) {
    link.spike(spike(seq))
    // Sealing is what the passing of time does to the ledger.
    if (seq % 500 === 0) await timers.pass(5000)
  }
  expect(usedBytes() - before).toBeLessThan(5e6)
  const { dropped, waitingSpikes } = link.status()
  expect(dropped + waitingSpikes).toBe(last)
  broker.refusal = undefined
  await timers.pass(60_000)
  const batches = contents('spikes').filter(({ n }) => n > 0)
  expect(contents('spikes').flatMap(({ gap }) => gap ?? [])).toEqual([{ from: 1, to: dropped, why: 'outboxFull' }])
  expect(batches[0]?.seq0).toBe(dropped + 1)
  expect(batches.reduce((sum, { n }) => sum + n, 0)).toBe(waitingSpikes)
}, 60_000)
