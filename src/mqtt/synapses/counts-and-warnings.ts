/** Counts synaptic events, and warns of too many, of malformed ones and of a neuron that excites itself in a loop. */

import { rateHz } from '../../neuron/theory.ts'
import type { LinkEvent, LinkNeuron, ParamsReport, SynapticCounts, SynapticEvent } from '../types.ts'

export interface Overload {
  /** The neuron has taken it. @param isByChance it cannot be one of its own spikes that comes back */
  arrived(event: SynapticEvent, isByChance?: boolean): void
  /** Over the rate limit, and dropped. */
  clipped(from: string, count: number): void
  /** The neuron's queue was full: it did not take one. */
  queueFull(): void
  /** A message was no synaptic event. */
  refused(from: string, fault: string): void
  counts(): SynapticCounts
  /** The warnings of the last 30 s. */
  warnings(): readonly string[]
  /** Call it once a second. */
  check(): void
}

/** So many seconds above the limit, excited by synapses, are taken for a loop. */
const RUNAWAY_S = 5
/** The limit is this share of the rate that the refractory period permits ... */
const RUNAWAY_SHARE = 0.9
/** ... or so many times the rate that the knob alone can drive, between these bounds. */
const RUNAWAY_TIMES = 3
const LEAST_RUNAWAY_HZ = 50
const MOST_RUNAWAY_HZ = 250
/** In a loop every spike comes back: with fewer events per spike it is something else. */
const RETURN_SHARE = 0.8
/** Least time between two warnings of one kind. */
const WARN_EVERY_S = 30

export function createOverload(neuron: LinkNeuron, onWarning: (event: LinkEvent, words: string) => void): Overload {
  const counts = { arrived: 0, clipped: 0, refused: 0 }
  const clipped = new Map<string, number>()
  const warned = new Map<string, { readonly words: string; leftS: number }>()
  let exciting = 0
  let unqueued = 0
  let refused = { count: 0, from: '', fault: '' }
  let fastS = 0

  function checkRunaway(): void {
    const { rateHz: firesHz, speed } = neuron.state()
    const limitHz = runawayHz(neuron.params())
    const returnsHz = exciting / speed
    exciting = 0
    fastS = firesHz > limitHz && returnsHz >= RETURN_SHARE * firesHz ? fastS + 1 : 0
    if (fastS < RUNAWAY_S) return
    const words = `the neuron fires at ${Math.round(firesHz)} Hz because synapses excite it in a loop: make a weight smaller`
    const event = { rateHz: tenths(firesHz), limitHz: tenths(limitHz), returnsHz: tenths(returnsHz) }
    warn('runaway', { type: 'runaway', ...event }, words)
  }

  function reportClipped(): void {
    if (clipped.size === 0) return
    const senders = [...clipped.keys()].join(', ')
    const words = `more than 1000 spikes a second from ${senders}: the rest does not arrive`
    const event = { type: 'synapseClipped', why: 'rate', clipped: Object.fromEntries(clipped) } as const
    if (warn('rate', event, words)) clipped.clear()
  }

  function reportQueueFull(): void {
    if (unqueued === 0) return
    const words = `${unqueued} synaptic events did not fit into the neuron's queue`
    if (warn('queue', { type: 'synapseClipped', why: 'queue', lost: unqueued }, words)) unqueued = 0
  }

  function reportRefused(): void {
    const { count, from, fault } = refused
    if (count === 0) return
    const others = count > 1 ? ` (the last of ${count})` : ''
    const words = `a message on ${from} was refused${others}: ${fault}`
    if (warn('refused', { type: 'synapseRefused', from, refused: count, fault }, words)) {
      refused = { count: 0, from: '', fault: '' }
    }
  }

  function warn(kind: string, event: LinkEvent, words: string): boolean {
    if (warned.has(kind)) return false
    warned.set(kind, { words, leftS: WARN_EVERY_S })
    onWarning(event, words)
    return true
  }

  return {
    arrived({ weight }, isByChance = false) {
      counts.arrived++
      if (weight > 0 && !isByChance) exciting++
    },
    clipped(from, count) {
      counts.clipped += count
      clipped.set(from, (clipped.get(from) ?? 0) + count)
      exciting += count
    },
    queueFull() {
      counts.clipped++
      unqueued++
    },
    refused(from, fault) {
      counts.refused++
      refused = { count: refused.count + 1, from, fault }
    },
    counts: () => ({ ...counts }),
    warnings: () => [...warned.values()].map(({ words }) => words),
    check() {
      for (const [kind, one] of warned) {
        one.leftS--
        if (one.leftS === 0) warned.delete(kind)
      }
      checkRunaway()
      reportClipped()
      reportQueueFull()
      reportRefused()
    },
  }
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10
}

function runawayHz({ params }: ParamsReport): number {
  // What is computed from hidden parameters would tell them.
  if (params.model === null) return MOST_RUNAWAY_HZ
  const permittedHz = (RUNAWAY_SHARE * 1000) / params.refractoryMs
  const byKnobHz = params.maxNa === undefined ? MOST_RUNAWAY_HZ : RUNAWAY_TIMES * rateHz(params, params.maxNa)
  return Math.min(permittedHz, Math.max(LEAST_RUNAWAY_HZ, Math.min(MOST_RUNAWAY_HZ, byKnobHz)))
}
