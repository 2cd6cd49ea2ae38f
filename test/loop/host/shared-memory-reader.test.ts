import { describe, expect, it } from 'vitest'
import { openSpikeReader } from '../../../src/loop/host/shared-memory-reader.ts'
import { SPIKE_FIELDS } from '../../../src/loop/shared/memory.ts'
import { createRing, push, refuse } from '../../../src/loop/shared/ring.ts'
import { createTestLoop } from '../../fakes/loop-on-manual-clock.ts'

describe('the reader of spikes', () => {
  it('passes on some a turn, and settles what is lost once all others are read', async () => {
    const spikes = createRing(SPIKE_FIELDS, 1024)
    for (let seq = 1; seq <= 150; seq++) push(spikes, Float64Array.from([seq, 0, 0, 0, 1]))
    for (let n = 0; n < 50; n++) refuse(spikes)
    const seqs: number[] = []
    const turns: (() => void)[] = []
    const nextTurn = () => new Promise<void>(resolve => turns.push(resolve))
    const reader = openSpikeReader(spikes, ({ seq }) => seqs.push(seq), nextTurn)
    const turn = async () => {
      turns.shift()?.()
      await Promise.resolve()
      await Promise.resolve()
    }
    expect([seqs.length, reader.settledSeq()]).toEqual([64, 64])
    await turn()
    expect([seqs.length, reader.settledSeq()]).toEqual([128, 128])
    await turn()
    expect([seqs.length, reader.settledSeq(), reader.lastSeq()]).toEqual([150, 200, 200])
    reader.close()
  })
})

describe('the voltage of the knob', () => {
  it('is the one at its pin, whatever its calibration makes of it and whoever sets the current', () => {
    const loop = createTestLoop({ fromLevel: 0.2, toLevel: 0.8 })
    loop.knob.level = 0.35
    loop.send({ type: 'take', level: 0.9 }, 50)
    const { knobV, level, source } = loop.run(100)
    expect([knobV, level, source]).toEqual([expect.closeTo(0.35 * 3.3, 9), 0.9, 'slider'])
  })

  it('is unknown before it was read', () => {
    const loop = createTestLoop()
    loop.knob.fault = 'not there'
    expect(loop.run(50).knobV).toBeNaN()
  })
})
