import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadAdjtimex } from '../../drivers/bus/libc.ts'
import { openClockSync, openKernelSync } from '../../src/daemon/clock-sync.ts'
import { manualTimers } from '../mqtt/manual-timers.ts'

const unfiltered = () => 'Name:\tnode\nSeccomp:\t0\nSeccomp_filters:\t0\n'
const filtered = () => 'Name:\tnode\nSeccomp:\t2\nSeccomp_filters:\t1\n'

describe('the kernel on the system clock', () => {
  it('says whether it is synchronised to a time server', () => {
    const answers = [0, 1, 5].map(state => openKernelSync(() => () => state, unfiltered)())
    expect(answers).toEqual([true, true, false])
  })

  it('says nothing where the system call is not permitted, or the C library cannot be loaded', () => {
    const EPERM = 1
    expect(openKernelSync(() => () => -EPERM, unfiltered)()).toBe(undefined)
    const unloadable = () => {
      throw new Error('no koffi')
    }
    expect(openKernelSync(unloadable, unfiltered)()).toBe(undefined)
    expect(
      openKernelSync(
        () => () => 0,
        () => '',
      )(),
    ).toBe(undefined)
  })

  it('is not asked under a system call filter, which may end the process', () => {
    const never = () => {
      throw new Error('loaded')
    }
    expect(openKernelSync(never, filtered)()).toBe(undefined)
  })

  it('is this machine’s own', () => {
    expect([0, 1, 2, 3, 4, 5, -1]).toContain(loadAdjtimex()())
    const isFree = /^Seccomp:\s*0$/m.test(readFileSync('/proc/self/status', 'utf8'))
    expect(typeof openKernelSync()()).toBe(isFree && loadAdjtimex()() >= 0 ? 'boolean' : 'undefined')
  })
})

describe('the clock', () => {
  type Answer = { readonly synced: boolean; readonly errMs: number | null } | undefined

  /** Who says what; each may change. */
  const stage = async (said: { chrony?: Answer; kernel?: boolean; timesyncd?: boolean }, asksKernel = true) => {
    const timers = manualTimers()
    let asked = 0
    const read = openClockSync(asksKernel, timers, {
      chrony: async () => {
        asked++
        return said.chrony
      },
      kernel: () => () => said.kernel,
      timesyncd: () => said.timesyncd ?? false,
    })
    await timers.pass(3000)
    return { read, timers, asked: () => asked }
  }
  const WELL = { synced: true, errMs: 0.4 }
  const NOBODY = { synced: false, errMs: null, source: 'none' }

  it.each([
    ['chronyd knows it best', { chrony: WELL }, { ...WELL, source: 'chrony' }],
    ['chronyd replaced timesyncd', { chrony: WELL, timesyncd: true, kernel: true }, { ...WELL, source: 'chrony' }],
    [
      'chronyd has not found a server, and timesyncd left its mark',
      { chrony: { synced: false, errMs: null }, timesyncd: true },
      { synced: false, errMs: null, source: 'chrony' },
    ],
    ['timesyncd, in a sandbox', { timesyncd: true }, { synced: true, errMs: null, source: 'timesyncd' }],
    ['timesyncd', { timesyncd: true, kernel: true }, { synced: true, errMs: null, source: 'timesyncd' }],
    ['timesyncd, before the clock was lost', { timesyncd: true, kernel: false }, NOBODY],
    ['ntpd', { kernel: true }, { synced: true, errMs: null, source: 'kernel' }],
    ['ntpd or openntpd, in a sandbox', {}, NOBODY],
    ['none', { kernel: false }, NOBODY],
  ])('is told by whoever knows: %s', async (_who, said, report) => {
    expect((await stage(said)).read()).toEqual(report)
  })

  it('is not asked of the kernel where no other machine compares', async () => {
    expect((await stage({ kernel: true }, false)).read()).toEqual(NOBODY)
  })

  it('is asked of chronyd every ten seconds, and its word holds no longer than it answers', async () => {
    const said: { chrony?: Answer } = { chrony: WELL }
    const { read, timers, asked } = await stage(said)
    for (let k = 0; k < 5; k++) read()
    expect(asked()).toBe(1)
    said.chrony = undefined
    await timers.pass(10_000)
    expect(read()).toMatchObject({ source: 'chrony' })
    await timers.pass(0)
    expect([asked(), read()]).toEqual([2, NOBODY])
  })
})
