import { fileURLToPath } from 'node:url'
import { guardNeuron } from '../../src/daemon/guarded-neuron.ts'
import { openLessonLibrary } from '../../src/daemon/lessons/lesson-folders.ts'
import { type Lessons, openLessons } from '../../src/daemon/lessons/lessons.ts'
import type { Timers } from '../../src/loop/clock.ts'
import { LIVE_FIELDS } from '../../src/loop/control/live-params.ts'
import { openParameterStore, type ParameterStore } from '../../src/loop/control/parameter-store.ts'
import { openFiringMeter } from '../../src/loop/firing-rate.ts'
import type { TraceListener } from '../../src/loop/host/trace.ts'
import type { Command } from '../../src/loop/shared/command.ts'
import { advanceTo, createEngine, resetEngine } from '../../src/loop/thread/neuron-engine.ts'
import type { Snapshot, Spike } from '../../src/loop/types.ts'
import type { HealthReport, LinkEvent } from '../../src/mqtt/types.ts'
import { type NeuronInput, neuronFrom } from '../../src/neuron/params.ts'
import { type Stimulus, stimulusNa } from '../../src/neuron/stimulus.ts'
import type { DatedArrival, WebSources, WebState } from '../../src/web/data-sources.ts'
import { fakePeers } from './fake-peers.ts'

/** The dashboard's data without a daemon: a neuron in the main thread, its knob set by the test. */
export interface FakeNeuron {
  readonly sources: Omit<WebSources, 'params'> & Pick<ParameterStore, 'params'>
  readonly lessons: Lessons
  /** Every spike since the start. */
  readonly spikes: readonly Spike[]
  turnKnob(level: number): void
  loseKnob(lost: boolean): void
  warn(...sentences: readonly string[]): void
  emitEvent(event: LinkEvent): void
  emitArrival(arrival: DatedArrival): void
  listeners(): number
  stop(): void
}

const SHIPPED_LESSONS = fileURLToPath(new URL('../../config/lessons', import.meta.url))
const TICK_MS = 1
const EVERY_MS = 10
const NO_SYNAPSES = { arrived: 0, clipped: 0, refused: 0 }
const LATENESS = { p50: 12, p99: 60, max: 110 }

