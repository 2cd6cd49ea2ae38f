import type { Timers } from '../../src/loop/clock.ts'
import type { Reply } from '../../src/loop/types.ts'
import { SYNAPSE_FIELDS } from '../../src/mqtt/link-and-synapse-options.ts'
import type { Peer, PeersStatus, Synapse } from '../../src/mqtt/types.ts'
import { neuronFrom } from '../../src/neuron/params.ts'
import type { PeerSources } from '../../src/web/data-sources.ts'

/** The class wall's data without a broker: neurons that do not exist, and what was asked of them. */
export interface FakePeers {
  readonly sources: PeerSources
  /** What was asked of whom. */
  readonly asked: { readonly id: string; readonly what: string; readonly content: object }[]
  broker: PeersStatus
  /** Changes a neuron; undefined takes it off the broker. */
  set(id: string, change: Partial<Peer> | undefined): void
  spike(id: string, tUs: number): void
  watchers(): number
}

const TICK_MS = 10
const ONLINE: PeersStatus = {
  state: 'online',
  url: 'mqtt://127.0.0.1:1883',
  reason: '',
  refused: [],
  overflow: 0,
  malformed: 0,
}

/** @param rateHz of each neuron in turn, about which it fires irregularly */
export function fakePeers(timers: Timers, wallUs: () => number, ids: readonly string[] = [], rateHz = 20): FakePeers {
  const peers = new Map(ids.map((id, index) => [id, peerOf(id, index, rateHz)]))
  const listeners = new Set<(index: number, tUs: number) => void>()
  const asked: FakePeers['asked'] = []
  let watching = 0
  let random = 1
  let cancelTick: (() => void) | undefined

  function chance(): number {
    random = (random * 48_271) % 2_147_483_647
    return random / 2_147_483_647
  }

  function tick(): void {
    for (const { index, life, running, rateHz } of peers.values()) {
      const isFiring = life === 'alive' && running === true && chance() < ((rateHz ?? 0) * TICK_MS) / 1000
      if (isFiring) for (const listen of listeners) listen(index, wallUs() - chance() * TICK_MS * 1000)
    }
  }

  /** Answers what the wall asks, as a neuron would. */
  function answer(id: string, what: string, content: object): Reply {
    asked.push({ id, what, content })
    const peer = peers.get(id)
    if (!peer) return { ok: false, error: { code: 'unknown', message: `there is no neuron "${id}" on the broker` } }
    const { on = true, synapses } = content as { on?: boolean; synapses?: readonly Synapse[] }
    if (what === 'cmd/run') peers.set(id, { ...peer, running: on })
    if (what === 'cmd/mute') peers.set(id, { ...peer, muted: on })
    if (!synapses) return { ok: true, result: {} }
    if (synapses.some(({ delayMs = 0 }) => delayMs > 10_000)) {
      const message = 'synapses.0.delayMs is 99999, must be a number from 0 to 10000 ms'
      return { ok: false, error: { code: 'synapse', message, path: 'synapses.0.delayMs' } }
    }
    const rev = (peer.rev ?? 0) + 1
    peers.set(id, { ...peer, synapses, rev })
    return { ok: true, result: { rev, synapses } }
  }

  const fake: FakePeers = {
    sources: {
      watch() {
        watching++
        cancelTick ??= timers.every(TICK_MS, tick)
        return () => {
          watching--
          if (watching > 0) return
          cancelTick?.()
          cancelTick = undefined
        }
      },
      settled: async () => {},
      list: () => [...peers.values()],
      status: () => fake.broker,
      onSpike(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      ask: async (id, what, content) => answer(id, what, content),
      async askAll(what, content) {
        const answers = Object.fromEntries([...peers.keys()].map(id => [id, answer(id, what, content)]))
        return { ok: true, result: { answers, silent: [] } }
      },
      async forget(id) {
        asked.push({ id, what: 'forget', content: {} })
        if (peers.get(id)?.life === 'alive') return { ok: false, error: { code: 'alive', message: `${id} is alive` } }
        peers.delete(id)
        return { ok: true, result: { forgotten: id } }
      },
      synapseFields: SYNAPSE_FIELDS,
    },
    asked,
    broker: ONLINE,
    set(id, change) {
      if (!change) peers.delete(id)
      else peers.set(id, { ...(peers.get(id) ?? peerOf(id, peers.size, 0)), ...change })
    },
    spike(id, tUs) {
      for (const listen of listeners) listen(peers.get(id)!.index, tUs)
    },
    watchers: () => watching,
  }
  return fake
}

function peerOf(id: string, index: number, rateHz: number): Peer {
  return {
    ...{
      id,
      index,
      life: 'alive',
      quietS: null,
      isVeiled: false,
      rateHz,
      iNa: 1.8,
      running: true,
      muted: false,
      speed: 1,
    },
    ...{ source: 'knob', neuron: neuronFrom({ tauMs: 100 }) },
    ...{ synapses: [], rev: 1, board: 'a test', mocked: true, url: null, lesson: null },
  }
}
