/** What `watch` and `record` share: the broker's settings on the command line, and a station that listens there. */
import { hostname } from 'node:os'
import type { Command } from 'commander'
import { DRIVERS } from '../../../drivers/registry.ts'
import { loadConfig } from '../../config/load.ts'
import { ConfigError } from '../../config/messages.ts'
import { type Config, portFault } from '../../config/schema.ts'
import { epochUs, realTimers } from '../../loop/clock.ts'
import { brokerAddress, redacted } from '../../mqtt/connection/address.ts'
import { openReceiverConnection, type ReceiverConnection } from '../../mqtt/connection/receiver-connection.ts'
import type { ReceivedSpike } from '../../mqtt/receiver.ts'
import { collected } from '../flags.ts'

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
    .option('--set <key=value>', 'change one setting, for example mqtt.caFile=ca.pem', collected, [])
}

/**
 * The mqtt settings that hold, with the address.
 * @throws ConfigError with every complaint at once
 */
export function brokerSettings(broker: string | undefined, flags: BrokerFlags): Config['mqtt'] {
  if (broker !== undefined) checkAddress(broker)
  const set = broker === undefined ? flags.set : [...flags.set, `mqtt.url=${broker}`]
  const { mqtt } = loadConfig({ file: flags.config, env: process.env, set, drivers: DRIVERS, hostname: hostname() })
  return mqtt.url === '' ? { ...mqtt, url: OWN_BROKER } : mqtt
}

function checkAddress(broker: string): void {
  try {
    brokerAddress(broker)
  } catch (cause) {
    const guess = /^[\w.-]+(:\d+)?$/.test(broker) ? `: did you mean mqtt://${broker}?` : ''
    const why = portFault(broker) ?? `it must be one like mqtt://raspberrypi.local:1883${guess}`
    const message = `${JSON.stringify(redacted(broker))} is no address of a broker: ${why}`
    throw new ConfigError([{ path: 'mqtt.url', message, where: 'BROKER' }], { cause })
  }
}

/** @param note where faults of the connection are told */
export function listenTo(
  mqtt: Config['mqtt'],
  name: string,
  note: (message: string) => void,
): Promise<ReceiverConnection> {
  const context = {
    timers: realTimers,
    wallUs: epochUs,
    random: Math.random,
    log: (_level: string, message: string) => note(message),
  }
  return openReceiverConnection(mqtt, name, context)
}

/** Settles with the first signal to leave, after so many seconds if any are given, or when `quit` is called. */
export function untilLeaving(durationS?: number): { readonly left: Promise<void>; quit(): void } {
  let quit = () => {}
  const left = new Promise<void>(resolve => {
    quit = resolve
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, quit)
  if (durationS !== undefined) realTimers.after(durationS * 1000, quit)
  return { left, quit }
}

/**
 * Tells, once each, the ids that two neurons share: there a boot spikes again after another has, as no neuron does that
 * was started anew. Pure.
 */
export function createTwinWatch(
  tell: (neuron: string) => void,
): (spike: Pick<ReceivedSpike, 'neuron' | 'boot'>) => void {
  const turns = new Map<string, readonly [now: string, before: string | undefined]>()
  const told = new Set<string>()
  return ({ neuron, boot }) => {
    const [now, before] = turns.get(neuron) ?? []
    if (now === boot) return
    turns.set(neuron, [boot, now])
    if (before !== boot || told.has(neuron)) return
    told.add(neuron)
    tell(neuron)
  }
}

export function twinInWords(neuron: string): string {
  return `two neurons share the id "${neuron}" and take turns at the broker: give each its own, for example --set id=${neuron}-2`
}
