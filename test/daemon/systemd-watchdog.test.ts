import { expect, it } from 'vitest'
import { type Vitals, watchOver } from '../../src/daemon/systemd.ts'
import { manualTimers } from '../mqtt/manual-timers.ts'

/** A watched neuron whose thread ticks as it is told to. */
function watched(watchdogMs: number, vitals: Vitals) {
  const said: string[] = []
  const neuron = { ...vitals }
  const timers = manualTimers()
  const say = (word: string) => () => void said.push(word)
  const supervisor = {
    watchdogMs,
    ready: say('ready'),
    watchdog: say('watchdog'),
    reloading: say('reloading'),
    stopping: say('stopping'),
    status: (text: string) => void said.push(text),
  }
  const end = watchOver(supervisor, () => ({ ...neuron }), timers)
  const heard = async (ms: number) => {
    await timers.pass(ms)
    return said.splice(0)
  }
  return { neuron, heard, end }
}

const WELL: Vitals = { ticks: 100, tickAgeMs: 1, words: '7.1 Hz' }

it('it is ready once its thread ticks, and then gives a sign of life in every quarter of the time', async () => {
  const { neuron, heard } = watched(10_000, WELL)
  expect(await heard(0)).toEqual(['7.1 Hz', 'ready'])
  neuron.ticks++
  expect(await heard(2500)).toEqual(['7.1 Hz', 'watchdog'])
  neuron.ticks++
  expect(await heard(2500)).toEqual(['7.1 Hz', 'watchdog'])
})

it('it is not ready before the first tick', async () => {
  const { neuron, heard } = watched(10_000, { ...WELL, ticks: 0 })
  expect(await heard(2500)).not.toContain('ready')
  neuron.ticks = 1
  expect(await heard(2500)).toContain('ready')
})

it('a thread that hangs gives no sign of life, and its status says so; it heals by itself', async () => {
  const { neuron, heard } = watched(10_000, WELL)
  await heard(0)
  neuron.tickAgeMs = 2501
  const stuck = await heard(10_000)
  expect(stuck).not.toContain('watchdog')
  expect(stuck).toContain("the neuron's thread has not ticked for 2501 ms")
  Object.assign(neuron, { ticks: 101, tickAgeMs: 2 })
  expect(await heard(2500)).toEqual(['7.1 Hz', 'watchdog'])
})

it('a tick that is late by a second is no sign of life, though the thread has ticked since', async () => {
  const { neuron, heard } = watched(10_000, WELL)
  await heard(0)
  Object.assign(neuron, { ticks: 101, tickAgeMs: 1000 })
  expect(await heard(2500)).not.toContain('watchdog')
})

it('a thread that was started anew counts from 0, and lives', async () => {
  const { neuron, heard } = watched(10_000, WELL)
  await heard(0)
  neuron.ticks = 3
  expect(await heard(2500)).toContain('watchdog')
})

it('without a watchdog the status is kept up to date all the same; after the end nothing is said', async () => {
  const { neuron, heard, end } = watched(0, WELL)
  await heard(0)
  neuron.ticks++
  expect(await heard(5000)).toContain('7.1 Hz')
  end()
  expect(await heard(20_000)).toEqual([])
})
