import { needingRestart, sameList } from '../config/changes.ts'
import { ConfigError } from '../config/messages.ts'
import type { Config } from '../config/schema.ts'
import { type Log, setLevels } from '../log.ts'
import type { LiveParams } from '../loop/control/live-params.ts'
import type { Link } from '../mqtt/link.ts'
import type { Neuron } from './neuron.ts'

export interface Reloading {
  readonly log: Log
  /** What the daemon was started with. */
  readonly started: Config
  readonly neuron: Neuron
  readonly link: Link
}

/**
 * What reads the configuration again and makes it hold, one call after the other: all of it that can change while the
 * neuron runs, or, where anything is wrong with it, nothing. It never throws: what came of it is told.
 */
export function openReload(parts: Reloading): (load: () => Promise<Config>) => Promise<void> {
  const { log, neuron } = parts
  let last = Promise.resolve()

  async function reload(load: () => Promise<Config>): Promise<void> {
    try {
      const { changed, restart } = apply(await load(), parts)
      neuron.events.tell({ type: 'reloaded', changed, restart })
      log.info(
        `configuration read again: ${changed.length > 0 ? `changed ${changed.join(', ')}` : 'nothing to change'}`,
      )
      if (restart.length > 0) log.warn(`only the next start changes ${restart.join(', ')}`)
    } catch (error) {
      const why = reasonsOf(error)
      neuron.events.tell({ type: 'reloadRefused', why })
      for (const one of why) log.error(one)
      log.error('the configuration is refused, and everything stays as it was')
    }
  }
  return load => {
    last = last.then(() => reload(load))
    return last
  }
}

function apply(config: Config, { started, neuron, link, log }: Reloading) {
  const synapses = changeSynapses(config, link)
  const params = changeParams(config, neuron)
  if (params === undefined) {
    if (synapses) link.setSynapses(synapses)
    throw new Error('the neuron has too much to do at the moment: try again')
  }
  if (synapses) neuron.desk.changedElsewhere(['synapses'])
  const outputs = neuron.refit(config)
  setLevels(log, config.log)
  return {
    changed: [...params, ...(synapses ? ['synapses'] : []), ...outputs.changed],
    restart: [...needingRestart(started, config), ...outputs.restart],
  }
}

/** The synapses of before, if others hold now. @throws Error with the reason when they are refused. */
function changeSynapses({ synapses }: Config, link: Link): readonly object[] | undefined {
  const before = link.synapses().map(({ timing: _timing, ...synapse }) => synapse)
  if (sameList(before, synapses)) return undefined
  const reply = link.setSynapses(synapses)
  if (!reply.ok) throw new Error(`synapses: ${reply.error.message}`)
  return before
}

/** The parameters that others hold for now; undefined, and nothing changed, when the neuron cannot take them. */
function changeParams({ neuron, input, loop }: Config, { desk, host }: Neuron): readonly string[] | undefined {
  const before = desk.params().params
  const { minNa, maxNa, sampleHz, holdMs, fromLevel, toLevel } = input
  const { seed = before.seed, ...rest } = neuron
  const after: LiveParams = { ...rest, seed, minNa, maxNa, speed: loop.speed }
  if (!desk.replaceAll(after).ok || !host.send({ type: 'knob', sampleHz, holdMs, fromLevel, toLevel })) return undefined
  return Object.keys(after).filter(key => after[key as keyof LiveParams] !== before[key as keyof LiveParams])
}

function reasonsOf(error: unknown): readonly string[] {
  if (error instanceof ConfigError) return error.complaints.map(({ where, message }) => `${where}: ${message}`)
  return [(error as Error).message]
}
