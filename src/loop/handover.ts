import type { Output } from '../../drivers/contract.ts'
import type { LoopEvent } from './report.ts'
import { push, type Ring, take, watchRing } from './ring.ts'

/** An order's record: index of the output, on or off, and the width of a pulse that the hardware times (ms), or NaN. */
export const ORDER_FIELDS = 3

/** What the neuron thread is told of an output in the main thread. */
export interface HandedOver extends Pick<Output, 'description' | 'mocked'> {
  /** Its hardware times pulses. */
  readonly timed: boolean
}

/** Where an output really is, if its driver can only live in the main thread. */
export interface HandedOutput {
  readonly name: string
  readonly output: Output
}

/** The neuron thread's stand-in for an output of the main thread: every edge is handed over, in order. */
export function standIn(orders: Ring, index: number, { description, mocked, timed }: HandedOver): Output {
  const order = new Float64Array(ORDER_FIELDS)
  const give = (on: boolean, pulseMs: number) => {
    order[0] = index
    order[1] = Number(on)
    order[2] = pulseMs
    push(orders, order)
  }
  return {
    description,
    mocked,
    set: on => give(on, Number.NaN),
    ...(timed && { pulse: durationMs => give(true, durationMs) }),
    close() {},
  }
}

/** What the neuron thread needs to know of an output that is open in the main thread. */
export function toldOf({ description, mocked, pulse }: Output): HandedOver {
  return { description, mocked, timed: pulse !== undefined }
}

/** Carry out the orders in the main thread; returns what ends it and releases the outputs, low. */
export function serveOrders(
  orders: Ring,
  outputs: ReadonlyMap<number, HandedOutput>,
  tell: (event: LoopEvent) => void,
): () => void {
  const order = new Float64Array(ORDER_FIELDS)
  const failing = new Set<string>()
  const serve = () => {
    while (take(orders, order)) {
      const handed = outputs.get(order[0] as number)
      if (handed) carryOut(handed, order, failing, tell)
    }
  }
  const unwatch = watchRing(orders, serve)
  return () => {
    unwatch()
    serve()
    for (const { output } of outputs.values()) output.close()
  }
}

function carryOut(
  { name, output }: HandedOutput,
  order: Float64Array,
  failing: Set<string>,
  tell: (event: LoopEvent) => void,
) {
  const pulseMs = order[2] as number
  try {
    if (Number.isNaN(pulseMs)) output.set(order[1] !== 0)
    else output.pulse?.(pulseMs)
    if (failing.delete(name)) tell({ type: 'outputBack', output: name })
  } catch (error) {
    if (!failing.has(name)) tell({ type: 'outputLost', output: name, reason: (error as Error).message })
    failing.add(name)
  }
}
