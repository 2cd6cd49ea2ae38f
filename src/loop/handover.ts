import type { Output } from '../../drivers/contract.ts'
import type { Timers } from './clock.ts'
import type { LoopEvent } from './report.ts'
import { push, type Ring, take, watchRing } from './ring.ts'

/** An order's record: index of the output, on or off. */
export const ORDER_FIELDS = 2

/** Where an output really is, if its driver can only live in the main thread. */
export interface HandedOutput {
  readonly name: string
  readonly output: Output
}

/** The neuron thread's stand-in for an output of the main thread: every edge is handed over, in order. */
export function standIn(orders: Ring, index: number, told: Pick<Output, 'description' | 'mocked'>): Output {
  const order = new Float64Array(ORDER_FIELDS)
  return {
    ...told,
    set(on) {
      order[0] = index
      order[1] = Number(on)
      push(orders, order)
    },
    close() {},
  }
}

/** A failing output is tried this often, ms. */
const RETRY_MS = 250

/** Carry out the orders in the main thread; returns what ends it and releases the outputs, low. */
export function serveOrders(
  orders: Ring,
  outputs: ReadonlyMap<number, HandedOutput>,
  tell: (event: LoopEvent) => void,
  timers: Timers,
): () => void {
  const order = new Float64Array(ORDER_FIELDS)
  const failing: Failing = new Map()
  const serve = () => {
    while (take(orders, order)) {
      const handed = outputs.get(order[0] as number)
      if (handed) setOutput(handed, order[1] !== 0, failing, tell)
    }
  }
  const unwatch = watchRing(orders, serve)
  const unretry = timers.every(RETRY_MS, () => {
    for (const [handed, on] of failing) setOutput(handed, on, failing, tell)
  })
  return () => {
    unretry()
    unwatch()
    serve()
    for (const { output } of outputs.values()) output.close()
  }
}

/** Outputs that could not be set, and to what. */
type Failing = Map<HandedOutput, boolean>

function setOutput(handed: HandedOutput, on: boolean, failing: Failing, tell: (event: LoopEvent) => void) {
  const { name, output } = handed
  try {
    output.set(on)
    if (failing.delete(handed)) tell({ type: 'outputBack', output: name })
  } catch (error) {
    if (!failing.has(handed)) tell({ type: 'outputLost', output: name, reason: (error as Error).message })
    failing.set(handed, on)
  }
}
