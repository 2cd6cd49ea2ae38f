import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadAdjtimex } from '../../drivers/bus/libc.ts'
import { openKernelSync } from '../../src/daemon/clock-sync.ts'

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
