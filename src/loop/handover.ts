import type { Output } from '../../drivers/contract.ts'
import type { LoopEvent } from './report.ts'
import { push, type Ring, take, watchRing } from './ring.ts'

/** An order's record: slot of the output, on or off. */
export const ORDER_FIELDS = 2

/** Where an output really is, if its driver can only live in the main thread. */
export interface HandedOutput {
  readonly name: string
  readonly output: Output
}

/** The neuron thread's stand-in for an output of the main thread: every edge is handed over, in order. */
export function standIn(
  orders: Ring,
  { slot, ...told }: Pick<Output, 'description' | 'mocked'> & { readonly slot: number },
): Output {
  const order = new Float64Array(ORDER_FIELDS)
  return {
    ...told,
    set(on) {
      order[0] = slot
      order[1] = Number(on)
      push(orders, order)
    },
    close() {},
  }
}

export interface Serving {
  /** All low: whoever gave the orders has ended. */
  lower(): void
  /** Release the outputs, low. */
  close(): void
}

/** Carry out the orders in the main thread. */
export function serveOrders(
  orders: Ring,
  outputs: ReadonlyMap<number, HandedOutput>,
  tell: (event: LoopEvent) => void,
): Serving {
  const order = new Float64Array(ORDER_FIELDS)
  const failing = new Set<string>()
  const serve = () => {
    while (take(orders, order)) {
      const handed = outputs.get(order[0] as number)
      if (handed) setOutput(handed, order[1] !== 0, failing, tell)
    }
  }
  const unwatch = watchRing(orders, serve)
  return {
    lower() {
      serve()
      for (const handed of outputs.values()) setOutput(handed, false, failing, tell)
    },
    close() {
      unwatch()
      serve()
      for (const { output } of outputs.values()) output.close()
    },
  }
}

function setOutput(
  { name, output }: HandedOutput,
  on: boolean,
  failing: Set<string>,
  tell: (event: LoopEvent) => void,
) {
  try {
    output.set(on)
    if (failing.delete(name)) tell({ type: 'outputBack', output: name })
  } catch (error) {
    if (!failing.has(name)) tell({ type: 'outputLost', output: name, reason: (error as Error).message })
    failing.add(name)
  }
}
