import { describe, expect, it } from 'vitest'
import { spike } from '../example-neuron.ts'
import { linkOnFakeBroker } from '../link-on-fake-broker.ts'

const LOST = [{ from: 4, to: 900, why: 'reportsLost' }]

/** Three spikes that were passed on, and 897 after them that were not. */
async function linkAfterLosses() {
  const setUp = linkOnFakeBroker({}, { settledSeq: () => 900 })
  await setUp.timers.pass(100)
  for (let seq = 1; seq <= 3; seq++) setUp.link.spike(spike(seq))
  return setUp
}

describe('spikes that were lost after the last one that was passed on', () => {
  it('are named with the next heartbeat', async () => {
    const { timers, contents } = await linkAfterLosses()
    await timers.pass(11_000)
    expect(contents('spikes').flatMap(({ gap }) => gap ?? [])).toEqual(LOST)
    expect(contents('spikes').at(-1)).toMatchObject({ seq0: 901, n: 0 })
  })

  it('are named at the end', async () => {
    const { link, contents } = await linkAfterLosses()
    await link.close()
    expect(contents('spikes').flatMap(({ gap }) => gap ?? [])).toEqual(LOST)
  })
})
