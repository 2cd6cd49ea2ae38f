/** What `watch` and `record` share: the broker named on the command line, and a connection to it. */
import type { Command } from 'commander'
import { DRIVERS } from '../../../drivers/registry.ts'
import { loadConfig } from '../../config/load.ts'
import { ConfigError } from '../../config/messages.ts'
import type { Config } from '../../config/schema.ts'
import { epochUs, realTimers } from '../../loop/clock.ts'
import { addressFault, redacted } from '../../mqtt/connection/address.ts'
import { openReceiverConnection, type ReceiverConnection } from '../../mqtt/connection/receiver-connection.ts'
import type { Console } from '../console.ts'
import { STOP_SIGNALS } from '../interruption.ts'
import { appendValue } from '../option-parsers.ts'
import { watchTerminal } from '../terminal-gone.ts'

export interface BrokerFlags {
  readonly config?: string
  readonly set: readonly string[]
  readonly neuron?: string
}

/** Where the built-in broker of a neuron on this machine listens. */
const OWN_BROKER = 'mqtt://127.0.0.1:1883'

export function withBrokerFlags(command: Command): Command {
  return command
    .argument(
      '[BROKER]',
      `address of the broker, like mqtt://raspberrypi.local (default: mqtt.url, else ${OWN_BROKER})`,
    )
    .option('-n, --neuron <id>', 'one neuron only')
    .option('-c, --config <file>', 'configuration file whose mqtt settings hold')
    .option('--set <key=value>', 'change one setting, for example mqtt.caFile=ca.pem', appendValue, [])
}

/**
 * The mqtt settings that hold, with the address.
 * @throws ConfigError with every complaint at once
 */
export function brokerSettings(
  { env, hostname }: Console,
  broker: string | undefined,
  flags: BrokerFlags,
): Config['mqtt'] {
  if (broker !== undefined) checkAddress(broker)
  const set = broker === undefined ? flags.set : [...flags.set, `mqtt.url=${broker}`]
  const { mqtt } = loadConfig({ file: flags.config, env, set, drivers: DRIVERS, hostname })
  return mqtt.url === '' ? { ...mqtt, url: OWN_BROKER } : mqtt
}

function checkAddress(broker: string): void {
  const fault = addressFault(broker)
  if (fault === null) return
  const guess = /^[\w.-]+(:\d+)?$/.test(broker) ? `: did you mean mqtt://${broker}?` : ''
  const message = `${JSON.stringify(redacted(broker))} is no address of a broker: ${fault.replace(/^must/, 'it must')}${guess}`
  throw new ConfigError([{ path: 'mqtt.url', message, where: 'BROKER' }])
}

/** @param onFault called with each fault of the connection */
export function connectReceiver(
  mqtt: Config['mqtt'],
  name: string,
  onFault: (message: string) => void,
): Promise<ReceiverConnection> {
  const context = {
    timers: realTimers,
    wallUs: epochUs,
    random: Math.random,
    log: (_level: string, message: string) => onFault(message),
  }
  return openReceiverConnection(mqtt, name, context)
}

/**
 * Resolves at the first signal to stop, when the terminal is gone, after `durationS` if it is given, or when `stop` is
 * called. Further signals change nothing: what was recorded is always written.
 */
export function untilStopped(durationS?: number): { readonly stopped: Promise<void>; stop(): void } {
  let stop = () => {}
  const stopped = new Promise<void>(resolve => {
    stop = resolve
  })
  for (const name of STOP_SIGNALS) process.on(name, stop)
  const terminal = watchTerminal(stop)
  if (durationS !== undefined) realTimers.after(durationS * 1000, stop)
  return { stopped: stopped.finally(terminal.close), stop }
}
