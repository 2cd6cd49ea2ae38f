/** Says so when a receiver hears nothing: a misspelt name, or a broker without neurons. */
import type { Timers } from '../../loop/clock.ts'
import type { MqttClientLike } from '../../mqtt/exactly-once-receiver.ts'

/** A neuron publishes something every 5 s at least, and its retained messages come at once. */
const SILENCE_MS = 5000
/** How long retained messages take to come. */
const ANSWER_MS = 1000

export interface ListeningScope {
  readonly base: string
  /** The only neuron that is listened to; all unless given. */
  readonly neuron?: string
}

/** Calls back once with a sentence if nothing is heard for a while; returns what ends the wait. */
export function warnOfSilence(
  client: MqttClientLike,
  { base, neuron }: ListeningScope,
  timers: Pick<Timers, 'after'>,
  onSilence: (sentence: string) => void,
): () => void {
  const online = new Set<string>()
  let isHeard = false
  const listener = (topic: string, payload: Uint8Array) => {
    const [id = '', name] = topic.startsWith(`${base}/`) ? topic.slice(base.length + 1).split('/') : []
    if (id === neuron || neuron === undefined) isHeard ||= id !== ''
    if (name !== 'status') return
    if (new TextDecoder().decode(payload) === 'online') online.add(id)
    else online.delete(id)
  }
  client.on('message', listener)
  let cancel = timers.after(SILENCE_MS, () => {
    if (isHeard || client.connected === false) return
    client.subscribe(`${base}/+/status`, { qos: 1 })
    cancel = timers.after(ANSWER_MS, () => {
      if (!isHeard) onSilence(silenceWords(base, neuron, [...online]))
    })
  })
  return () => {
    cancel()
    client.removeListener('message', listener)
  }
}

function silenceWords(base: string, neuron: string | undefined, online: readonly string[]): string {
  const sorted = online.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  const there = sorted.length > 0 ? `online are ${sorted.join(', ')}` : `no neuron is online below ${base}`
  return neuron === undefined ? `nothing is heard: ${there}` : `nothing is heard of "${neuron}": ${there}`
}
