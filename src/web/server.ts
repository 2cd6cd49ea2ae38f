/** The dashboard's server: pages, HTTP interface, live frames. It may fail and stall without delaying a spike. */
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import type { FastifyInstance } from 'fastify'
import type { WebContext, WebSources } from './data-sources.ts'
import { openFigures } from './figures.ts'
import { type AccessControl, allowedHostNames, createAccessControl } from './http/access.ts'
import { addApiRoutes, callerOf, languageOf } from './http/api.ts'
import { addGuard, MAX_PATH_PART_LENGTH, malformedAddressHandler } from './http/guard.ts'
import { openAccessStore } from './http/kept-access.ts'
import { listenOnFreePort, localAddress, networkAddresses } from './http/listen.ts'
import { createRefusalLog, type RefusalLog } from './http/refusal-log.ts'
import { addStaticRoutes } from './http/static-files.ts'
import { openNeuronViewers } from './live/neuron-viewers.ts'
import type { Viewers } from './live/viewers.ts'
import { openWallViewers } from './live/wall-viewers.ts'
import type { WebOptions } from './options.ts'

export interface Web {
  /** Its address on this machine, like http://127.0.0.1:8080. */
  readonly url: string
  /** Its addresses for other machines; empty while it listens on this machine alone. */
  readonly lanUrls: readonly string[]
  /** The teacher's. Other machines must send it to change something: Authorization: Bearer TOKEN. */
  readonly token: string
  /** The link that gives a browser control. The token is behind #, which is never sent or logged. */
  controlLink(url: string): string
  status(): WebStatus
  close(): Promise<void>
}

export interface WebStatus {
  readonly viewers: number
  /** Viewers that get fewer frames at the moment. */
  readonly slowViewers: number
  /** Requests that were refused since the start. */
  readonly refused: number
}

const LARGEST_BODY_BYTES = 512 * 1024
/** A browser only sends `{"watch":true}`. */
const LARGEST_MESSAGE_BYTES = 256
/** A browser that sleeps does not answer when its connection is closed, and the stopping program waits for it. */
const CLOSE_TIMEOUT_MS = 1000
const SOCKET_OPTIONS = { maxPayload: LARGEST_MESSAGE_BYTES, perMessageDeflate: false, closeTimeout: CLOSE_TIMEOUT_MS }
const POLICY_VIOLATION = 1008
const REQUEST_MS = 10_000

/**
 * Serves the dashboard.
 * @throws Error that names the setting, if web.host is no address of this machine or web.tokenFile cannot be read
 */
export async function openWeb(options: WebOptions, sources: WebSources, context: WebContext): Promise<Web> {
  const refusals = createRefusalLog(context.log)
  let port = 0
  const store = openAccessStore(context.accessFile, context.log)
  const access = createAccessControl(tokenFrom(options.tokenFile), store, () => port)
  const wallViewers = openWallViewers(sources, context)
  const countViewers = (): number => viewers.count() + wallViewers.count()
  const readFigures = openFigures(sources, context, countViewers)
  const viewers = openNeuronViewers(sources, context, readFigures)

  const app = await createApp(refusals)
  addGuard(app, allowedHostNames(hostname(), options.names), refusals)
  const lanUrls = () => networkAddresses(options.host).map(address => `http://${bracketed(address)}:${port}`)
  const accessChanged = () => {
    viewers.accessChanged()
    wallViewers.accessChanged()
  }
  const { timers } = context
  addApiRoutes(app, { sources, access, refusals, timers, readFigures, lanUrls, accessChanged })
  addStaticRoutes(app, new URL('./public/', import.meta.url))
  // WebSocket routes must be added after their plug-in is loaded.
  app.after(() => {
    addLiveRoute(app, '/live', viewers, access, refusals)
    addLiveRoute(app, '/wall/live', wallViewers, access, refusals)
  })

  const { host } = options
  const closeViewers = () => {
    viewers.close()
    wallViewers.close()
  }
  try {
    const listen = async (port: number) => void (await app.listen({ host, port }))
    await listenOnFreePort(listen, host, options.port, context.log)
  } catch (error) {
    closeViewers()
    await app.close()
    throw error
  }
  port = (app.server.address() as AddressInfo).port
  let closing: Promise<void> | undefined
  return {
    url: `http://${bracketed(localAddress(host))}:${port}`,
    lanUrls: lanUrls(),
    token: access.token,
    controlLink: url => `${url}/login#${encodeURIComponent(access.token)}`,
    status: () => ({
      viewers: countViewers(),
      slowViewers: viewers.slowCount() + wallViewers.slowCount(),
      refused: refusals.count(),
    }),
    close() {
      closeViewers()
      closing ??= app.close()
      return closing
    },
  }
}

async function createApp(refusals: RefusalLog): Promise<FastifyInstance> {
  // Fastify takes some 100 ms to load: loaded here, it does not delay the first spikes.
  const [{ fastify }, websocket] = await Promise.all([import('fastify'), import('@fastify/websocket')])
  const app = fastify({
    bodyLimit: LARGEST_BODY_BYTES,
    requestTimeout: REQUEST_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_PATH_PART_LENGTH },
    frameworkErrors: malformedAddressHandler(refusals),
  })
  // A form on a foreign page may send a text body without a preflight request.
  app.removeContentTypeParser('text/plain')
  await app.register(websocket.default, { options: SOCKET_OPTIONS })
  return app
}

function addLiveRoute(
  app: FastifyInstance,
  path: string,
  viewers: Viewers,
  access: AccessControl,
  refusals: RefusalLog,
): void {
  app.get<{ Querystring: { readonly language?: unknown } }>(path, { websocket: true }, (socket, request) => {
    const caller = callerOf(request)
    const { headers } = request
    const viewer = viewers.add(socket, () => access.accessOf(caller, headers), languageOf(request.query.language))
    socket.on('close', () => viewer?.leave())
    socket.on('error', error => refusals.log('frame', `a broken WebSocket message was refused: ${error.message}`))
    socket.on('message', (data, isBinary) => {
      const on = isBinary ? undefined : parseWatch(String(data))
      if (on !== undefined) {
        viewer?.watch(on)
        return
      }
      refusals.log('message', `an unknown WebSocket message from ${request.socket.remoteAddress} was refused`)
      socket.close(POLICY_VIOLATION, 'must be {"watch":true} or {"watch":false}')
    })
  })
}

function parseWatch(text: string): boolean | undefined {
  return { '{"watch":true}': true, '{"watch":false}': false }[text]
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
