import type { Command } from './command.ts'
import { resetEngine } from './engine.ts'
import { currentNa } from './knob.ts'
import { silenceLines } from './line.ts'
import type { Loop } from './state.ts'

/** Do what the main thread asks; it holds from now on. */
export function obey(loop: Loop, command: Command): void {
  const { engine, knob, clock } = loop
  switch (command.type) {
    case 'neuron':
      engine.neuron = command.neuron
      return
    case 'range':
      knob.minNa = command.minNa
      knob.maxNa = command.maxNa
      engine.currentNa = currentNa(knob)
      return
    case 'turn':
      loop.adc.turn?.(command.level)
      knob.dueMs = Number.NEGATIVE_INFINITY
      return
    case 'run':
      engine.running = command.on
      return
    case 'mute':
      loop.muted = command.on
      if (command.on) silenceLines(loop.lines, clock.nowMs(), loop.tell)
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
