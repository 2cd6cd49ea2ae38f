/** Two daemons on one machine run side by side, each on ports of its own: that is rarely what a user wants. */
import type { Config } from '../../config/schema.ts'
import type { Daemon } from '../../daemon/daemon.ts'
import { daemonsAtPorts, formatProcesses, type RunningDaemon, stopCommand } from '../doctor/running-daemons.ts'

/** A warning where another daemon has the ports that the configuration gives this one; else undefined. */
export function otherDaemonWarning(
  config: Pick<Config, 'web' | 'mqtt'>,
  daemon: Pick<Daemon, 'web' | 'link'>,
  findDaemons: (ports: readonly number[]) => readonly RunningDaemon[] = daemonsAtPorts,
): string | undefined {
  const replaced = replacedPorts(config, daemon)
  const others = replaced.length === 0 ? [] : findDaemons(replaced.map(({ port }) => port))
  if (others.length === 0) return undefined
  const ports = replaced.map(({ port, taken }) => `port ${taken} in place of ${port}`).join(', ')
  const who = `another neurond (${formatProcesses(others)}) runs on this machine and has the usual ports`
  return `${who}: this one took ${ports}; to stop the other: ${stopCommand(others)}`
}

/** The ports that were to be taken, and those that were. */
function replacedPorts({ web, mqtt }: Pick<Config, 'web' | 'mqtt'>, daemon: Pick<Daemon, 'web' | 'link'>) {
  const hasBroker = mqtt.url === '' && mqtt.broker.enabled
  const ports = [
    ...(daemon.web ? [{ port: web.port, taken: portOf(daemon.web.url, 80) }] : []),
    ...(hasBroker ? [{ port: mqtt.broker.port, taken: portOf(daemon.link().url, 1883) }] : []),
  ]
  return ports.filter(({ port, taken }) => port !== 0 && taken !== port)
}

function portOf(url: string, usual: number): number {
  return Number(new URL(url).port || usual)
}
