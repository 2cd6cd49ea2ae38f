import { describe, expect, it } from 'vitest'
import { type HostSettings, openHost } from '../../../src/loop/host/host.ts'
import type { StartWorker } from '../../../src/loop/host/worker.ts'
import { type Command, decodeCommand } from '../../../src/loop/shared/command.ts'
import { type Shared, sharedOver } from '../../../src/loop/shared/memory.ts'
import { writeGauges } from '../../../src/loop/shared/neuron-gauges.ts'
import { push, take } from '../../../src/loop/shared/ring.ts'
import type { ThreadSettings } from '../../../src/loop/thread/main.ts'
import type { LoopEvent, Spike } from '../../../src/loop/types.ts'
import { neuronFrom } from '../../../src/neuron/params.ts'
import { manualTimers } from '../../mqtt/manual-timers.ts'

const SETTINGS: HostSettings = {
  loop: { neuron: neuronFrom({ seed: 1 }), minNa: 0, maxNa: 3, sampleHz: 250, holdMs: 500, tickMs: 1, speed: 1 },
  scheduling: { realtime: 'off', priority: 50, spinUs: 0 },
  input: { name: 'knob', driver: 'mock', options: {} },
  outputs: [],
}
const READY = {
  type: 'ready',
  ...{ outputs: [], fullScaleVolts: 3.3, tid: '1' },
  input: { name: 'knob', driver: 'mock', description: 'test knob', mocked: true },
  scheduling: { policy: 'other', priority: 0, timerSlackNs: 1, spinUs: 0, reason: '' },
} as const

/** A neuron thread that does what the test says. */
interface FakeThread {
  readonly settings: Omit<ThreadSettings, 'samples'>
  readonly shared: Shared
  ready(): void
  spike(seq: number): void
  tick(atMs: number): void
  /** What it was asked since it last looked. */
  asked(): Command[]
  end(reason: string | undefined): Promise<void>
  readonly killed: string[]
}

function open() {
  const timers = manualTimers()
  const threads: FakeThread[] = []
  const events: LoopEvent[] = []
  const spikes: Spike[] = []
  const startFake: StartWorker = (settings, onEvent) => {
    const shared = sharedOver(settings.buffers)
    const killed: string[] = []
    let finish = (_reason: string | undefined) => {}
    const ended = new Promise<string | undefined>(resolve => {
      finish = resolve
    })
    threads.push({
      settings,
      shared,
      killed,
      ready: () => onEvent(READY),
      spike: seq => void push(shared.spikes, Float64Array.from([seq, seq * 10_000, 10, 0, 1])),
      tick: atMs => writeGauges(shared.gauges, shared.gauges.values.slice().fill(atMs)),
      asked() {
        const record = new Float64Array(shared.commands.fields)
        const commands: Command[] = []
        while (take(shared.commands, record)) commands.push(decodeCommand(record))
        return commands
      },
      async end(reason) {
        finish(reason)
        for (let turn = 0; turn < 5; turn++) await Promise.resolve()
      },
    })
    return { ended, sendOutputs() {}, sendSamples() {}, kill: reason => void killed.push(reason) }
  }
  const listeners = { onSpike: (spike: Spike) => spikes.push(spike), onEvent: (event: LoopEvent) => events.push(event) }
  const host = openHost(SETTINGS, listeners, new Map(), { timers, startWorker: startFake })
  return { host, timers, threads, events, spikes, last: () => threads.at(-1) as FakeThread }
}

