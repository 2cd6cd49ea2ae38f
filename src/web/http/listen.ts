/** Finding a port, and the addresses that others may use. */
import { networkInterfaces } from 'node:os'

type Listen = (port: number) => Promise<void>
type Note = (level: 'info' | 'warn', message: string) => void

/** How many ports after the wanted one are tried before any free one is taken. */
const NEXT_PORTS = 10

/**
 * Listen at `port`, or at the next free one if another program has it: `note` then hears it in words.
 * @throws Error that names the setting, where the address itself is the trouble
 */
export async function listenSomewhere(listen: Listen, host: string, port: number, note: Note): Promise<void> {
  const failure = await tryPort(listen, port)
  if (failure === null) return
  if (failure.code !== 'EADDRINUSE' && failure.code !== 'EACCES') throw addressError(failure, host)
  const candidates = failure.code === 'EACCES' || port === 0 ? [] : following(port)
  for (const candidate of [...candidates, 0]) {
    if ((await tryPort(listen, candidate)) !== null) continue
    const why = failure.code === 'EACCES' ? 'may not be used by this user' : 'is in use by another program'
    note('warn', `port ${port} ${why}; the dashboard takes the next free one (web.port says which to try)`)
    return
  }
  throw addressError(failure, host)
}

/** Where this machine finds what listens at `host`. */
export function localAddress(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
}

/** This machine's addresses in its networks; the one it listens at alone, if that is a particular one. */
export function networkAddresses(host: string): readonly string[] {
  if (!isOpenToOthers(host)) return []
  if (host !== '0.0.0.0' && host !== '::') return [host]
  const all = Object.values(networkInterfaces()).flatMap(list => list ?? [])
  return all.filter(one => one.family === 'IPv4' && !one.internal).map(one => one.address)
}

/** Does it reach beyond this machine? */
function isOpenToOthers(host: string): boolean {
  return !(host === 'localhost' || host === '::1' || host.startsWith('127.'))
}

function following(port: number): number[] {
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
