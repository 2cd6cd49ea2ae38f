/** The dashboard's server: pages, HTTP interface, live frames. It can fail and stall without moving a spike. */
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import type { FastifyInstance } from 'fastify'
import type { WebContext, WebHealth, WebSources } from './data-sources.ts'
import { type Access, createAccess, knownNames } from './http/access.ts'
import { callerOf, serveApi, serveWallApi } from './http/api.ts'
import { guard, LONGEST_PART, unreadable } from './http/guard.ts'
import { listenSomewhere, localAddress, networkAddresses } from './http/listen.ts'
import { createLogOnce, type LogOnce } from './http/refusal-log.ts'
import { readPages, servePages } from './http/static-files.ts'
import { openViewers, type Socket, type Viewers } from './live/viewers.ts'
import { openWallViewers } from './live/wall-viewers.ts'
import type { WebOptions } from './options.ts'

export interface Web {
  /** Where this machine finds it, like http://127.0.0.1:8080. */
  readonly url: string
  /** Where other machines find it; empty while it listens on this machine alone. */
  readonly lanUrls: readonly string[]
  /** What another machine must show to change something: Authorization: Bearer TOKEN. */
  readonly token: string
  /** The link that makes the browser which opens it a controller; the token stands behind #, which is never sent or logged. */
  controlLink(url: string): string
  status(): WebStatus
  close(): Promise<void>
}

export interface WebStatus {
  readonly viewers: number
  /** Viewers that get fewer frames at the moment. */
  readonly slowViewers: number
  /** Requests that were turned away since the start. */
  readonly refused: number
}

const LARGEST_BODY_BYTES = 512 * 1024
/** A browser has nothing long to say: `{"watch":true}`. */
const LARGEST_MESSAGE_BYTES = 256
/** A browser that sleeps does not answer that its connection ends, and the program that stops waits for it. */
const FAREWELL_MS = 1000
const SOCKET_OPTIONS = { maxPayload: LARGEST_MESSAGE_BYTES, perMessageDeflate: false, closeTimeout: FAREWELL_MS }
const POLICY_VIOLATION = 1008
const HEALTH_AGE_MS = 1000
const REQUEST_MS = 10_000

/**
 * Serve the dashboard.
 * @throws Error that names the setting, if web.host is no address of this machine or web.tokenFile cannot be read
 */
export async function openWeb(options: WebOptions, sources: WebSources, context: WebContext): Promise<Web> {
  // Fastify takes some 100 ms to load: by then the neuron fires already.
  const [{ fastify }, websocket] = await Promise.all([import('fastify'), import('@fastify/websocket')])
  const complaints = createLogOnce(context.log)
  let port = 0
  const access = createAccess(tokenFrom(options.tokenFile), () => port)
  const readHealth = agingHealth(sources, context)
  const viewers = openViewers(sources, context, readHealth)
  const wall = openWallViewers(sources, context)
  const countViewers = () => viewers.count() + wall.count()
  const app = fastify({
    bodyLimit: LARGEST_BODY_BYTES,
    requestTimeout: REQUEST_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: LONGEST_PART },
    frameworkErrors: unreadable(complaints),
  })
  // A text body would be what a form on a page of a stranger's can send without being asked first.
  app.removeContentTypeParser('text/plain')
  await app.register(websocket.default, { options: SOCKET_OPTIONS })
  guard(app, knownNames(hostname(), options.names), complaints)
  const parts = { sources, access, complaints, readHealth, viewers: countViewers }
  serveApi(app, parts)
  serveWallApi(app, parts)
  servePages(app, readPages(new URL('./public/', import.meta.url)))
  // Routes of WebSockets must come after their plug-in is there.
  app.after(() => {
    serveLive(app, '/live', viewers, access, complaints)
    serveLive(app, '/wall/live', wall, access, complaints)
  })

  const { host } = options
  const note: WebContext['log'] = (level, message) => context.log(level, message)
  try {
    await listenSomewhere(async at => void (await app.listen({ host, port: at })), host, options.port, note)
  } catch (error) {
    viewers.close()
    wall.close()
    await app.close()
    throw error
  }
  port = (app.server.address() as AddressInfo).port
  let closing: Promise<void> | undefined
  return {
    url: `http://${bracketed(localAddress(host))}:${port}`,
    lanUrls: networkAddresses(host).map(address => `http://${bracketed(address)}:${port}`),
    token: access.token,
    controlLink: url => `${url}/login#${encodeURIComponent(access.token)}`,
    status: () => ({
      viewers: countViewers(),
      slowViewers: viewers.slowCount() + wall.slowCount(),
      refused: complaints.count(),
    }),
    close() {
      viewers.close()
      wall.close()
      closing ??= app.close()
      return closing
    },
  }
}

function serveLive(app: FastifyInstance, address: string, viewers: Viewers, access: Access, complaints: LogOnce): void {
  app.get(address, { websocket: true }, (socket, request) => {
    const viewer = viewers.add(socket as Socket, access.mayControl(callerOf(request), request.headers))
    socket.on('close', () => viewer?.leave())
    socket.on('error', error => complaints.tell('frame', `a broken WebSocket message was refused: ${error.message}`))
    socket.on('message', (data, isBinary) => {
      const on = isBinary ? undefined : watchIn(String(data))
      if (on !== undefined) {
        viewer?.watch(on)
        return
      }
      complaints.tell('message', `an unknown WebSocket message from ${request.socket.remoteAddress} was refused`)
      socket.close(POLICY_VIOLATION, 'must be {"watch":true} or {"watch":false}')
    })
  })
}

function watchIn(text: string): boolean | undefined {
  return { '{"watch":true}': true, '{"watch":false}': false }[text]
}

/** The figures since they were last read belong to one reader: whoever asks within a second gets the same. */
function agingHealth(sources: WebSources, context: WebContext): () => WebHealth {
  let health = sources.health()
  let readMs = context.timers.nowMs()
  return () => {
    if (context.timers.nowMs() - readMs < HEALTH_AGE_MS) return health
    readMs = context.timers.nowMs()
    health = sources.health()
    return health
  }
}

function tokenFrom(file: string): string {
  if (file === '') return ''
  try {
    return (readFileSync(file, 'utf8').split('\n', 1)[0] as string).trim()
  } catch (cause) {
    throw new Error(`web.tokenFile is ${JSON.stringify(file)}, which cannot be read: ${(cause as Error).message}`, {
      cause,
    })
  }
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}
