/**
 * The neuron as everybody but the lesson sees and commands it: without what the lesson hides, and with a lock on what it
 * keeps. Whoever publishes, shows or saves something of the neuron gets it from here.
 */
import { checkFields, refusalFields } from '../fields/field-types-and-checks.ts'
import { type LessonRules, lockOn } from '../lessons/rules.ts'
import { LIVE_FIELDS, type LiveParams, type ToldParams, withoutNeuron } from '../loop/control/live-params.ts'
import type { ParameterStore } from '../loop/control/parameter-store.ts'
import type { Host } from '../loop/host/host.ts'
import { ROW_FIELDS } from '../loop/host/trace.ts'
import type { Control, Refusal, Reply, Sender, Snapshot } from '../loop/types.ts'
import { NEURON_FIELDS } from '../neuron/params.ts'

export interface GuardedNeuron {
  /**
   * The rules of the lesson from now on; null when it is over. Set them before the neuron becomes the lesson's, and end
   * them after it is again what it was: in between, and nowhere else, nothing is told.
   */
  setRules(rules: LessonRules | null): void
  rules(): LessonRules | null
  readonly control: Control
  params(): { readonly rev: number; readonly params: ToldParams }
  /** V is NaN while it is hidden. */
  snapshot(): Snapshot
  readonly onSamples: Host['onSamples']
  /** Which parameters have changed, as far as that may be told. */
  toldChanges(changed: readonly string[]): readonly string[]
}

export function guardNeuron(parameters: ParameterStore, host: Pick<Host, 'snapshot' | 'onSamples'>): GuardedNeuron {
  let rules: LessonRules | null = null
  const hides = (what: LessonRules['conceals'][number]) => rules?.conceals.includes(what) ?? false

  function told(params: LiveParams): ToldParams {
    return hides('params') ? withoutNeuron(params) : params
  }

  /** Without the numbers that the neuron's own answer has. */
  function toldReply(reply: Reply, patch?: unknown): Reply {
    if (!hides('params')) return reply
    if (!reply.ok) return { ok: false, error: toldRefusal(reply.error, patch) }
    const { rev, params } = parameters.params()
    const tellsParams = typeof reply.result === 'object' && reply.result !== null && 'rev' in reply.result
    return tellsParams ? { ok: true, result: { rev, ...told(params) } } : reply
  }

  function locked(request: Parameters<typeof lockOn>[0], sender: Sender | undefined): Reply | null {
    const error = rules === null || sender === 'teacher' ? null : lockOn(request, rules)
    return error && { ok: false, error }
  }

  return {
    setRules(next) {
      const hid = hides('params')
      rules = next
      // Whoever has the parameters has them in their old form.
      if (hides('params') !== hid) parameters.changedElsewhere([])
    },
    rules: () => rules,
    control: {
      verbs: parameters.verbs,
      patch: (patch, sender) => locked({ type: 'patch', patch }, sender) ?? toldReply(parameters.patch(patch), patch),
      command: (verb, payload, sender) =>
        locked({ type: 'command', verb, payload }, sender) ?? toldReply(parameters.command(verb, payload)),
    },
    params() {
      const { rev, params } = parameters.params()
      return { rev, params: told(params) }
    },
    snapshot() {
      const snapshot = host.snapshot()
      return hides('V') ? { ...snapshot, vMv: Number.NaN } : snapshot
    },
    onSamples: listener => host.onSamples((rows, ...others) => listener(hides('V') ? withoutV(rows) : rows, ...others)),
    toldChanges(changed) {
      // Which of them a lesson changes tells which it left as they were.
      if (!hides('params') || !changed.some(name => Object.hasOwn(NEURON_FIELDS, name))) return changed
      return [...Object.keys(NEURON_FIELDS), ...changed.filter(name => !Object.hasOwn(NEURON_FIELDS, name))]
    },
  }
}

/** What is wrong with a patch by itself may be told; that it does not fit hidden parameters is told without their values. */
function toldRefusal(error: Refusal, patch: unknown): Refusal {
  const { code, path } = error
  if (typeof patch !== 'object' || patch === null || path === undefined) return error
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null))
  const [first, ...others] = checkFields(LIVE_FIELDS, given, 'is not a parameter; known are')
  if (first) return { code, ...refusalFields([first, ...others]) }
  return { code, path, message: `${path} does not fit the other parameters, which the lesson hides` }
}

/** Where V stands in a row of samples. */
const V_AT = 1

function withoutV(rows: Float64Array): Float64Array {
  const told = rows.slice()
  for (let at = V_AT; at < told.length; at += ROW_FIELDS) told[at] = Number.NaN
  return told
}