export function fakeNeuron(
  timers: Timers,
  wallUs: () => number,
  preset: NeuronInput = { tauMs: 100 },
  hasRealKnob = false,
): FakeNeuron {
  const originUs = wallUs() - timers.nowMs() * 1000
  const engine = createEngine(neuronFrom(preset), 1, timers.nowMs())
  const meter = openFiringMeter()
  const spikes: Spike[] = []
  const onSpike = new Set<(spike: Spike) => void>()
  const onSamples = new Set<TraceListener>()
  const onArrival = new Set<(arrival: DatedArrival) => void>()
  const onEvent = new Set<(event: LinkEvent) => void>()
  let knob = 0
  let taken = Number.NaN
  let lost = false
  let warnings: readonly string[] = []
  let muted = false
  let stimulus: { readonly what: Stimulus; readonly fromMs: number } | undefined
  const stimuli: { readonly what: Stimulus; readonly fromMs: number }[] = []

  const parameters = openParameterStore({ ...engine.neuron, minNa: 0, maxNa: 3, speed: 1 }, send, changed => {
    meter.changed()
    tell({ type: 'paramsChanged', changed })
  })
  const tell = (event: LinkEvent) => onEvent.forEach(listen => void listen(event))
  const level = () => (Number.isNaN(taken) ? knob : taken)

  function send(command: Command): boolean {
    if (command.type === 'neuron') engine.neuron = command.neuron
    else if (command.type === 'speed') engine.speed = command.speed
    else if (command.type === 'run') engine.running = command.on
    else if (command.type === 'mute') muted = command.on
    else if (command.type === 'take') taken = command.level
    else if (command.type === 'reset') resetEngine(engine)
    else if (command.type === 'stim') {
      stimulus = { what: command.stimulus, fromMs: engine.modelMs }
      stimuli.push(stimulus)
    } else if (command.type === 'unstim') stimulus = undefined
    return true
  }

  function currentNa(): number {
    const { minNa, maxNa } = parameters.params().params
    const ownNa = lost && Number.isNaN(taken) ? 0 : minNa + level() * (maxNa - minNa)
    if (stimulus && engine.modelMs - stimulus.fromMs >= stimulus.what.durationMs) stimulus = undefined
    if (!stimulus) return ownNa
    const addedNa = stimulusNa(stimulus.what, engine.modelMs - stimulus.fromMs, 0)
    return stimulus.what.replaces ? addedNa : ownNa + addedNa
  }

  function live(): void {
    const rows: number[] = []
    const times: number[] = []
    while (engine.nowMs + TICK_MS <= timers.nowMs()) {
      engine.currentNa = currentNa()
      advanceTo(engine, engine.nowMs + TICK_MS, (seq, atMs, isiMs) => {
        const spike = { seq, tUs: originUs + atMs * 1000, isiMs, late: false, speed: engine.speed }
        spikes.push(spike)
        meter.count(spike, engine.modelMs)
        onSpike.forEach(listen => void listen(spike))
      })
      rows.push(originUs + engine.nowMs * 1000, engine.state.voltageMv, engine.currentNa, level())
      times.push(engine.modelMs, stimuli.length, stimuli.at(-1)?.fromMs ?? 0, Number(stimulus !== undefined))
    }
    const arrivals = new Float64Array(0)
    onSamples.forEach(listen => void listen(Float64Array.from(rows), arrivals, Float64Array.from(times)))
  }

  function state(): WebState {
    const source = Number.isNaN(taken) ? (lost ? 'lost' : 'knob') : 'slider'
    const { running, speed, modelMs, currentNa: iNa, seq: count } = engine
    const snapshot: Snapshot = {
      ...{ vMv: engine.state.voltageMv, iNa, level: level(), knobV: 3.3 * knob, count, running, muted },
      ...{ inputLost: lost, source, stimulated: stimulus !== undefined, speed, modelMs },
    }
    return { ...snapshot, ...meter.read(snapshot), faults: lost ? { knob: 'Nothing answers at 0x48' } : {}, warnings }
  }

  const listen = <T>(listeners: Set<T>) => {
    return (listener: T) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    }
  }
  const lessons = openLessons({
    library: openLessonLibrary([SHIPPED_LESSONS]),
    neuron: {
      ...{
        parameters,
        guarded: guardNeuron(parameters, { snapshot: state, onSamples: listen(onSamples) }),
        snapshot: state,
        onSpike: listen(onSpike),
        onSamples: listen(onSamples),
        onEvent: listen(onEvent),
      },
      stimulus: number => stimuli[number - 1]?.what,
    },
    ...{ timers, wallUs, chanceFor: () => () => 0.5, hasRealKnob: () => hasRealKnob },
  })
  return {
    lessons,
    sources: {
      id: 'pi-a',
      boot: 'k3v9qa',
      startedUs: wallUs(),
      info: () => ({
        version: '0.0.0',
        board: 'a test',
        input: { name: 'knob', description: 'simulated', mocked: true },
      }),
      state,
      health: () => health(engine.nowMs),
      verdict: () => ({ state: lost ? 'degraded' : 'ready', why: lost ? ['the knob does not answer'] : [] }),
      params: parameters.params,
      paramFields: LIVE_FIELDS,
      link: () => ({ state: 'online', url: 'mqtt://127.0.0.1:1883', reason: '', synapses: NO_SYNAPSES }),
      control: lessons.control('page'),
      lessons,
      onSpike: listen(onSpike),
      onSamples: listen(onSamples),
      onArrival: listen(onArrival),
      onEvent: listen(onEvent),
      peers: fakePeers(timers, wallUs).sources,
    },
    spikes,
    turnKnob(to) {
      knob = to
    },
    loseKnob(on) {
      lost = on
    },
    warn(...sentences) {
      warnings = sentences
    },
    emitEvent: tell,
    emitArrival: arrival => onArrival.forEach(listen => void listen(arrival)),
    listeners: () => onSamples.size,
    stop: timers.every(EVERY_MS, live),
  }
}

function health(ticks: number): HealthReport {
  return {
    ...{ tickLateUs: LATENESS, edgeLateUs: LATENESS, ticks, missedTicks: 0, mergedEdges: 0, stalls: 0 },
    ...{
      tickAgeMs: 0.4,
      skippedMs: 0,
      lostReports: 0,
      adcReads: ticks / 4,
      adcErrors: 0,
      outputErrors: 0,
      clippedArrivals: 0,
    },
    ...{ cpu: 0.02, loopP99Ms: 11, rssMb: 60, tickTargetUs: 1000, speed: 1 },
  }
}
