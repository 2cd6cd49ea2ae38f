import { describe, expect, it } from 'vitest'
import { openAutosave } from '../../../src/cli/run/autosave.ts'
import { createSaveStatus } from '../../../src/daemon/save-status.ts'
import { openLog } from '../../../src/log.ts'
import { manualTimers } from '../../mqtt/manual-timers.ts'

/** A daemon whose configuration file lies on a disk that may be full. */
function keeping() {
  const timers = manualTimers()
  const log = openLog({ level: 'silent', levels: {}, format: 'json', colour: false, nowMs: timers.nowMs })
  const saved: (readonly string[])[] = []
  const events: object[] = []
  const disk = { isFull: true, attempts: 0 }
  let change = (_changed: readonly string[]) => {}
  const daemon = {
    live: () => ({ params: {} as never, synapses: [] }),
    saveStatus: createSaveStatus(event => events.push(event)),
    onChange(listener: typeof change) {
      change = listener
    },
  }
  const save = async ({ only }: { readonly only: readonly string[] }) => {
    disk.attempts++
    if (disk.isFull) throw new Error('the disk is full')
    saved.push(only)
    return only
  }
  const keeper = openAutosave(daemon, 'my.yaml', save, { timers, log })
  keeper.keep(true)
  const warnings = daemon.saveStatus.warnings
  return { timers, disk, saved, events, warnings, keeper, change: (...names: string[]) => change(names) }
}

const NOT_SAVED = { type: 'notSaved', why: 'the disk is full' }

describe('what could not be kept', () => {
  it('is kept with the next change', async () => {
    const { timers, disk, saved, keeper, change } = keeping()
    change('tauMs')
    await timers.pass(2000)
    expect(saved).toEqual([])
    disk.isFull = false
    change('maxNa')
    await timers.pass(2000)
    expect(saved).toEqual([['tauMs', 'maxNa']])
    await keeper.close()
    expect(saved).toHaveLength(1)
  })

  it('is tried again in a while, and warned of until it is kept', async () => {
    const { timers, disk, saved, events, warnings, change } = keeping()
    change('tauMs')
    await timers.pass(2000)
    expect(warnings()).toEqual(['what was changed is not kept for the next start: the disk is full'])
    await timers.pass(180_000)
    expect([disk.attempts, events]).toEqual([4, [NOT_SAVED]])
    disk.isFull = false
    await timers.pass(60_000)
    expect([saved, warnings(), events]).toEqual([[['tauMs']], [], [NOT_SAVED, { type: 'saved' }]])
  })

  it('is tried a last time at the end', async () => {
    const { timers, disk, keeper, change } = keeping()
    change('tauMs')
    await timers.pass(2000)
    await keeper.close()
    await timers.pass(600_000)
    expect(disk.attempts).toBe(2)
  })
})
