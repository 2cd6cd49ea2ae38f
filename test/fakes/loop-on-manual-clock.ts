import { type Adc, DriverError, type DriverFault, type Output } from '../../drivers/contract.ts'
import { healthReader, snapshotOf, spikeOf } from '../../src/loop/host/shared-memory-reader.ts'
import { type Command, encodeCommand } from '../../src/loop/shared/command.ts'
import { ARRIVAL_FIELDS, createShared, SAMPLE_FIELDS, SPIKE_FIELDS } from '../../src/loop/shared/memory.ts'
import { push, take } from '../../src/loop/shared/ring.ts'
import type { LoopSettings } from '../../src/loop/thread/loop-state.ts'
import { createLoopOutput } from '../../src/loop/thread/outputs.ts'
import { runLoop } from '../../src/loop/thread/real-time-loop.ts'
import type { Follows, LoopEvent, Spike } from '../../src/loop/types.ts'
import { neuronFrom } from '../../src/neuron/params.ts'
import type { Samples } from '../../src/neuron/stimulus.ts'
import { type ManualClock, manualClock } from './manual-clock.ts'

/** The whole real-time loop on a manual clock, with a fake knob and one fake output. */
export interface TestLoop {
  readonly clock: ManualClock
  readonly knob: Adc & { level: number; fault: string; cause?: DriverFault }
  /** Every change of the line: [ms, on]. */
  readonly edges: [number, boolean][]
  readonly output: { fault: string }
  /** Every change of its brightness: [ms, 0…1]. */
  readonly brightnesses: [number, number][]
  readonly events: LoopEvent[]
  readonly spikes: Spike[]
  /** The trace: [wall us, mV, nA, level]. */
  readonly samples: number[][]
  /** Synaptic events in the trace: [wall us, tauMs, weight, seq of the spike before, ms since then]. */
  readonly arrivals: number[][]
  send(command: Command, atMs: number): void
  /** Run the loop for so long; may be called once. */
  run(durationMs: number): ReturnType<typeof snapshotOf> & ReturnType<ReturnType<typeof healthReader>>
}

export function createTestLoop(
  settings: Partial<LoopSettings> & { pulseMs?: number; follows?: Follows } = {},
): TestLoop {
  const clock = manualClock()
  const shared = createShared()
  const events: LoopEvent[] = []
  const spikes: Spike[] = []
  const samples: number[][] = []
  const arrivals: number[][] = []
  const edges: [number, boolean][] = []
  const brightnesses: [number, number][] = []
  const knob: TestLoop['knob'] = {
    level: 1,
    fault: '',
    description: 'test knob',
    mocked: true,
    fullScaleVolts: 3.3,
    read() {
      if (knob.fault) throw new DriverError(knob.cause ?? 'silent', knob.fault)
      return knob.level
    },
    close() {},
  }
  const output: Output & { fault: string } = {
    fault: '',
    description: 'test line',
    mocked: true,
    set(on) {
      if (output.fault) throw new Error(output.fault)
      if (on !== (edges.at(-1)?.[1] ?? false)) edges.push([clock.nowMs(), on])
    },
    dim: brightness => void brightnesses.push([clock.nowMs(), brightness]),
    close() {},
  }
  const record = new Float64Array(SPIKE_FIELDS)
  const sample = new Float64Array(SAMPLE_FIELDS)
  const arrival = new Float64Array(ARRIVAL_FIELDS)
  const collect = () => {
    while (take(shared.spikes, record)) spikes.push(spikeOf(record))
    while (take(shared.samples, sample)) samples.push([...sample])
    while (take(shared.arrivals, arrival)) arrivals.push([...arrival])
  }
  const ahead: Samples[] = []
  const send = (command: Command, atMs: number) => {
    clock.at(atMs, () => {
      if (command.type === 'stim' && command.stimulus.samples) ahead.push(command.stimulus.samples)
      push(shared.commands, encodeCommand(command))
    })
  }
  return {
    clock,
    knob,
    edges,
    output,
    brightnesses,
    events,
    spikes,
    samples,
    arrivals,
    send,
    run(durationMs) {
      send({ type: 'stop' }, durationMs)
      for (let t = 1000; t < durationMs; t += 1000) clock.at(t, collect)
      const { pulseMs = 5, follows = 'spike' } = settings
      const led = { name: 'led', driver: 'fake', options: {}, pulseMs, muted: false, follows }
      runLoop(
        {
          ...{ clock, adc: knob, shared, onEvent: event => events.push(event) },
          outputs: [createLoopOutput(led, output)],
          takeSamples: () => ahead.shift(),
        },
        {
          neuron: neuronFrom({ seed: 1 }),
          minNa: 0,
          maxNa: 2,
          sampleHz: 250,
          holdMs: 500,
          tickMs: 1,
          speed: 1,
          spinMs: 0,
          wallOriginMs: 0,
          ...settings,
        },
      )
      collect()
      return { ...snapshotOf(shared, 3.3), ...healthReader(shared, () => '')() }
    },
  }
}
