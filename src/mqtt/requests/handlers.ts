/** Carries out requests and says what came of each. */

import { quote } from '../../fields/field-types-and-checks.ts'
import type { Refusal, Reply, Sender } from '../../loop/types.ts'
import type { SpikeHistory } from '../outbox/spike-history.ts'
import type { SynapseSubscriber } from '../synapses/subscriber.ts'
import type { LinkNeuron } from '../types.ts'
import type { RequestName } from './parse.ts'
import { replayResult } from './reply-payloads.ts'
import type { TraceStream } from './trace-stream.ts'

export interface RequestParts {
  readonly neuron: LinkNeuron
  readonly history: SpikeHistory
  readonly trace: TraceStream
  readonly subscriber: SynapseSubscriber
}

/** Verbs that the link carries out by itself; all others are the neuron's. */
const LINK_VERBS = ['replay', 'trace'] as const

export function handleRequest(parts: RequestParts, name: RequestName, payload: unknown, sender: Sender): Reply {
  switch (name.kind) {
    case 'params':
      return patchParams(parts, payload, sender)
    case 'synapse': {
      const error = parts.subscriber.onDirectEvent(name.name, payload)
      return error ? { ok: false, error } : { ok: true, result: {} }
    }
    case 'command':
      return runCommand(parts, name.verb, payload, sender)
  }
}

function runCommand({ neuron, history, trace }: RequestParts, verb: string, payload: unknown, sender: Sender): Reply {
  if (verb === 'replay') return replaySpikes(history, neuron.boot, payload)
  if (verb === 'trace') return trace.request(payload)
  const { control } = neuron
  if (control && Object.hasOwn(control.verbs, verb)) return control.command(verb, payload, sender)
  const verbs = [...Object.keys(control?.verbs ?? {}), ...LINK_VERBS].join(', ')
  return refused('unknown', `${quote(verb)} is no command, must be one of ${verbs}`)
}

/** All or nothing: what is wrong with the synapses refuses the rest, and the other way round. */
function patchParams({ neuron, subscriber }: RequestParts, payload: unknown, sender: Sender): Reply {
  if (!isObject(payload))
    return refused('type', `the payload is ${quote(payload)}, must be an object like {"tauMs":20}`)
  const { ifRev, if_rev: ifRevSnake, synapses, ...patch } = payload
  const wanted = ifRev ?? ifRevSnake
  const { rev } = neuron.params()
  if (wanted !== undefined && wanted !== rev) {
    return refused(
      'revision',
      `ifRev is ${quote(wanted)}, the parameters are at ${rev}: read them again first`,
      'ifRev',
    )
  }
  const before = subscriber.synapses().map(({ timing: _timing, ...synapse }) => synapse)
  const fault = synapses === undefined ? undefined : subscriber.set(synapses)
  if (fault) return { ok: false, error: fault }
  const onlySynapses = synapses !== undefined && Object.keys(patch).length === 0
  const reply: Reply = onlySynapses ? { ok: true, result: {} } : neuron.control!.patch(patch, sender)
  if (synapses === undefined) return reply
  if (!reply.ok) {
    subscriber.set(before)
    return reply
  }
  const now = subscriber.synapses()
  neuron.synapsesChanged?.(now.map(({ timing: _timing, ...synapse }) => synapse))
  const result = isObject(reply.result) ? reply.result : {}
  return { ok: true, result: { ...result, rev: neuron.params().rev, synapses: now } }
}

function replaySpikes(history: SpikeHistory, ownBoot: string, payload: unknown): Reply {
  if (!isObject(payload)) {
    return refused(
      'type',
      `the payload is ${quote(payload)}, must be an object like {"boot":"${ownBoot}","from":1,"to":9}`,
    )
  }
  const { boot = ownBoot, from, to } = payload
  if (boot !== ownBoot) {
    return refused(
      'boot',
      `boot is ${quote(boot)}, this neuron's is "${ownBoot}": what it spiked before its start is gone`,
      'boot',
    )
  }
  for (const [path, value] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (Number.isSafeInteger(value) && (value as number) >= 1) continue
    return refused('type', `${path} is ${quote(value)}, must be the number of a spike, from 1`, path)
  }
  if ((from as number) > (to as number))
    return refused('range', `from is ${from}, must not be above to, which is ${to}`, 'from')
  return { ok: true, result: replayResult(ownBoot, history.replay({ from: from as number, to: to as number })) }
}

function refused(code: string, message: string, path?: string): Reply {
  const error: Refusal = { code, message, ...(path !== undefined && { path }) }
  return { ok: false, error }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
