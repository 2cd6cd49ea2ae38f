import { expect, it } from 'vitest'
import { openKeeper } from '../../src/cli/keeper.ts'
import { openLog } from '../../src/log.ts'
import { manualTimers } from '../mqtt/manual-timers.ts'

it('what could not be kept is kept with the next change', async () => {
  const timers = manualTimers()
  const log = openLog({ level: 'silent', levels: {}, format: 'json', colour: false, nowMs: timers.nowMs })
  const saved: (readonly string[])[] = []
  let tell = (_changed: readonly string[]) => {}
  let isFull = true
  const daemon = {
    live: () => ({ params: {} as never, synapses: [] }),
    onChange(listener: typeof tell) {
      tell = listener
    },
  }
  const save = async ({ only }: { readonly only: readonly string[] }) => {
    if (isFull) throw new Error('the disk is full')
    saved.push(only)
    return only
  }
  const keeper = openKeeper(daemon, 'my.yaml', save, { timers, log })
  keeper.keep(true)
  tell(['tauMs'])
  await timers.pass(2000)
  expect(saved).toEqual([])
  isFull = false
  tell(['maxNa'])
  await timers.pass(2000)
  expect(saved).toEqual([['tauMs', 'maxNa']])
  await keeper.close()
  expect(saved).toHaveLength(1)
})
