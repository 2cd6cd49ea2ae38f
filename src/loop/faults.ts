import type { LoopEvent } from './types.ts'

/** Parts that do not work now, by name, and why; the input is `knob`. */
export type Faults = Readonly<Record<string, string>>

/** Who only comes now has missed the events: what they amount to. */
export interface FaultBook {
  hear(event: LoopEvent): void
  now(): Faults
}

export function openFaultBook(): FaultBook {
  const faults = new Map<string, string>()
  return {
    hear(event) {
      if (event.type === 'inputLost') faults.set('knob', event.reason)
      else if (event.type === 'inputBack') faults.delete('knob')
      else if (event.type === 'outputLost') faults.set(event.output, event.reason)
      else if (event.type === 'outputBack') faults.delete(event.output)
      else if (event.type === 'refitted') {
        const names = ['knob', ...event.outputs.map(({ name }) => name)]
        for (const name of faults.keys()) if (!names.includes(name)) faults.delete(name)
      }
    },
    now: () => Object.fromEntries(faults),
  }
}
