import { randomBytes } from 'node:crypto'
import { type Neuron, startNeuron } from './body.ts'
import type { Config } from './config/schema.ts'
import type { Log } from './log.ts'
import { epochUs, openDelayMeter, realTimers } from './loop/clock.ts'
import type { Control } from './loop/control.ts'
import type { Firing } from './loop/firing.ts'
import type { Ready } from './loop/host.ts'
import type { OpenedPart, Snapshot, Spike } from './loop/report.ts'
import { type Broker, openBroker } from './mqtt/broker.ts'
import { type LinkStatus, openLink } from './mqtt/link.ts'
import type { LinkNeuron } from './mqtt/reports.ts'
import type { LinkWorld } from './mqtt/world.ts'

/** A running neuron with everything that was configured around it. */
export interface Daemon {
  readonly id: string
  readonly input: OpenedPart
  readonly control: Control
  snapshot(): Snapshot
  firing(): Firing
  link(): LinkStatus
  /** Turn the simulated knob, 0…1. */
  turn(level: number): void
  /** Called with every spike from now on, in order. */
  onSpike(listener: (spike: Spike) => void): void
  /** When the neuron has ended: with why, if nobody asked for it. */
  readonly ended: Promise<string | undefined>
  /** Outputs low, `offline` published, everything released in reverse order; calling it twice does no harm. */
  close(): Promise<void>
}

export interface DaemonWorld {
  readonly log: Log
  readonly version: string
  /** What the program runs on: the board's name or the operating system's. */
  readonly board: string
}

/**
 * Open everything, in order: broker, neuron, link.
 * @throws Error that says what could not be opened, when the neuron cannot run without it
 */
export async function openDaemon(config: Config, world: DaemonWorld): Promise<Daemon> {
  const startedUs = epochUs()
  const opened: (() => Promise<void>)[] = []
  const close = async () => {
    for (const release of opened.splice(0).reverse()) await release()
  }
  try {
    const note = noteTo(world.log.child({ room: 'mqtt' }))
    const brokering = openOwnBroker(config, note, opened)
    const neuron = startNeuron(config, world.log.child({ room: 'loop' }), opened)
    const [ready, broker] = await Promise.all([neuron.host.ready, brokering])
    const url = broker?.url ?? config.mqtt.url
    const told = toldOf(config, world, startedUs, neuron, ready, url)
    const linkWorld: LinkWorld = { timers: realTimers, wallUs: epochUs, random: Math.random, note }
    const link = openLink({ ...config.mqtt, url }, told, linkWorld, broker?.protocol)
    opened.push(link.close)
    neuron.join(link)
    const { host, desk, firing } = neuron
    let closing: Promise<void> | undefined
    return {
      id: config.id,
      input: ready.input,
      control: desk,
      snapshot: host.snapshot,
      firing,
      link: link.status,
      turn: level => void host.send({ type: 'turn', level }),
      onSpike: neuron.onSpike,
      ended: host.ended,
      close() {
        // The neuron first, so that its last spikes are still published; the rest in reverse.
        closing ??= host.close().then(close)
        return closing
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function openOwnBroker(
  { mqtt }: Config,
  note: LinkWorld['note'],
  opened: (() => Promise<void>)[],
): Promise<Broker | undefined> {
  if (mqtt.url !== '' || !mqtt.broker.enabled) return undefined
  const broker = await openBroker(mqtt.broker, note)
  opened.push(broker.close)
  note('info', `built-in broker: ${broker.url}`)
  return broker
}

function noteTo(log: Log): LinkWorld['note'] {
  return (level, message) => log[level](message)
}

/** What the link may ask of the neuron. */
function toldOf(
  config: Config,
  { version, board }: DaemonWorld,
  startedUs: number,
  { host, desk, firing }: Neuron,
  { input, outputs, scheduling }: Ready,
  url: string,
): LinkNeuron {
  const readHealth = host.healthReader()
  const readDelayMs = openDelayMeter()
  const speed = () => host.snapshot().speed
  return {
    id: config.id,
    boot: randomBytes(3).toString('hex'),
    info: () => ({
      version,
      startedUs,
      board,
      input,
      outputs,
      clock: { source: 'system' },
      scheduling,
      urls: { mqtt: url },
      speed: speed(),
    }),
    state: () => ({ ...host.snapshot(), ...firing() }),
    health: () => ({
      ...readHealth(),
      tickTargetUs: config.loop.tickMs * 1000,
      loopP99Ms: readDelayMs(),
      rssMb: process.memoryUsage.rss() / 1e6,
      speed: speed(),
    }),
    params: desk.params,
    control: desk,
    onSamples: host.onSamples,
    synapse: ({ atMs, tauMs, weight }) => host.send({ type: 'synapse', atMs, tauMs, weight }),
  }
}
