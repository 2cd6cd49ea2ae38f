/** All that comes in over a connection, each message to the part that it is meant for. */
import type { Spike } from '../../loop/types.ts'
import type { Incoming } from '../connection/connection.ts'
import type { Post } from '../connection/session.ts'
import { createNamesake, type Finding, type Predecessor } from '../duplicate-id.ts'
import { openEar } from '../ear.ts'
import { openHerald } from '../homeassistant.ts'
import { type Nerve, openNerve } from '../nerve.ts'
import type { LinkOptions } from '../options.ts'
import { createHistory } from '../outbox/replay.ts'
import type { LinkInfo } from '../payloads.ts'
import { createBucket } from '../rate-limit.ts'
import type { Topics } from '../topics.ts'
import type { LinkEvent, LinkNeuron, LinkWorld } from '../types.ts'
import { openTracer } from './trace.ts'

export type ReceptionOptions = Pick<LinkOptions, 'homeAssistant'>

export interface Reception {
  /** The synapses, how to have others, and what came over them. */
  readonly nerve: Pick<Nerve, 'synapses' | 'set' | 'counts'>
  /** `ready` is called when anything may be published: until then, what the broker has kept is still another's. */
  online(ready: () => void): void
  hear(message: Incoming): void
  /** Every spike of this neuron, for replays and for itself. */
  spike(spike: Spike): void
  /** What `info` tells of it. */
  info(): LinkInfo
  /** That another neuron has our id, in words; empty while none shows itself. */
  twin(): string
  /** What somebody should look after, in words. */
  warnings(): readonly string[]
  close(): void
}

export interface ReceptionHooks {
  readonly onEvent: (event: LinkEvent) => void
  /** `info()` tells something else than before. */
  readonly onChange: () => void
}

const TWIN_TOLD_S = 60
/** As long as two throw each other out, each is back, and finds the other's traces, after 30 s at the latest. */
const TWIN_HOLDS_MS = 120_000

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
  const history = createHistory()
  const nerve = openNerve(topics, neuron, world, post, hooks)
  const tracer = openTracer(topics.trace, neuron, world, post)
  const ear = neuron.control && openEar(topics, { neuron, history, tracer, nerve }, world, post)
  const herald = homeAssistant ? openHerald(topics, neuron, world, post) : undefined
  const twinWords = `another neuron on this broker has the id "${neuron.id}" too: give each its own, for example --set id=${neuron.id}-2`
  let prev: Predecessor | undefined
  let twinUntilMs = Number.NEGATIVE_INFINITY

  const twin = () => (timers.nowMs() < twinUntilMs ? twinWords : '')

  function found(finding: Finding | undefined): void {
    if (finding?.type === 'predecessor') {
      prev = finding.predecessor
      hooks.onChange()
    } else if (finding) {
      if (twin() === '') world.note('warn', twinWords)
      twinUntilMs = timers.nowMs() + TWIN_HOLDS_MS
      if (twinTold.take(timers.nowMs())) hooks.onEvent({ type: 'twin', boot: finding.boot })
    }
  }

  return {
    nerve,
    online(ready) {
      namesake.online(wallUs())
      // A broker may look for what it has kept only after it has taken what comes next (aedes does).
      post.subscribe({ filter: topics.state, qos: 0, retained: true }, ready)
      ear?.online()
      herald?.online()
    },
    hear(message) {
      const { topic, payload, retain } = message
      if (topic === topics.state) found(namesake.hear(Buffer.from(payload).toString(), retain))
      else if (!herald?.hear(message)) ear?.hear(message)
    },
    spike(spike) {
      history.add(spike)
      nerve.ownSpike(spike)
    },
    twin,
    warnings: () => [...(twin() === '' ? [] : [twin()]), ...nerve.warnings()],
    info: () => ({ prev, ...(ear && { synapses: nerve.synapses() }) }),
    close() {
      herald?.close()
      ear?.close()
      tracer.close()
      nerve.close()
    },
  }
}
