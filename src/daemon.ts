import { randomBytes, randomInt } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Config } from './config/schema.ts'
import type { Log } from './log.ts'
import { epochUs, realTimers } from './loop/clock.ts'
import type { Command } from './loop/command.ts'
import { type Firing, openFiringMeter } from './loop/firing.ts'
import { type Host, type HostSettings, openHost } from './loop/host.ts'
import type { LoopEvent, OpenedPart, Snapshot, Spike } from './loop/report.ts'
import { type Broker, openBroker } from './mqtt/broker.ts'
import { type Link, type LinkStatus, openLink } from './mqtt/link.ts'
import type { LinkNeuron } from './mqtt/reports.ts'
import type { LinkWorld } from './mqtt/world.ts'
import { type NeuronParams, neuronFrom } from './neuron/params.ts'

/** A running neuron with everything that was configured around it. */
export interface Daemon {
  readonly id: string
  readonly neuron: NeuronParams
  readonly input: OpenedPart
  snapshot(): Snapshot
  firing(): Firing
  link(): LinkStatus
  send(command: Command): boolean
  /** Called with every spike from now on, in order. */
  onSpike(listener: (spike: Spike) => void): void
  /** Settles when the neuron thread ends: with why, if nobody asked for it. */
  readonly ended: Promise<string | undefined>
  /** Outputs low, `offline` published, everything released, in reverse order; calling it twice does no harm. */
  close(): Promise<void>
}

export interface DaemonWorld {
  readonly log: Log
  readonly version: string
  /** What the program runs on: the board's name or the operating system's. */
  readonly board: string
}

type Ready = Extract<LoopEvent, { type: 'ready' }>

/**
 * Open everything, in order: broker, neuron, link.
 * @throws Error that says what could not be opened, when the neuron cannot run without it
 */
export async function openDaemon(config: Config, world: DaemonWorld): Promise<Daemon> {
  const startedUs = epochUs()
  const boot = randomBytes(4).toString('hex').slice(0, 6)
  const neuron = neuronFrom({ ...config.neuron, seed: config.neuron.seed ?? randomInt(2 ** 32) })
  const mqttLog = world.log.child({ room: 'mqtt' })
  const note: LinkWorld['note'] = (level, message) => mqttLog[level](message)
  const brokering = openOwnBroker(config, note)

  const firing = openFiringMeter()
  const listeners: ((spike: Spike) => void)[] = []
  // Spikes from the very first moment wait here until the link is there.
  let early: Spike[] | undefined = []
  let link: Link | undefined
  const { host, ready, ended } = startNeuron(hostSettings(config, neuron), world.log.child({ room: 'loop' }), {
    onSpike(spike) {
      firing.count(spike, host.snapshot().modelMs)
      if (early) early.push(spike)
      else link?.spike(spike)
      for (const listen of listeners) listen(spike)
    },
    onEvent: event => link?.event(event),
  })
  const opened = await ready.catch(async error => {
    await (await brokering)?.close()
    throw error
  })
  const broker = await brokering

  const url = broker?.url ?? config.mqtt.url
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  const readHealth = host.healthReader()
  const told: LinkNeuron = {
    id: config.id,
    boot,
    info: () => ({
      version: world.version,
      startedUs,
      board: world.board,
      input: opened.input,
      outputs: opened.outputs,
      clock: { source: 'system' },
      scheduling: opened.scheduling,
      urls: link ? { mqtt: link.status().url } : {},
      speed: host.snapshot().speed,
    }),
    state: () => {
      const snapshot = host.snapshot()
      return { ...snapshot, ...firing.read(snapshot.modelMs) }
    },
    health: () => {
      const loopP99Ms = delay.percentile(99) / 1e6
      delay.reset()
      const rssMb = process.memoryUsage.rss() / 1e6
      const { speed } = host.snapshot()
      return { ...readHealth(), tickTargetUs: config.loop.tickMs * 1000, loopP99Ms, rssMb, speed }
    },
    params: () => ({ rev: 1, params: neuron }),
  }
  const linkWorld = { timers: realTimers, wallUs: epochUs, random: Math.random, note }
  link = openLink({ ...config.mqtt, url }, told, linkWorld, broker?.protocol)
  for (const spike of early) link.spike(spike)
  early = undefined

  const close = async () => {
    await host.close()
    delay.disable()
    await link?.close()
    await broker?.close()
  }
  let closing: Promise<void> | undefined
  return {
    id: config.id,
    neuron,
    input: opened.input,
    snapshot: host.snapshot,
    firing: () => firing.read(host.snapshot().modelMs),
    link: () => (link as Link).status(),
    send: host.send,
    onSpike: listener => listeners.push(listener),
    ended,
    close() {
      closing ??= close()
      return closing
    },
  }
}

async function openOwnBroker({ mqtt }: Config, note: LinkWorld['note']): Promise<Broker | undefined> {
  if (mqtt.url !== '' || !mqtt.broker.enabled) return undefined
  const broker = await openBroker(mqtt.broker, note)
  note('info', `built-in broker: ${broker.url}`)
  return broker
}

function hostSettings(config: Config, neuron: NeuronParams): HostSettings {
  const { minNa, maxNa, sampleHz, holdMs, driver, ...options } = config.input
  const { tickMs, speed } = config.loop
  return {
    loop: { neuron, minNa, maxNa, sampleHz, holdMs, tickMs, speed },
    scheduling: config.loop,
    input: { name: 'knob', driver, options },
    outputs: config.outputs.map(({ name, driver, pulseMs, muted, ...options }) => ({
      name,
      driver,
      pulseMs,
      muted,
      options,
    })),
  }
}

/** The neuron thread, its first word and its last. */
function startNeuron(settings: HostSettings, log: Log, sinks: Parameters<typeof openHost>[1]) {
  let started: (ready: Ready) => void
  let refused: (error: Error) => void
  let end: (why?: string) => void
  const ready = new Promise<Ready>((resolve, reject) => {
    started = resolve
    refused = reject
  })
  const ended = new Promise<string | undefined>(resolve => {
    end = resolve
  })
  const host: Host = openHost(settings, {
    onSpike: sinks.onSpike,
    onEvent(event) {
      logEvent(log, event)
      if (event.type === 'ready') started(event)
      else if (event.type === 'stopped') end()
      else if (event.type === 'failed') {
        refused(new Error(event.message))
        end(event.message)
      } else sinks.onEvent(event)
    },
  })
  return { host, ready, ended }
}

function logEvent(log: Log, event: LoopEvent): void {
  const { type, ...details } = event
  if (event.type === 'ready') {
    const { policy, priority, spinUs, reason } = event.scheduling
    const why = reason === '' ? '' : ` (${reason})`
    log.info(
      `knob: ${event.input.description}; outputs: ${event.outputs.map(o => `${o.name}, ${o.description}`).join('; ')}`,
    )
    log.info(`scheduling: SCHED_${policy.toUpperCase()}${priority > 0 ? ` ${priority}` : ''}${why}, spin ${spinUs} us`)
  } else if (event.type === 'warning') log.warn(event.message)
  else if (event.type !== 'stopped' && event.type !== 'failed') log.warn(details, type)
}
