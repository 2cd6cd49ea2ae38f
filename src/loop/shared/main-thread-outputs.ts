import type { Output } from '../../../drivers/contract.ts'
import type { Timers } from '../clock.ts'
import type { LoopEvent } from '../types.ts'
import { push, type Ring, take, watchRing } from './ring.ts'

/** An order's record: slot of the output, on or off, and the width of a pulse that the hardware times (ms), or NaN. */
export const EDGE_FIELDS = 3

/** What the neuron thread is told of an output in the main thread. */
export interface ProxySettings extends Pick<Output, 'description' | 'mocked'> {
  /** Its hardware times pulses. */
  readonly timed: boolean
  /** The number that orders to it bear. */
  readonly slot: number
}

/** Where an output really is, if its driver can only live in the main thread. */
export interface MainThreadOutput {
  readonly name: string
  readonly output: Output
}

/**
 * The neuron thread's stand-in for an output of the main thread: every edge is handed over, in order. One that finds no
 * room fails, to be tried again like any other.
 */
export function createProxyOutput(orders: Ring, { slot, description, mocked, timed }: ProxySettings): Output {
  const order = new Float64Array(EDGE_FIELDS)
  const give = (on: boolean, pulseMs: number) => {
    order[0] = slot
    order[1] = Number(on)
    order[2] = pulseMs
    if (!push(orders, order)) throw new Error(`the main thread has ${orders.capacity} edges to make already`)
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
export function proxySettingsOf({ description, mocked, pulse }: Output, slot: number): ProxySettings {
  return { description, mocked, timed: pulse !== undefined, slot }
}

/** A failing output is tried this often, ms. */
const RETRY_MS = 250

export interface EdgeReceiver {
  /** All low: whoever gave the orders has ended. */
  allLow(): void
  /** Release the outputs, low. */
  close(): void
}

/** Carry out the orders in the main thread. */
export function driveMainThreadOutputs(
  orders: Ring,
  outputs: ReadonlyMap<number, MainThreadOutput>,
  tell: (event: LoopEvent) => void,
  timers: Timers,
): EdgeReceiver {
  const order = new Float64Array(EDGE_FIELDS)
  const failing: Failing = new Map()
  const serve = () => {
    while (take(orders, order)) {
      const handed = outputs.get(order[0] as number)
      if (handed) applyEdge(handed, order[1] !== 0, order[2] as number, failing, tell)
    }
  }
  const unwatch = watchRing(orders, serve)
  const unretry = timers.every(RETRY_MS, () => {
    for (const [handed, on] of failing) applyEdge(handed, on, Number.NaN, failing, tell)
  })
  return {
    allLow() {
      serve()
      for (const handed of outputs.values()) applyEdge(handed, false, Number.NaN, failing, tell)
    },
    close() {
      unretry()
      unwatch()
      serve()
      for (const { output } of outputs.values()) output.close()
    },
  }
}

/** Outputs that could not be set, and to what. */
type Failing = Map<MainThreadOutput, boolean>

function applyEdge(
  handed: MainThreadOutput,
  on: boolean,
  pulseMs: number,
  failing: Failing,
  tell: (event: LoopEvent) => void,
) {
  const { name, output } = handed
  const timed = !Number.isNaN(pulseMs)
  try {
    if (timed) output.pulse?.(pulseMs)
    else output.set(on)
    if (failing.delete(handed)) tell({ type: 'outputBack', output: name })
  } catch (error) {
    if (!failing.has(handed)) tell({ type: 'outputLost', output: name, reason: (error as Error).message })
    // A pulse that was missed is over: it is the line at rest that has to be set again.
    failing.set(handed, on && !timed)
  }
}
