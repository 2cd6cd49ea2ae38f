/** Somebody who never leaves a neuron alone. */
import type { MqttClient } from 'mqtt'
import { neuronFrom } from '../../src/neuron/params.ts'
import { currentForRateHz } from '../../src/neuron/theory.ts'
import { askJson } from '../web/http-client.ts'

export interface Hands {
  /** How many requests there were, how many were answered, and what the answers said that was not yes. */
  readonly counts: { asked: number; answered: number }
  readonly refusals: string[]
  /** Asks for the next thing. */
  next(): void
}

type Deed = readonly [way: 'mqtt' | 'http', what: string, payload: object]

/** Membrane time constants that the neuron is given in turn, ms. */
const TAUS_MS = [10, 12, 8]

/** What `params/set` takes for a knob from 20 % below to 20 % above this rate. */
export function around(rateHz: number, tauMs: number) {
  const neuron = neuronFrom({ tauMs })
  return { tauMs, minNa: currentForRateHz(neuron, 0.8 * rateHz), maxNa: currentForRateHz(neuron, 1.2 * rateHz) }
}

/** @param page the dashboard's address @param root the neuron's topics */
export function restlessHands(client: MqttClient, page: string, root: string, rateHz: number): Hands {
  const counts = { asked: 0, answered: 0 }
  const refusals: string[] = []
  const deeds: Deed[] = TAUS_MS.flatMap((tauMs, k): Deed[] => [
    ['mqtt', 'params/set', around(rateHz, tauMs)],
    ['http', 'cmd/take', { level: 0.25 + 0.25 * k }],
    ['mqtt', 'cmd/stim', { shape: 'step', iNa: 0.2, ms: 500 }],
    ['http', 'cmd/take', {}],
    ['mqtt', 'cmd/identify', { s: 1 }],
    ['http', 'params', around(rateHz, TAUS_MS[(k + 1) % TAUS_MS.length]!)],
    ['mqtt', 'cmd/mute', { on: true }],
    ['http', 'cmd/mute', { on: false }],
    ['mqtt', 'cmd/stim', { shape: 'samples', valuesNa: [0.1, -0.1, 0.2, 0], dtMs: 20 }],
    ['http', 'cmd/identify', { s: 0.5 }],
  ])

  function hear(ok: boolean, text: string): void {
    counts.answered++
    if (!ok) refusals.push(text)
  }

  client.on('message', (topic, payload) => {
    if (topic !== `${root}/reply`) return
    const { id, ok } = JSON.parse(payload.toString())
    // The receiver of the spikes may have asked for some of them again, under a name.
    if (typeof id === 'number') hear(ok, payload.toString())
  })

  function next(): void {
    const [way, what, payload] = deeds[counts.asked++ % deeds.length]!
    if (way === 'mqtt') {
      client.publish(`${root}/${what}`, JSON.stringify({ ...payload, id: counts.asked }), { qos: 1 })
      return
    }
    const method = what === 'params' ? 'PATCH' : 'POST'
    askJson(`${page.replace(/\/$/, '')}/api/${what}`, method, payload).then(
      ({ status, text }) => hear(status === 200, text),
      error => hear(false, String(error)),
    )
  }

  return { counts, refusals, next }
}
