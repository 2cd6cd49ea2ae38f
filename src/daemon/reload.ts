import { needingRestart, sameList } from '../config/changes.ts'
import { ConfigError, complaintText } from '../config/messages.ts'
import type { Config } from '../config/schema.ts'
import { type Log, setLevels } from '../log.ts'
import type { LiveParams } from '../loop/control/live-params.ts'
import type { Synapse } from '../mqtt/types.ts'
import type { Lessons } from './lessons/lessons.ts'
import type { RunningNeuron } from './neuron.ts'

export interface ReloadContext {
  readonly log: Log
  /** The configuration that the daemon was started with. */
  readonly started: Config
  readonly neuron: RunningNeuron
  readonly lessons: Pick<Lessons, 'ownParams' | 'replaceOwnParams' | 'ownSynapses' | 'replaceOwnSynapses'>
}

/**
 * Returns the function that applies a configuration to the running daemon. It changes everything that can change while
 * the neuron runs, or nothing where anything is wrong. Calls are served one after the other; none throws: the result is
 * logged and emitted as an event.
 */
export function createReload(context: ReloadContext): (load: () => Promise<Config>) => Promise<void> {
  let last = Promise.resolve()
  return load => {
    last = last.then(() => reload(load, context))
    return last
  }
}

async function reload(load: () => Promise<Config>, context: ReloadContext): Promise<void> {
  const { log, neuron } = context
  try {
    const { changed, restart } = apply(await load(), context)
    neuron.events.emit({ type: 'reloaded', changed, restart })
    log.info(`configuration read again: ${changed.length > 0 ? `changed ${changed.join(', ')}` : 'nothing to change'}`)
    if (restart.length > 0) log.warn(`only the next start changes ${restart.join(', ')}`)
  } catch (error) {
    const why = reasonsOf(error)
    neuron.events.emit({ type: 'reloadRefused', why })
    for (const reason of why) log.error(reason)
    log.error('the configuration is refused, and everything stays as it was')
  }
}

function apply(config: Config, { started, neuron, lessons, log }: ReloadContext) {
  const synapsesBefore = lessons.ownSynapses()
  const isRewired = !sameList(synapsesBefore, config.synapses)
  if (isRewired) replaceSynapses(lessons, config.synapses)
  const params = changeParams(config, neuron, lessons)
  if (params === undefined) {
    if (isRewired) replaceSynapses(lessons, synapsesBefore)
    throw new Error('the neuron has too much to do at the moment: try again')
  }
  const outputs = neuron.setOutputs(config.outputs)
  setLevels(log, config.log)
  return {
    changed: [...params, ...(isRewired ? ['synapses'] : []), ...outputs.changed],
    restart: [...needingRestart(started, config), ...outputs.restart],
  }
}

/** @throws Error with the reason if the link refuses them */
function replaceSynapses(lessons: ReloadContext['lessons'], synapses: readonly Synapse[]): void {
  const reply = lessons.replaceOwnSynapses(synapses)
  if (!reply.ok) throw new Error(`synapses: ${reply.error.message}`)
}

/** The names of the parameters that changed, of a neuron with a lesson once that ends; undefined, and nothing changed, when the neuron's queue is full. */
function changeParams(
  { neuron, input, loop }: Pick<Config, 'neuron' | 'input' | 'loop'>,
  { host }: RunningNeuron,
  lessons: ReloadContext['lessons'],
): readonly string[] | undefined {
  const before = lessons.ownParams()
  const { minNa, maxNa, sampleHz, holdMs, fromLevel, toLevel } = input
  const { seed = before.seed, ...rest } = neuron
  const after: LiveParams = { ...rest, seed, minNa, maxNa, speed: loop.speed }
  if (!lessons.replaceOwnParams(after).ok) return undefined
  if (!host.send({ type: 'knob', sampleHz, holdMs, fromLevel, toLevel })) return undefined
  return Object.keys(after).filter(key => after[key as keyof LiveParams] !== before[key as keyof LiveParams])
}

function reasonsOf(error: unknown): readonly string[] {
  if (error instanceof ConfigError) return error.complaints.map(complaintText)
  return [(error as Error).message]
}
