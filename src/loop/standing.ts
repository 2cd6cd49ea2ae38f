import type { Command } from './command.ts'

/** What was asked for and still holds: all that a neuron thread must be told that starts anew. Pure. */
export interface Standing {
  /** True if this command is one that holds until another of its kind comes. */
  note(command: Command): boolean
  commands(): readonly Command[]
}

// A stimulus ends with the neuron that felt it, and so do synaptic events; a muted or paused one stays so.
const KINDS: ReadonlySet<Command['type']> = new Set([
  'neuron',
  'range',
  'knob',
  'turn',
  'take',
  'run',
  'mute',
  'trace',
  'speed',
])

export function createStanding(): Standing {
  const last = new Map<Command['type'], Command>()
  return {
    note(command) {
      if (!KINDS.has(command.type)) return false
      last.set(command.type, command)
      return true
    },
    commands: () => [...last.values()],
  }
}
