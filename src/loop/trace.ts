import { realTimers } from './clock.ts'
import type { Command } from './command.ts'
import { take } from './ring.ts'
import { SAMPLE_FIELDS, type Shared } from './shared.ts'

type Listener = (rows: Float64Array) => void

/** How often the listeners are told, ms: once a frame. */
const CHUNK_MS = 33

/** The trace is on while anybody listens; each listener gets the rows that came since it began. */
export function openTrace(shared: Shared, send: (command: Command) => void): (listener: Listener) => () => void {
  const listeners = new Set<Listener>()
  const record = new Float64Array(SAMPLE_FIELDS)
  let stop = () => {}

  function drain(): void {
    const rows: number[] = []
    while (take(shared.samples, record)) rows.push(...record)
    if (rows.length === 0) return
    const chunk = Float64Array.from(rows)
    for (const listen of listeners) listen(chunk)
  }

  return listener => {
    if (listeners.size === 0) {
      stop = realTimers.every(CHUNK_MS, drain)
      send({ type: 'trace', on: true })
    }
    listeners.add(listener)
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return
      stop()
      send({ type: 'trace', on: false })
    }
  }
}
