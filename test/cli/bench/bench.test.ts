import { describe, expect, it } from 'vitest'
import { cyclictestArguments, failureReason, parseReport } from '../../../src/cli/bench/cyclictest.ts'
import { benchTable } from '../../../src/cli/bench/report-and-goals.ts'
import { comparisonOf, medianOf } from '../../../src/cli/bench/results-and-medians.ts'
import { plainLoop, simulated } from '../../../src/cli/bench/simulation-speed.ts'
import {
  brokerPortIn,
  connectPacket,
  memoryFigures,
  packetsIn,
  rssMbIn,
  subscribePacket,
} from '../../../src/cli/bench/start-and-memory.ts'
import { InterruptedError, pause } from '../../../src/cli/interruption.ts'
import { neuronFrom } from '../../../src/neuron/params.ts'
import { COMPARISON, PEER, REPORT, run, THREAD, ticks, verdictOf } from '../../bench/fake-bench.ts'

describe('the report of cyclictest', () => {
  it('gives quantiles, and the ticks that passed before a late one', () => {
    expect(parseReport(REPORT, 1000)).toMatchObject({ p50: 24, p99: 25, max: 3200, missed: 3, count: 100 })
  })

  it('counts missed ticks as late as they would have been, for lateness at any moment', () => {
    expect(parseReport(REPORT, 1000)?.anyMoment).toEqual({ p50: 24, p99: 2200, max: 3200 })
  })

  it('puts what the histogram could not hold at the latest of all', () => {
    const report = REPORT.replace('Max Latencies: 03200', 'Max Latencies: 30000').replace('ows: 00000', 'ows: 00002')
    expect(parseReport(report, 1000)).toMatchObject({ p99: 30000, max: 30000, count: 102, missed: 63 })
  })

  it('is none when it is empty or only complains', () => {
    expect(parseReport('', 1000)).toBeUndefined()
    expect(parseReport('# Max Latencies: 00000\n000001 000000\n', 1000)).toBeUndefined()
  })

  it('is asked for with the same period and class as the neuron thread, without holding the processor awake', () => {
    const common = ['--laptop', '-q', '-i', '1000', '-h', '20000', '-D', '3']
    expect(cyclictestArguments({ periodUs: 1000, longestS: 2.5 })).toEqual(common)
    expect(cyclictestArguments({ periodUs: 1000, longestS: 2.5, fifoPriority: 80 })).toEqual([...common, '-p', '80'])
  })

  it('is missing for a reason that says what fixes it', () => {
    const absent = Object.assign(new Error('spawn'), { code: 'ENOENT' })
    expect(failureReason(absent, '')).toMatch(/apt-get install rt-tests/)
    expect(failureReason(undefined, 'Unable to change scheduling policy!\n')).toMatch(/sudo/)
    expect(failureReason(undefined, 'WARN: laptop\ncould not start\n')).toBe('cyclictest told nothing: could not start')
  })
})

describe('figures', () => {
  it('are compared as neurond over cyclictest; edges also with cyclictest at any moment', () => {
    expect(comparisonOf(THREAD, PEER, 'ticks')).toEqual(COMPARISON)
    expect(comparisonOf(THREAD, PEER, 'edges').anyMoment).toEqual({ ratioP50: 0.5, ratioP99: 0.4 })
  })

  it('have no ratio without cyclictest', () => {
    const skipped = { skipped: 'not installed' }
    expect(comparisonOf(THREAD, skipped, 'edges')).toEqual({ neurond: THREAD, cyclictest: skipped })
  })

  it('of several rounds are medians, of ratios too; what only some rounds have counts where it is there', () => {
    const rounds = [{ a: 1, deep: { ratioP99: 9 } }, { a: 5, deep: { ratioP99: 1, b: 'x' } }, { a: 3 }]
    expect(medianOf<object>(rounds)).toEqual({ a: 3, deep: { ratioP99: 5, b: 'x' } })
    expect(medianOf<number>([Number.NaN, 2])).toBe(2)
  })

  it('of memory tell growth from the middle third to the last', () => {
    const figures = { startMb: 50, endMb: 84, maxMb: 85, growthMb: 2, observedS: 4 }
    expect(memoryFigures([50, 80, 81, 82, 83, 82, 84, 85, 84], 4)).toEqual(figures)
  })
})

