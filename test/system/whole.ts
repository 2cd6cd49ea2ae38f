/** The whole of it: a daemon, its broker, its ledger. */
import mqtt from 'mqtt'
import { type ReceivedSpike, receive } from '../../src/mqtt/exactly-once-receiver.ts'
import { closeAfterTest } from '../mqtt/link-on-real-broker.ts'
import { startMosquitto } from '../mqtt/mosquitto.ts'
import { until } from '../web/page-interactions.ts'
import { neurond } from './processes.ts'
import { isOnPath } from './programs.ts'

/** A daemon as a user starts it, on a broker of its own: Mosquitto where it is installed, else the built-in one. */
export async function startDaemon(...settings: readonly string[]) {
  const port = isOnPath('mosquitto') ? closeAfterTest(await startMosquitto()).port : undefined
  const broker = port === undefined ? 'mqtt.broker.port=0' : `mqtt.url=mqtt://127.0.0.1:${port}`
  const daemon = neurond('--set', 'id=pi-a', '--set', 'web.port=0', '--set', broker, ...settings)
  const told = (words: RegExp) => words.exec(daemon.printed())?.[1]
  const started = [/dashboard: http/, /connected to mqtt/, /spikes for others/]
  await until(() => started.every(words => words.test(daemon.printed())), 'the start')
  return { page: told(/dashboard: (\S+)/)!, broker: told(/spikes for others.*\((mqtt:\S+)\)/)!, daemon }
}

/** What the ledger on the broker holds, by number. */
export async function readLedger(url: string): Promise<ReadonlyMap<number, ReceivedSpike>> {
  const client = await mqtt.connectAsync(url)
  const ledger = new Map<number, ReceivedSpike>()
  const receiver = receive(client, { neuron: 'pi-a', onSpike: spike => ledger.set(spike.seq, spike) })
  closeAfterTest({
    async close() {
      receiver.close()
      await client.endAsync(true)
    },
  })
  return ledger
}
