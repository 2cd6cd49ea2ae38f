import { expect, it } from 'vitest'
import { type ObservedNeuron, observeNeuron } from '../../../src/daemon/lessons/observe-neuron.ts'
import type { Observation } from '../../../src/lessons/observations.ts'
import type { TraceListener } from '../../../src/loop/host/trace.ts'

/** A neuron whose trace is told by hand, from 1 s on. */
function traced() {
  let listener: TraceListener = () => {}
  const neuron: ObservedNeuron = {
    snapshot: () => ({ running: true, speed: 1, source: 'knob', level: 0.5, modelMs: 0 }),
    onSamples(given) {
      listener = given
      return () => {}
    },
    onSpike: () => () => {},
    onEvent: () => () => {},
    stimulus: () => undefined,
  }
  const told: Observation[] = []
  observeNeuron(neuron, observation => told.push(observation))
  return {
    told,
    /** Ten rows from this time on, ms, and arrivals. */
    chunk(fromMs: number, ...arrivedMs: readonly number[]) {
      const times = Array.from({ length: 10 }, (_, k) => fromMs + k)
      listener(
        Float64Array.from(times.flatMap(ms => [ms * 1000, -70, 0, 0])),
        Float64Array.from(arrivedMs.flatMap(ms => [ms * 1000, 0, 0, 0, 0])),
        Float64Array.from(times.flatMap(ms => [ms, 0, 0, 0])),
      )
    },
  }
}

it('tells every arrival, also one that was read with rows before it', () => {
  const { told, chunk } = traced()
  chunk(1000, 1004.5)
  chunk(1010, 1019.5)
  chunk(1020, 1020.5)
  chunk(1030)
  const arrivals = told.filter(({ type }) => type === 'arrival').map(({ atMs }) => atMs)
  expect(arrivals).toEqual([1005, 1020, 1021])
})