describe('goals', () => {
  it('are met or not met by the ratio of p99', () => {
    expect(verdictOf({ ticks: ticks({ ratioP99: 1.2 }) }, 'ticks.fifo')).toBe('met')
    expect(verdictOf({ ticks: ticks({ ratioP99: 1.3 }) }, 'ticks.fifo')).toBe('not met')
    expect(verdictOf({ ticks: ticks({ ratioP99: 1.2 }) }, 'ticks.other')).toBe('not met')
  })

  it('are not judged where cyclictest itself is late, is missing, or nothing was measured', () => {
    const late = { ...PEER, p99: 300 }
    expect(verdictOf({ ticks: ticks({ cyclictest: late }) }, 'ticks.fifo')).toMatch(/^not judged: .*p99 300 us/)
    const paused = { ...PEER, anyMoment: { ...PEER.anyMoment, p99: 3000 } }
    const edges = { ...comparisonOf(THREAD, paused, 'edges') }
    expect(verdictOf({ edges }, 'edges')).toMatch(/^not judged: .*p99 3000 us/)
    const missing = { neurond: THREAD, cyclictest: { skipped: 'no' } }
    expect(verdictOf({ edges: missing }, 'edges')).toBe('not judged: no cyclictest')
    expect(verdictOf({ edges: { skipped: 'no rights' } }, 'edges')).toBe('not judged: not measured')
  })

  it('compare half seconds with a block to those without, unless the machine pauses anyway', () => {
    const window = { p50: 1, typicalWorst: 100, worst: 9000, windows: 9 }
    const blocked = (typicalWorst: number, free = window) => ({ free, blocked: { ...window, typicalWorst } })
    expect(verdictOf({ mainBlocked: blocked(125) }, 'mainBlocked')).toBe('met')
    expect(verdictOf({ mainBlocked: blocked(126) }, 'mainBlocked')).toBe('not met')
    const paused = blocked(9, { ...window, typicalWorst: 2000 })
    expect(verdictOf({ mainBlocked: paused }, 'mainBlocked')).toMatch(/^not judged/)
  })

  it('promise punctual edges with real-time priority only', () => {
    const edges = { ...COMPARISON, neurond: { ...THREAD, policy: 'other' as const } }
    expect(verdictOf({ edges }, 'edges')).toMatch(/^not judged: promised with real-time/)
  })

  it('do not call the first seconds of a process growth', () => {
    const memory = { startMb: 60, endMb: 80, maxMb: 80, growthMb: 5, observedS: 10 }
    expect(verdictOf({ memory }, 'memory')).toBe('met')
    expect(verdictOf({ memory }, 'memory.growthMb')).toMatch(/^not judged/)
    expect(verdictOf({ memory: { ...memory, observedS: 300 } }, 'memory.growthMb')).toBe('not met')
  })
})

describe('the table', () => {
  it('shows both sides, the ratios and the goal in words', () => {
    const table = benchTable({ edges: COMPARISON })
    expect(table).toMatch(
      /spike edges, SCHED_FIFO, spin 100 us +10 +40 +900 +1 +20 +50 +100 +2 +0\.50 +0\.80 +p99 at most 0\.5 x cyclictest: not met/,
    )
  })

  it('says once why cyclictest is missing, and why a run is', () => {
    const absent = { neurond: THREAD, cyclictest: { skipped: 'cyclictest is not installed' } }
    const skipped = { skipped: 'no real-time priority: not permitted' }
    const table = benchTable({ ticks: { other: absent, fifo: absent, fifoBusy: skipped, fifoGarbage: absent } })
    expect(table.match(/not installed/g)).toHaveLength(1)
    expect(table).toContain('ticks, SCHED_FIFO, main thread busy: not measured, no real-time priority: not permitted\n')
  })
})

