/** What keeps the main thread busy, to see that the neuron thread does not care. */
import { monotonicMs } from '../loop/clock.ts'

/** Starts to trouble the main thread; returns what ends it. Timers and events are still served between two slices. */
export type Load = () => () => void

const SLICE_MS = 5
const LIVE_OBJECTS = 300_000

/** Nothing to do. */
export const idle: Load = () => () => {}

/** Computes without end: JSON there and back. */
export const busy: Load = () => {
  const table = Array.from({ length: 500 }, (_, i) => ({ seq: i, tUs: 1e15 + i, topic: `neuron/v1/pi-${i}/spike` }))
  let characters = 0
  return sliced(() => {
    characters += JSON.stringify(JSON.parse(JSON.stringify(table))).length
    return characters
  })
}

/** Allocates without end among many live objects, so that garbage is collected without end. */
export const garbage: Load = () => {
  const live: object[] = Array.from({ length: LIVE_OBJECTS }, (_, i) => ({ i, values: [i, i + 1] }))
  let next = 0
  return sliced(() => {
    for (let n = 0; n < 2000; n++) {
      next = (next + 7919) % LIVE_OBJECTS
      live[next] = { i: next, values: [next, n], text: `spike ${next}` }
    }
    return next
  })
}

/** Keeps the main thread from everything for so long. */
export function block(durationMs: number): void {
  const endMs = monotonicMs() + durationMs
  while (monotonicMs() < endMs);
}

function sliced(work: () => number): () => void {
  let running = true
  const slice = () => {
    const endMs = monotonicMs() + SLICE_MS
    while (running && monotonicMs() < endMs) work()
    if (running) setImmediate(slice)
  }
  setImmediate(slice)
  return () => {
    running = false
  }
}
