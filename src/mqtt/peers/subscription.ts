/** One stay at the broker to look at all neurons: a connection, what is subscribed, and who hears of it. */
import type { Timers } from '../../loop/clock.ts'
import { type MqttClientLike, type ReceiverOptions, receive } from '../client.ts'
import type { ReceiverConnection } from '../connection/receiver-connection.ts'
import type { ConnectionStatus } from '../types.ts'

export interface PeerSubscription extends Pick<ReceiverConnection, 'send' | 'refused'> {
  status(): Pick<ConnectionStatus, 'state' | 'reason'>
  close(): Promise<void>
}

export interface PeerSubscriptionHooks {
  /** Something of `<base>/<neuron>/<name>`, spikes included. */
  readonly hear: (neuron: string, name: string, text: string, retained: boolean) => void
  /** Every spike once; `isHistory` where it came late. */
  readonly onSpike: (neuron: string, tUs: number, isHistory: boolean) => void
}

type Listener = Parameters<MqttClientLike['on']>[1]

export function subscribeToAll(
  connecting: Promise<ReceiverConnection>,
  base: string,
  timers: Timers,
  hooks: PeerSubscriptionHooks,
): PeerSubscription {
  let station: ReceiverConnection | undefined
  let failure = ''
  let stop = () => {}
  let isOver = false

  const listen: Listener = (topic, payload, { retain = false }) => {
    const [neuron = '', name = '', deeper] = topic.startsWith(`${base}/`) ? topic.slice(base.length + 1).split('/') : []
    if (deeper === undefined && name !== '') hooks.hear(neuron, name, new TextDecoder().decode(payload), retain)
  }

  function begin(opened: ReceiverConnection): void {
    station = opened
    if (isOver) return
    const { client } = opened
    client.on('message', listen)
    const receiver = receive(client, {
      base,
      timers: intervals(timers),
      onSpike: ({ neuron, tUs, late, healed }) => hooks.onSpike(neuron, tUs, late || healed),
    })
    // All else is what the receiver subscribes to.
    client.subscribe(`${base}/+/params`, { qos: 1 })
    stop = () => {
      receiver.close()
      client.removeListener('message', listen)
    }
  }

  const begun = connecting.then(begin, error => {
    failure = (error as Error).message
  })
  return {
    send: (message, answered) => station?.send(message, answered) ?? false,
    refused: () => station?.refused() ?? [],
    status() {
      if (failure !== '') return { state: 'offline', reason: failure }
      return station?.status() ?? { state: 'connecting', reason: '' }
    },
    async close() {
      isOver = true
      stop()
      await begun
      await station?.close()
    },
  }
}

function intervals({ every }: Timers): NonNullable<ReceiverOptions['timers']> {
  const timers = {
    setInterval: (run: () => void, periodMs: number) => every(periodMs, run),
    clearInterval: (cancel: () => void) => cancel(),
  }
  // What cancels one of ours stands for Node's handle.
  return timers as unknown as NonNullable<ReceiverOptions['timers']>
}
