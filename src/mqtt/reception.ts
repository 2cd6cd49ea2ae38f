/** All that comes in over a connection, each message to the part that it is meant for. */
import type { Spike } from '../loop/report.ts'
import { createBucket } from './bucket.ts'
import type { Incoming } from './connection.ts'
import { openEar } from './ear.ts'
import { openHerald } from './herald.ts'
import { createHistory } from './history.ts'
import type { LinkInfo } from './messages.ts'
import { statusMessage } from './messages.ts'
import { createNamesake, type Finding, type Predecessor } from './namesake.ts'
import { type Nerve, openNerve } from './nerve.ts'
import type { LinkOptions } from './options.ts'
import type { Post } from './post.ts'
import type { LinkEvent, LinkNeuron } from './reports.ts'
import type { Topics } from './topics.ts'
import { openTracer } from './tracer.ts'
import type { LinkWorld } from './world.ts'

export type ReceptionOptions = Pick<LinkOptions, 'homeAssistant'>

export interface Reception {
  /** The synapses, how to have others, and what came over them. */
  readonly nerve: Pick<Nerve, 'synapses' | 'set' | 'counts'>
  /** To be called before anything is published: what the broker has kept is still another's. */
  online(): void
  hear(message: Incoming): void
  /** Every spike of this neuron, for replays and for itself. */
  spike(spike: Spike): void
  /** What `info` tells of it. */
  info(): LinkInfo
  close(): void
}

export interface ReceptionHooks {
  readonly onEvent: (event: LinkEvent) => void
  /** `info()` tells something else than before. */
  readonly onChange: () => void
}

const TWIN_TOLD_S = 60
/** Whoever else writes our `status` is answered at most this often, and at first a few times at once. */
const STATUS = { everyS: 5, burst: 3 }

export function openReception(
  topics: Topics,
  neuron: LinkNeuron,
  world: LinkWorld,
  post: Post,
  { homeAssistant }: ReceptionOptions,
  hooks: ReceptionHooks,
): Reception {
  const { timers, wallUs } = world
  const namesake = createNamesake(neuron.boot)
  const twinTold = createBucket(1 / TWIN_TOLD_S, 1)
  const statusTold = createBucket(1 / STATUS.everyS, STATUS.burst)
  const history = createHistory()
  const nerve = openNerve(topics, neuron, world, post, hooks)
  const tracer = openTracer(topics.trace, neuron, world, post)
  const ear = neuron.control && openEar(topics, { neuron, history, tracer, nerve }, world, post)
  const herald = homeAssistant ? openHerald(topics, neuron, world, post) : undefined
  let prev: Predecessor | undefined

  function found(finding: Finding | undefined): void {
    if (finding?.type === 'predecessor') {
      prev = finding.predecessor
      hooks.onChange()
    } else if (finding && twinTold.take(timers.nowMs())) {
      hooks.onEvent({ type: 'twin', boot: finding.boot })
      const advice = `give each its own, for example --set id=${neuron.id}-2`
      world.note('warn', `another neuron on this broker has the id "${neuron.id}" too: ${advice}`)
    }
  }

  /** A late will of ours, or somebody's mistake: we are online. */
  function correct(status: string): void {
    if (status !== 'online' && statusTold.take(timers.nowMs())) post.send(statusMessage(topics, true))
  }

  return {
    nerve,
    online() {
      namesake.online(wallUs())
      post.subscribe({ filter: topics.state, qos: 0, retained: true })
      post.subscribe({ filter: topics.status, qos: 1, retained: true })
      ear?.online()
      herald?.online()
    },
    hear(message) {
      const text = () => Buffer.from(message.payload).toString()
      if (message.topic === topics.state) found(namesake.hear(text(), message.retain))
      else if (message.topic === topics.status) correct(text())
      else if (!herald?.hear(message)) ear?.hear(message)
    },
    spike(spike) {
      history.add(spike)
      nerve.ownSpike(spike)
    },
    info: () => ({ prev, ...(ear && { synapses: nerve.synapses() }) }),
    close() {
      herald?.close()
      ear?.close()
      tracer.close()
      nerve.close()
    },
  }
}
