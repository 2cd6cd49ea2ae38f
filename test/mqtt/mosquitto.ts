import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** A mosquitto of our own on a free port of this machine. */
export interface Mosquitto {
  readonly port: number
  start(): Promise<void>
  kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void
  /** Ends it and removes its files. */
  close(): Promise<void>
}

/**
 * @param users names and passwords; none means that everybody is let in
 * @param more lines for its configuration; with `allow_anonymous` among them, that holds
 */
export async function startMosquitto(
  users: Readonly<Record<string, string>> = {},
  more: readonly string[] = [],
): Promise<Mosquitto> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'neurond-mosquitto-'))
  const config = join(folder, 'mosquitto.conf')
  const passwords = join(folder, 'passwords')
  const named = Object.entries(users)
  named.forEach(([name, password], i) => {
    execFileSync('mosquitto_passwd', [...(i === 0 ? ['-c'] : []), '-b', passwords, name, password])
  })
  const lines = [
    `listener ${port} 127.0.0.1`,
    ...(more.some(line => line.startsWith('allow_anonymous')) ? [] : [`allow_anonymous ${named.length === 0}`]),
    ...(named.length > 0 ? [`password_file ${passwords}`] : []),
    `user ${userInfo().username}`,
    'set_tcp_nodelay true',
    ...more,
  ]
  writeFileSync(config, lines.map(line => `${line}\n`).join(''))
  let child: ChildProcess | undefined
  let gone = Promise.resolve()

  async function start(): Promise<void> {
    // One that was killed may still answer for a moment.
    await gone
    // Debian keeps it where only root's PATH leads.
    const PATH = `${process.env.PATH}:/usr/sbin`
    child = spawn('mosquitto', ['-c', config], { stdio: 'ignore', env: { ...process.env, PATH } })
    gone = exited(child)
    await until(() => answers(port), 'mosquitto to listen')
  }

  await start()
  return {
    port,
    start,
    kill: signal => child?.kill(signal),
    async close() {
      child?.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A connection to a broker that can be pulled out, and plugged in again. */
export interface Cable {
  readonly url: string
  pull(): void
  plugIn(): Promise<void>
}

export async function layCable(brokerPort: number): Promise<Cable> {
  const port = await freePort()
  const sockets = new Set<net.Socket>()
  const server = net.createServer(near => {
    const far = net.connect(brokerPort, '127.0.0.1')
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.once('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  })
  const cable = {
    url: `mqtt://127.0.0.1:${port}`,
    pull() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
    plugIn: () => new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve)),
  }
  await cable.plugIn()
  return cable
}

export async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Waits for something that must come true within half a minute, or as many seconds as are given: machines are slow now and then. */
export async function until(happened: () => boolean | Promise<boolean>, what: string, patienceS = 30): Promise<void> {
  for (let waitedMs = 0; waitedMs < patienceS * 1000; waitedMs += 10) {
    if (await happened()) return
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  throw new Error(`waited ${patienceS} s in vain for ${what}`)
}

function exited(child: ChildProcess): Promise<void> {
  return new Promise(resolve => child.once('exit', () => resolve()))
}

export function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
