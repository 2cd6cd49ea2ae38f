/** Speed of the offline simulation, compared with a loop that is written by hand. */
import { monotonicMs } from '../../loop/clock.ts'
import { type NeuronParams, neuronFrom } from '../../neuron/params.ts'
import { constantCurrent, type RunSettings } from '../../neuron/run-settings.ts'
import { simulate } from '../../neuron/simulate.ts'
import { pause } from '../interruption.ts'
import { type BenchJob, median, type OfflineFigures, type WorkFigures } from './results-and-medians.ts'

const CURRENTS = 100
const FROM_NA = 1
const TO_NA = 3
const DURATION_MS = 10_000
const DT_MS = 0.1
const REPETITIONS = 15

type Work = () => number

/** Simulates 100 currents of 10 s each by a plain loop, on the grid and by events, in turn. */
export async function measureOffline(job: BenchJob): Promise<OfflineFigures> {
  job.progress('offline')
  const neuron = neuronFrom({})
  const iNa = Array.from({ length: CURRENTS }, (_, i) => FROM_NA + ((TO_NA - FROM_NA) * i) / (CURRENTS - 1))
  const works = {
    plainLoop: plainLoop(neuron, iNa),
    grid: simulated(neuron, iNa, 'grid'),
    event: simulated(neuron, iNa, 'event'),
  }
  const [plainLoopMs, gridMs, eventMs] = await repeated([works.plainLoop, works.grid, works.event], job.signal)
  const figures = (work: Work, timesMs: readonly number[] = []): WorkFigures => ({
    p50Ms: median(timesMs),
    minMs: Math.min(...timesMs),
    spikes: work(),
  })
  const plain = figures(works.plainLoop, plainLoopMs)
  const grid = figures(works.grid, gridMs)
  const event = figures(works.event, eventMs)
  return {
    plainLoop: plain,
    grid,
    event,
    gridOverPlainLoop: { ratioP50: grid.p50Ms / plain.p50Ms },
    eventOverGrid: { ratioP50: event.p50Ms / grid.p50Ms },
  }
}

/** What a student would write: no neuron object, no refractory period, no list of spikes. Returns their number. */
export function plainLoop(neuron: NeuronParams, currentsNa: readonly number[]): Work {
  const { restMv, thresholdMv, resetMv, resistanceMohm, tauMs, initialMv } = neuron
  return () => {
    const factor = Math.exp(-DT_MS / tauMs)
    const steps = Math.round(DURATION_MS / DT_MS)
    let spikes = 0
    for (const iNa of currentsNa) {
      const settledMv = restMv + resistanceMohm * iNa
      let vMv = initialMv
      for (let step = 1; step <= steps; step++) {
        vMv = settledMv + (vMv - settledMv) * factor
        if (vMv < thresholdMv) continue
        vMv = resetMv
        spikes++
      }
    }
    return spikes
  }
}

/** The same by src/neuron. */
export function simulated(neuron: NeuronParams, currentsNa: readonly number[], timing: RunSettings['timing']): Work {
  const common = { neuron, durationMs: DURATION_MS, timing, method: 'exact', dtMs: DT_MS, comparator: 'ge' } as const
  const runs: RunSettings[] = currentsNa.map(iNa => ({ ...common, input: constantCurrent(iNa) }))
  return () => runs.reduce((spikes, run) => spikes + simulate(run).spikesMs.length, 0)
}

/** The times of each work, ms. The first round does not count: it compiles. */
async function repeated(works: readonly Work[], signal: AbortSignal): Promise<number[][]> {
  const timesMs: number[][] = works.map(() => [])
  for (let round = 0; round <= REPETITIONS; round++) {
    works.forEach((work, i) => {
      const startMs = monotonicMs()
      work()
      if (round > 0) timesMs[i]!.push(monotonicMs() - startMs)
    })
    await pause(0, signal)
  }
  return timesMs
}
