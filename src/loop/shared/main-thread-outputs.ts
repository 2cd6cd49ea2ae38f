/**
 * Outputs whose drivers can only be in the main thread. The neuron thread drives a proxy, which writes every edge into a
 * ring; the main thread reads it and drives the output itself.
 */
import type { Output } from '../../../drivers/contract.ts'
import type { Timers } from '../clock.ts'
import type { LoopEvent } from '../types.ts'
import { push, type Ring, takeSome, watchRing } from './ring.ts'

/** An edge's record: slot of the output, on or off, and the width of a pulse that the hardware times (ms), or NaN. */
export const EDGE_FIELDS = 3

/** An output that is open in the main thread. */
export interface MainThreadOutput {
  readonly name: string
  readonly output: Output
}

/** What the neuron thread needs to know of an output in the main thread. */
export interface ProxySettings extends Pick<Output, 'description' | 'mocked'> {
  /** Its hardware times pulses. */
  readonly timed: boolean
  /** The output that an edge is for. */
  readonly slot: number
}

export function proxySettingsOf({ description, mocked, pulse }: Output, slot: number): ProxySettings {
  return { description, mocked, timed: pulse !== undefined, slot }
}

/** In the neuron thread. An edge that finds no room fails, and is tried again like one of any output that fails. */
export function createProxyOutput(edges: Ring, { slot, description, mocked, timed }: ProxySettings): Output {
  const edge = new Float64Array(EDGE_FIELDS)
  const send = (on: boolean, pulseMs: number) => {
    edge[0] = slot
    edge[1] = Number(on)
    edge[2] = pulseMs
    if (!push(edges, edge)) throw new Error(`the main thread has ${edges.capacity} edges to make already`)
  }
  return {
    description,
    mocked,
    set: on => send(on, Number.NaN),
    ...(timed && { pulse: durationMs => send(true, durationMs) }),
    close() {},
  }
}

/** Edges that are made before the main thread does something else: each may be a call into the system. */
const EDGES_PER_TURN = 64
/** A failing output is tried this often, ms. */
const RETRY_MS = 250

export interface EdgeReceiver {
  /** Drive all outputs low, for when the neuron thread has ended. */
  allLow(): void
  /** Release the outputs, low. */
  close(): void
}

/** Drive the outputs in the main thread by the edges that the neuron thread sends. */
export function driveMainThreadOutputs(
  edges: Ring,
  outputs: ReadonlyMap<number, MainThreadOutput>,
  onEvent: (event: LoopEvent) => void,
  timers: Timers,
): EdgeReceiver {
  const edge = new Float64Array(EDGE_FIELDS)
  const failing: Failing = new Map()
  const onEdge = () => {
    const output = outputs.get(edge[0] as number)
    if (output) applyEdge(output, edge[1] !== 0, edge[2] as number, failing, onEvent)
  }
  const drain = () => takeSome(edges, edge, onEdge)
  const unwatch = watchRing(edges, () => takeSome(edges, edge, onEdge, EDGES_PER_TURN))
  const stopRetrying = timers.every(RETRY_MS, () => {
    for (const [output, on] of failing) applyEdge(output, on, Number.NaN, failing, onEvent)
  })
  return {
    allLow() {
      drain()
      for (const output of outputs.values()) applyEdge(output, false, Number.NaN, failing, onEvent)
    },
    close() {
      stopRetrying()
      unwatch()
      drain()
      for (const { output } of outputs.values()) output.close()
    },
  }
}

/** Outputs that could not be set, and to what. */
type Failing = Map<MainThreadOutput, boolean>

function applyEdge(
  target: MainThreadOutput,
  on: boolean,
  pulseMs: number,
  failing: Failing,
  onEvent: (event: LoopEvent) => void,
): void {
  const { name, output } = target
  const timed = !Number.isNaN(pulseMs)
  try {
    if (timed) output.pulse?.(pulseMs)
    else output.set(on)
    if (failing.delete(target)) onEvent({ type: 'outputBack', output: name })
  } catch (error) {
    if (!failing.has(target)) onEvent({ type: 'outputLost', output: name, reason: (error as Error).message })
    // A pulse that was missed is over: the output at rest is to be set again.
    failing.set(target, on && !timed)
  }
}