describe('offline work', () => {
  it('finds the same spikes by the plain loop and on the grid', () => {
    const neuron = neuronFrom({})
    const iNa = [1, 1.6, 2.5]
    expect(plainLoop(neuron, iNa)()).toBe(simulated(neuron, iNa, 'grid')())
  })
})

describe('the watched daemon', () => {
  it('is found by what it logs, its memory by what the kernel tells', () => {
    expect(brokerPortIn('[12:00:00] INFO: mqtt: built-in broker: mqtt://127.0.0.1:40123\n')).toBe(40123)
    expect(brokerPortIn('built-in broker: mqtt://127.0')).toBeUndefined()
    expect(rssMbIn('VmPeak:\t  999 kB\nVmRSS:\t   80000 kB\n')).toBeCloseTo(81.92)
  })

  it('is subscribed to with well-formed packets of MQTT 3.1.1', () => {
    expect([...connectPacket('ab')]).toEqual([0x10, 14, 0, 4, 77, 81, 84, 84, 4, 2, 0, 0, 0, 2, 97, 98])
    expect([...subscribePacket('a/b')]).toEqual([0x82, 8, 0, 1, 0, 3, 97, 47, 98, 0])
  })

  it('is heard whatever the pieces in which packets come', () => {
    const long = Buffer.concat([Buffer.from([0x30, 0x80, 0x01]), Buffer.alloc(128)])
    const stream = Buffer.concat([Buffer.from([0x20, 2, 0, 0, 0x90, 3, 0, 1, 0]), long])
    expect(packetsIn(stream)).toEqual({ types: [2, 9, 3], rest: Buffer.alloc(0) })
    expect(packetsIn(stream.subarray(0, -1)).types).toEqual([2, 9])
    expect(packetsIn(stream.subarray(0, 10)).rest).toEqual(stream.subarray(9, 10))
  })
})

describe('neurond bench', () => {
  it('prints JSON with the parts that were asked for, their goals, and nothing else', async () => {
    const { out, code } = await run(['--json', '--only', 'edges,start', '--seconds', '3'])
    const json = JSON.parse(out)
    expect(json).toMatchObject({ machine: 'fake', seconds: 3, edges: { ratioP99: 0.8 }, start: { firstSpikeMs: 500 } })
    expect(json.goals.map(({ figure }: { figure: string }) => figure)).toEqual(['edges', 'start'])
    expect([json.memory, code]).toEqual([undefined, 0])
  })

  it('exits 1 when a part fails, and still tells the others', async () => {
    const start = () => Promise.reject(new Error('the daemon ended without a spike: port'))
    const { out, err, code } = await run([], { start })
    expect(err).toBe('neurond bench: start: the daemon ended without a spike: port\n')
    expect(out).toContain('spike edges')
    expect(code).toBe(1)
  })

  it('tells what it has when it is interrupted', async () => {
    const { out, err, code } = await run(
      ['--only', 'edges,start'],
      { start: job => pause(1e6, job.signal) as never },
      true,
    )
    expect([out.includes('spike edges'), code]).toEqual([true, 1])
    expect(err).toMatch(/interrupted/)
  })

  it('takes the medians of repeated rounds', async () => {
    const times = [900, 300, 400]
    const start = async () => ({ firstSpikeMs: times.pop()!, slowestMs: 900, starts: 5 })
    const { out } = await run(['--json', '--only', 'start', '--repeat', '3'], { start })
    expect(JSON.parse(out).start.firstSpikeMs).toBe(400)
  })

  it('refuses unknown parts and senseless numbers', async () => {
    await expect(run(['--only', 'tics'])).rejects.toThrow(/'tics' is none of ticks, edges/)
    await expect(run(['--seconds', '0'])).rejects.toThrow(/from 1 to 3600/)
  })
})

describe('a pause', () => {
  it('ends at once when the user leaves', async () => {
    await expect(pause(1e6, AbortSignal.abort())).rejects.toThrow(InterruptedError)
  })
})
