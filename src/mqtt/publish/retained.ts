/** The retained messages: what a subscriber who comes late finds. */

import type { Post } from '../connection/session.ts'
import { type PublishedState, worthPublishing } from '../deadband.ts'
import type { Synapse } from '../options.ts'
import { infoMessage, type LinkInfo, paramsMessage, stateMessage, statusMessage, timingMessage } from '../payloads.ts'
import type { Topics } from '../topics.ts'
import type { LinkFigures, LinkNeuron, LinkWorld } from '../types.ts'
import type { Warden } from '../warden.ts'

export interface Bulletin {
  /** Everything, for a broker that may have forgotten it. */
  all(): void
  /** If it has changed enough. */
  state(): void
  timing(): void
  params(): void
  info(): void
  /** The last one, whether or not it has changed: whoever comes next learns from it how far this run has come. */
  lastState(): void
}

export function openBulletin(
  topics: Topics,
  neuron: LinkNeuron,
  world: LinkWorld,
  post: Post,
  warden: Pick<Warden, 'keep'>,
  figures: () => LinkFigures,
  own: () => LinkInfo,
): Bulletin {
  const { boot } = neuron
  let published: PublishedState | undefined

  function state(): void {
    const now = neuron.state()
    const atMs = world.timers.nowMs()
    if (!post.isOnline() || !worthPublishing(published, now, atMs)) return
    published = { state: now, atMs }
    post.send(stateMessage(topics, boot, now, world.wallUs()))
  }

  function timing(): void {
    if (!post.isOnline()) return
    const warnings = neuron.warnings?.() ?? []
    post.send(timingMessage(topics, boot, neuron.health(), neuron.verdict(), figures(), world.wallUs(), warnings))
  }

  function params(): void {
    if (post.isOnline()) warden.keep(paramsMessage(topics, neuron.params(), plain(own().synapses)))
  }

  function info(): void {
    if (post.isOnline()) warden.keep(infoMessage(topics, boot, neuron.info(), own()))
  }

  return {
    all() {
      warden.keep(statusMessage(topics, true))
      info()
      params()
      published = undefined
      state()
      timing()
    },
    state,
    timing,
    params,
    info,
    lastState() {
      if (post.isOnline()) post.send(stateMessage(topics, boot, neuron.state(), world.wallUs()))
    },
  }
}

function plain(synapses: LinkInfo['synapses']): Synapse[] | undefined {
  return synapses?.map(({ timing: _timing, ...synapse }) => synapse)
}
