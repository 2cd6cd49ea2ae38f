/** Announces the neuron to Home Assistant: at every connection, and whenever Home Assistant has started anew. */
import type { Incoming } from './connection.ts'
import { BIRTH_TOPIC, discoveryMessage } from './homeassistant.ts'
import type { Post } from './post.ts'
import type { Topics } from './topics.ts'
import type { LinkNeuron } from './types.ts'
import type { LinkWorld } from './world.ts'

export interface Herald {
  online(): void
  /** True if the message was for Home Assistant's friends. */
  hear(message: Incoming): boolean
  close(): void
}

/** A class of neurons must not all speak at once. */
const LONGEST_WAIT_MS = 3000

export function openHerald(topics: Topics, neuron: LinkNeuron, world: LinkWorld, post: Post): Herald {
  let cancel = () => {}

  function announce(): void {
    if (post.isOnline()) post.send(discoveryMessage(topics, neuron.id, neuron.info()))
  }

  return {
    online() {
      post.subscribe({ filter: BIRTH_TOPIC, qos: 1 })
      announce()
    },
    hear({ topic, payload }) {
      if (topic !== BIRTH_TOPIC) return false
      if (Buffer.from(payload).toString() !== 'online') return true
      cancel()
      cancel = world.timers.after(world.random() * LONGEST_WAIT_MS, announce)
      return true
    },
    close: () => cancel(),
  }
}
