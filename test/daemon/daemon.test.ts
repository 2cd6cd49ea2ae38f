import { describe, expect, it } from 'vitest'
import { waitForFirstSpikes } from '../../src/daemon/daemon.ts'
import type { LinkStatus } from '../../src/mqtt/types.ts'
import { manualTimers } from '../mqtt/manual-timers.ts'

/** Starts to wait for the first spikes of a link in this state; `lapse` returns whether it still waits. */
function waiting(state: LinkStatus['state'] = 'connecting') {
  const timers = manualTimers()
  const status = { state, sent: 0 }
  let waits = true
  waitForFirstSpikes({ status: () => status as LinkStatus }, timers).then(() => {
    waits = false
  })
  const lapse = async (ms: number, change: Partial<LinkStatus>) => {
    Object.assign(status, change)
    await timers.pass(ms)
    return waits
  }
  return { lapse }
}

describe('what takes long to load at the start', () => {
  it('waits until the first spikes have gone out', async () => {
    const { lapse } = waiting()
    expect(await lapse(100, {})).toBe(true)
    expect(await lapse(100, { state: 'online' })).toBe(true)
    expect(await lapse(10, { sent: 3 })).toBe(false)
  })

  it.each(['off', 'offline'] as const)('does not wait for a broker that is %s', async state => {
    expect(await waiting(state).lapse(0, {})).toBe(false)
  })

  it('waits no longer than two seconds for one that does not answer', async () => {
    const { lapse } = waiting()
    expect(await lapse(1990, {})).toBe(true)
    expect(await lapse(20, {})).toBe(false)
  })
})
