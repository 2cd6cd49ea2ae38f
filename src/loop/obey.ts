import type { Command } from './shared/command.ts'
import type { Stimulus } from './stimulus.ts'
import { changeNeuron, resetEngine } from './thread/engine.ts'
import { startStimulus } from './thread/input.ts'
import { silenceLines } from './thread/outputs.ts'
import type { Loop } from './thread/state.ts'
import { expectArrival } from './thread/synaptic-queue.ts'

/** Do what the main thread asks; it holds from now on. */
export function obey(loop: Loop, command: Command): void {
  const { engine, input, clock } = loop
  switch (command.type) {
    case 'neuron':
      changeNeuron(engine, command.neuron)
      return
    case 'range':
      input.knob.minNa = command.minNa
      input.knob.maxNa = command.maxNa
      return
    case 'knob':
      input.knob.periodMs = 1000 / command.sampleHz
      input.knob.holdMs = command.holdMs
      input.knob.fromLevel = command.fromLevel
      input.knob.toLevel = command.toLevel
      return
    case 'refit':
      loop.lines = loop.refit?.(loop.lines) ?? loop.lines
      return
    case 'turn':
      loop.adc.turn?.(command.level)
      input.knob.dueMs = Number.NEGATIVE_INFINITY
      return
    case 'take':
      input.takenLevel = command.level
      return
    case 'stim':
      startStimulus(input, withSamples(command.stimulus, loop), engine)
      return
    case 'unstim':
      input.stimulus = null
      return
    case 'synapse':
      expectArrival(loop.arrivals, Math.max(command.atMs, engine.nowMs), command.tauMs, command.weight)
      return
    case 'run':
      engine.running = command.on
      return
    case 'mute':
      loop.muted = command.on
      if (command.on) silenceLines(loop.lines, clock.nowMs(), loop.tell)
      return
    case 'identify':
      loop.identifyUntilMs = clock.nowMs() + command.durationMs
      return
    case 'trace':
      loop.tracing = command.on
      return
    case 'speed':
      engine.speed = command.speed
      return
    case 'reset':
      resetEngine(engine)
      return
    case 'wall':
      loop.wallOriginMs = command.originMs
      return
    case 'stop':
      loop.stopped = true
      return
  }
}

function withSamples(stimulus: Stimulus, { takeSamples }: Loop): Stimulus {
  const samples = stimulus.shape === 'samples' ? takeSamples() : undefined
  return samples ? { ...stimulus, samples } : stimulus
}