describe('a neuron thread that crashes', () => {
  it('starts anew, and its spikes go on with the next number', async () => {
    const { host, timers, events, spikes, last } = open()
    last().ready()
    for (let seq = 1; seq <= 5; seq++) last().spike(seq)
    last().tick(timers.nowMs())
    await last().end('boom')
    expect(spikes.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
    expect(events.at(-1)).toEqual({ type: 'neuronLost', cause: 'boom', seq: 5, retryMs: 100 })
    await timers.pass(100)
    expect(last().settings.loop.afterSeq).toBe(5)
    await timers.pass(40)
    last().ready()
    expect(events.at(-1)).toEqual({ type: 'neuronBack', cause: 'boom', seq: 5, gapMs: 140, crashes: 1 })
    await Promise.all([host.close(), last().end(undefined)])
  })

  it('does not give the numbers again of spikes that a full ring could not hold', async () => {
    const { host, timers, last } = open()
    last().ready()
    const { capacity } = last().shared.spikes
    for (let seq = 1; seq <= capacity + 3; seq++) last().spike(seq)
    await last().end('boom')
    await timers.pass(100)
    expect(last().settings.loop.afterSeq).toBe(capacity + 3)
    await Promise.all([host.close(), last().end(undefined)])
  })

  it('is told what was changed since the start, also while it was away; stimuli and synaptic events are gone', async () => {
    const { host, timers, last } = open()
    last().ready()
    const neuron = neuronFrom({ tauMs: 20, seed: 1 })
    host.send({ type: 'neuron', neuron })
    host.send({ type: 'mute', on: true })
    host.send({ type: 'take', level: 0.4 })
    host.send({ type: 'synapse', atMs: 5, tauMs: 5, weight: 1 })
    await last().end('boom')
    expect(host.send({ type: 'take', level: 0.7 })).toBe(true)
    expect(host.send({ type: 'synapse', atMs: 5, tauMs: 5, weight: 1 })).toBe(false)
    await timers.pass(100)
    expect(last().asked()).toEqual([
      { type: 'neuron', neuron },
      { type: 'mute', on: true },
      { type: 'take', level: 0.7 },
      { type: 'reset' },
    ])
    await Promise.all([host.close(), last().end(undefined)])
  })

  it('again and again waits longer each time, up to half a minute; after a long life it is quick again', async () => {
    const { host, timers, threads, events, last } = open()
    last().ready()
    const waits: number[] = []
    for (let crash = 0; crash < 6; crash++) {
      await last().end('boom')
      const lost = events.at(-1) as Extract<LoopEvent, { type: 'neuronLost' }>
      waits.push(lost.retryMs)
      await timers.pass(lost.retryMs - 1)
      expect(threads).toHaveLength(crash + 1)
      await timers.pass(1)
      expect(threads).toHaveLength(crash + 2)
    }
    expect(waits).toEqual([100, 1000, 5000, 15_000, 30_000, 30_000])
    last().ready()
    for (let s = 0; s < 70; s++) {
      await timers.pass(1000)
      last().tick(timers.nowMs())
    }
    await last().end('boom')
    expect(events.at(-1)).toMatchObject({ type: 'neuronLost', retryMs: 100 })
    await host.close()
  })

  it('in the middle of writing its figures leaves them readable', async () => {
    const { host, last } = open()
    last().ready()
    Atomics.add(last().shared.gauges.version, 0, 1)
    await last().end('boom')
    expect(host.snapshot().count).toBe(0)
    await host.close()
  })

  it('before it was ready ends the program, with the reason', async () => {
    const { host, threads, timers, last } = open()
    const refused = expect(host.ready).rejects.toThrow('GPIO17 is busy')
    await last().end('GPIO17 is busy')
    await refused
    expect(await host.ended).toBe('GPIO17 is busy')
    await timers.pass(60_000)
    expect(threads).toHaveLength(1)
    await host.close()
  })

  it('is not started anew once the program closes', async () => {
    const { host, timers, threads, last } = open()
    last().ready()
    await last().end('boom')
    await host.close()
    await timers.pass(60_000)
    expect(threads).toHaveLength(1)
    expect(await host.ended).toBeUndefined()
  })
})

describe('a neuron thread that hangs', () => {
  it('is ended by force after 20 s without a tick, and starts anew', async () => {
    const { host, timers, events, last } = open()
    last().ready()
    last().tick(timers.nowMs())
    await timers.pass(19_000)
    expect(last().killed).toEqual([])
    await timers.pass(3000)
    expect(last().killed[0]).toBe('it hung for 20 s')
    await last().end('it hung for 20 s')
    expect(events.at(-1)).toMatchObject({ type: 'neuronLost', cause: 'it hung for 20 s' })
    await timers.pass(100)
    last().ready()
    expect(events.at(-1)).toMatchObject({ type: 'neuronBack' })
    await Promise.all([host.close(), last().end(undefined)])
  })
})
