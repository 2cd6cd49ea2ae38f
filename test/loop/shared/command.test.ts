import { describe, expect, it } from 'vitest'
import { COMMAND_FIELDS, type Command, decodeCommand, encodeCommand } from '../../../src/loop/shared/command.ts'
import { NEURON_FIELDS, neuronFrom } from '../../../src/neuron/params.ts'

const COMMANDS: Command[] = [
  {
    type: 'neuron',
    neuron: neuronFrom({ model: 'pif', tauMs: 12, refractoryMs: 2, noiseMv: 1.5, seed: 4_000_000_000 }),
  },
  {
    type: 'stim',
    stimulus: {
      ...{ shape: 'sine', iNa: 2, offsetNa: -1, durationMs: 700, periodMs: 50, widthMs: 5, replaces: true },
    },
  },
  { type: 'unstim' },
  { type: 'synapse', atMs: 12.25, tauMs: 0, weight: -3 },
  { type: 'range', minNa: -1, maxNa: 3 },
  { type: 'knob', sampleHz: 250, holdMs: 500, fromLevel: 0.02, toLevel: 0.98 },
  { type: 'outputs' },
  { type: 'take', level: Number.NaN },
  { type: 'identify', durationMs: 5000 },
  { type: 'trace', on: true },
  { type: 'turn', level: 0.25 },
  { type: 'run', on: false },
  { type: 'mute', on: true },
  { type: 'speed', speed: 0.1 },
  { type: 'reset' },
  { type: 'wall', originMs: 1_795_198_454_123.5 },
  { type: 'stop' },
]

describe('a command', () => {
  it.each(COMMANDS)('arrives as it was sent: $type', command => {
    expect(decodeCommand(encodeCommand(command))).toEqual(command)
  })

  it('has a record that is as long as the longest needs it', () => {
    expect(COMMAND_FIELDS).toBe(1 + Object.keys(NEURON_FIELDS).length)
  })

  it('that is not known is refused', () => {
    expect(() => decodeCommand(Float64Array.of(99))).toThrow('command 99 is not known')
  })
})
