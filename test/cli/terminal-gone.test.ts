import { expect, it } from 'vitest'
import { watchTerminal } from '../../src/cli/terminal-gone.ts'
import { manualTimers } from '../mqtt/manual-timers.ts'

/** Watches standard streams of which these are terminals; `hangUp` makes them none. */
function watched(...terminals: readonly number[]) {
  const timers = manualTimers()
  let isOpen = true
  let calls = 0
  const watch = watchTerminal(
    () => void calls++,
    timers,
    terminals,
    fd => isOpen && terminals.includes(fd),
  )
  return {
    watch,
    timers,
    calls: () => calls,
    hangUp: () => {
      isOpen = false
    },
  }
}

it.each([
  [[0]],
  [[1]],
  [[2]],
  [[0, 1]],
  [[0, 1, 2]],
])('the end of the terminal is noticed once that streams %j were on', async terminals => {
  const { watch, timers, calls, hangUp } = watched(...terminals)
  expect(watch.hadTerminal).toBe(true)
  await timers.pass(60_000)
  expect(calls()).toBe(0)
  hangUp()
  await timers.pass(1000)
  expect(calls()).toBe(1)
  await timers.pass(60_000)
  expect(calls()).toBe(1)
})

it('without a terminal there is nothing to notice', async () => {
  const { watch, timers, calls, hangUp } = watched()
  expect(watch.hadTerminal).toBe(false)
  hangUp()
  await timers.pass(60_000)
  expect(calls()).toBe(0)
})

it('nothing is noticed any more after the watch is closed', async () => {
  const { watch, timers, calls, hangUp } = watched(0)
  watch.close()
  hangUp()
  await timers.pass(60_000)
  expect(calls()).toBe(0)
})
