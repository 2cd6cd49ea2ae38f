/** One connection that subscribes to all neurons on a broker. */
import type { Timers } from '../../loop/clock.ts'
import type { ReceiverConnection } from '../connection/receiver-connection.ts'
import { type MqttClientLike, type ReceiverOptions, receive } from '../exactly-once-receiver.ts'
import type { ConnectionStatus } from '../types.ts'

export interface PeerSubscription extends Pick<ReceiverConnection, 'send' | 'refused'> {
  status(): Pick<ConnectionStatus, 'state' | 'reason'>
  close(): Promise<void>
}

interface PeerSubscriptionHooks {
  /** Every message on `<base>/<neuron>/<name>`, spikes included. */
  readonly onMessage: (neuron: string, name: string, text: string, retained: boolean) => void
  /** Every spike once; `isHistory` if it came late. */
  readonly onSpike: (neuron: string, tUs: number, isHistory: boolean) => void
}

type Listener = Parameters<MqttClientLike['on']>[1]

export function subscribeToAll(
  connecting: Promise<ReceiverConnection>,
  base: string,
  timers: Timers,
  hooks: PeerSubscriptionHooks,
): PeerSubscription {
  let connection: ReceiverConnection | undefined
  let failure = ''
  let stop = () => {}
  let isOver = false

  const listen: Listener = (topic, payload, { retain = false }) => {
    const [neuron = '', name = '', deeper] = topic.startsWith(`${base}/`) ? topic.slice(base.length + 1).split('/') : []
    if (deeper === undefined && name !== '') hooks.onMessage(neuron, name, new TextDecoder().decode(payload), retain)
  }

  function begin(opened: ReceiverConnection): void {
    connection = opened
    if (isOver) return
    const { client } = opened
    client.on('message', listen)
    const receiver = receive(client, {
      base,
      timers: intervals(timers),
      onSpike: ({ neuron, tUs, late, healed }) => hooks.onSpike(neuron, tUs, late || healed),
    })
    // The receiver subscribes to the other topics.
    for (const name of ['params', 'lesson']) client.subscribe(`${base}/+/${name}`, { qos: 1 })
    stop = () => {
      receiver.close()
      client.removeListener('message', listen)
    }
  }

  const begun = connecting.then(begin, error => {
    failure = (error as Error).message
  })
  return {
    send: (message, onAnswer) => connection?.send(message, onAnswer) ?? false,
    refused: () => connection?.refused() ?? [],
    status() {
      if (failure !== '') return { state: 'offline', reason: failure }
      return connection?.status() ?? { state: 'connecting', reason: '' }
    },
    async close() {
      isOver = true
      stop()
      await begun
      await connection?.close()
    },
  }
}

function intervals({ every }: Timers): NonNullable<ReceiverOptions['timers']> {
  const timers = {
    setInterval: (run: () => void, periodMs: number) => every(periodMs, run),
    clearInterval: (cancel: () => void) => cancel(),
  }
  // Our cancel function takes the place of Node's timer handle.
  return timers as unknown as NonNullable<ReceiverOptions['timers']>
}
