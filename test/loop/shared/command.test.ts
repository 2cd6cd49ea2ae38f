import { describe, expect, it } from 'vitest'
import { type Command, decodeCommand, encodeCommand } from '../../../src/loop/shared/command.ts'
import { neuronFrom } from '../../../src/neuron/params.ts'

const COMMANDS: Command[] = [
  {
    type: 'neuron',
    neuron: neuronFrom({ model: 'pif', tauMs: 12, refractoryMs: 2, noiseMv: 1.5, seed: 4_000_000_000 }),
  },
  { type: 'range', minNa: -1, maxNa: 3 },
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

  it('that is not known is refused', () => {
    expect(() => decodeCommand(Float64Array.of(99))).toThrow('command 99 is not known')
  })
})
