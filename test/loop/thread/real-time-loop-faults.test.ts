import { describe, expect, it } from 'vitest'
import { createTestLoop } from '../../fakes/loop-on-manual-clock.ts'

const rises = (edges: readonly [number, boolean][]) => edges.filter(([, on]) => on).map(([ms]) => ms)

describe('hardware that fails', () => {
  it('holds the current for holdMs, then 0 nA; reports it once, and resumes by itself', () => {
    const loop = createTestLoop({ holdMs: 500 })
    loop.clock.at(1000, () => {
      loop.knob.fault = 'no answer from 0x48'
    })
    loop.clock.at(3000, () => {
      loop.knob.fault = ''
    })
    loop.run(4000)
    const during = (from: number, to: number) => loop.spikes.filter(({ tUs }) => tUs / 1000 > from && tUs / 1000 < to)
    expect(during(1010, 1490).length).toBeGreaterThan(20)
    expect(during(1510, 2990).length).toBe(0)
    expect(during(3300, 4000).length).toBeGreaterThan(20)
    expect(loop.events).toEqual([{ type: 'inputLost', reason: 'no answer from 0x48' }, { type: 'inputBack' }])
  })

  it('reports failed reads that it recovers from at once, then every 10 s how many there were', () => {
    const loop = createTestLoop({ holdMs: 500 })
    for (let ms = 1000; ms < 16_000; ms += 100) {
      loop.clock.at(ms, () => {
        loop.knob.fault = 'no answer from 0x48'
      })
      loop.clock.at(ms + 3, () => {
        loop.knob.fault = ''
      })
    }
    const { adcErrors } = loop.run(22_000)
    const reported = loop.events.filter(event => event.type === 'inputFaltered')
    expect(reported).toHaveLength(3)
    expect(reported[0]).toEqual({ type: 'inputFaltered', errors: 1, reason: 'no answer from 0x48' })
    expect(reported.reduce((sum, { errors }) => sum + errors, 0)).toBe(adcErrors)
    expect(adcErrors).toBeGreaterThan(100)
    expect(loop.events).toHaveLength(3)
  })

  it('reports that the chip was switched off and on, which is no failed read', () => {
    const loop = createTestLoop({ holdMs: 500 })
    loop.knob.cause = 'reset'
    loop.clock.at(1000, () => {
      loop.knob.fault = 'The ADS1x15 was switched off and on'
    })
    loop.clock.at(1003, () => {
      loop.knob.fault = ''
    })
    loop.run(2000)
    expect(loop.events).toEqual([{ type: 'inputReset', reason: 'The ADS1x15 was switched off and on' }])
  })

  it('reports when a lost knob is lost for another reason, every 10 s at most', () => {
    const loop = createTestLoop({ holdMs: 0 })
    loop.knob.fault = 'nothing there'
    for (let ms = 5000; ms < 10_000; ms += 1000) {
      loop.clock.at(ms, () => {
        loop.knob.fault = `another chip, seen at ${ms}`
      })
    }
    loop.run(30_000)
    expect(loop.events).toEqual([
      { type: 'inputLost', reason: 'nothing there' },
      { type: 'inputLost', reason: 'another chip, seen at 5000' },
    ])
  })

  it('is told that its output is back, also while there is nothing to show', () => {
    const loop = createTestLoop({ maxNa: 0.1 })
    loop.output.fault = 'GPIO17 is held by another program'
    loop.clock.at(500, () => {
      loop.output.fault = ''
    })
    loop.run(1000)
    expect(loop.spikes).toEqual([])
    expect(loop.events.map(({ type }) => type)).toEqual(['outputLost', 'outputBack'])
  })

  it('goes on without its output, reports it once, and drives it again when it is back', () => {
    const loop = createTestLoop()
    loop.output.fault = 'GPIO17 is held by another program'
    loop.clock.at(500, () => {
      loop.output.fault = ''
    })
    loop.run(1000)
    expect(loop.spikes.length).toBeGreaterThan(60)
    expect(loop.events).toEqual([
      { type: 'outputLost', output: 'led', reason: 'GPIO17 is held by another program' },
      { type: 'outputBack', output: 'led' },
    ])
    expect(rises(loop.edges).every(ms => ms >= 500)).toBe(true)
    expect(rises(loop.edges).length).toBeGreaterThan(20)
  })
})
