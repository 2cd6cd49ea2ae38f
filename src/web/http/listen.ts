/** Listening on a free port, and the addresses under which the dashboard is reached. */
import { networkInterfaces } from 'node:os'

type Listen = (port: number) => Promise<void>
type Log = (level: 'info' | 'warn', message: string) => void

/** So many ports after the configured one are tried before any free one. */
const NEXT_PORTS = 10

/**
 * Listens on `port`, or on the next free one if another program uses it, which is logged.
 * @throws Error that names the setting, if the address itself is the problem
 */
export async function listenOnFreePort(listen: Listen, host: string, port: number, log: Log): Promise<void> {
  const failure = await tryPort(listen, port)
  if (failure === null) return
  if (failure.code !== 'EADDRINUSE' && failure.code !== 'EACCES') throw addressError(failure, host)
  const candidates = failure.code === 'EACCES' || port === 0 ? [] : nextPorts(port)
  for (const candidate of [...candidates, 0]) {
    if ((await tryPort(listen, candidate)) !== null) continue
    const why = failure.code === 'EACCES' ? 'may not be used by this user' : 'is in use by another program'
    log('warn', `port ${port} ${why}; the dashboard takes the next free one (web.port says which to try)`)
    return
  }
  throw addressError(failure, host)
}

/** The address at which this machine reaches what listens at `host`. */
export function localAddress(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
}

/** The addresses at which other machines reach it: those in all networks, or the only one that it listens at. */
export function networkAddresses(host: string): readonly string[] {
  if (!isOpenToOthers(host)) return []
  if (host !== '0.0.0.0' && host !== '::') return [host]
  const all = Object.values(networkInterfaces()).flatMap(list => list ?? [])
  return all.filter(one => one.family === 'IPv4' && !one.internal).map(one => one.address)
}

/** Can other machines reach it? */
function isOpenToOthers(host: string): boolean {
  return !(host === 'localhost' || host === '::1' || host.startsWith('127.'))
}

function nextPorts(port: number): number[] {
  return Array.from({ length: NEXT_PORTS }, (_, k) => port + 1 + k).filter(next => next <= 65_535)
}

async function tryPort(listen: Listen, port: number): Promise<NodeJS.ErrnoException | null> {
  try {
    await listen(port)
    return null
  } catch (error) {
    return error as NodeJS.ErrnoException
  }
}

function addressError(cause: NodeJS.ErrnoException, host: string): Error {
  const advice = 'must be an address of this machine: 127.0.0.1 for itself alone, 0.0.0.0 for the whole network'
  return new Error(`the dashboard cannot listen: web.host is ${JSON.stringify(host)} (${cause.code}), ${advice}`, {
    cause,
  })
}
