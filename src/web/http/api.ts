/** The HTTP interface: reading for everybody, changing for those who may. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Refusal, Reply } from '../../loop/types.ts'
import type { WebHealth, WebSources } from '../sources.ts'
import { plain } from '../wire.ts'
import type { Access, Caller } from './access.ts'
import type { LogOnce } from './log-once.ts'
import { metricsText } from './metrics.ts'
import { openApi } from './openapi.ts'

export interface ApiParts {
  readonly sources: WebSources
  readonly access: Access
  readonly complaints: LogOnce
  readHealth(): WebHealth
  viewers(): number
}

const STATUS_OF: Readonly<Record<string, number>> = {
  ...{ unknown: 404, revision: 409, busy: 503 },
  // Of requests to other neurons.
  ...{ off: 503, offline: 503, denied: 403, silent: 504, alive: 409 },
}

export function serveApi(app: FastifyInstance, parts: ApiParts): void {
  serveReading(app, parts)
  serveControl(app, parts)
  serveLogin(app, parts)
}

/** Who a request comes from. */
export function callerOf({ headers, socket }: Pick<FastifyRequest, 'headers' | 'socket'>): Caller {
  const forwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
  return { host: headers.host, origin: headers.origin, address: socket.remoteAddress, forwarded }
}

export function refuse(reply: FastifyReply, status: number, error: Refusal): FastifyReply {
  return sendJson(reply.code(status), { ok: false, error })
}

function serveReading(app: FastifyInstance, { sources, readHealth, viewers }: ApiParts): void {
  app.get('/api/state', (_request, reply) => {
    const { id, boot } = sources
    return sendJson(reply, { id, boot, ...sources.state(), link: sources.link() })
  })
  app.get('/api/params', (_request, reply) => {
    const { rev, params } = sources.params()
    return sendJson(reply, { ...params, ...(sources.synapses && { synapses: sources.synapses() }), rev })
  })
  app.get('/api/info', (_request, reply) => sendJson(reply, sources.info()))
  app.get('/api/openapi.json', (_request, reply) => {
    const { version } = { version: '', ...sources.info() }
    return sendJson(reply, openApi(sources.id, String(version), sources))
  })
  app.get('/healthz', (_request, reply) => {
    const ok = sources.verdict().state !== 'dead'
    return sendJson(reply.code(ok ? 200 : 503), { ok, tickAgeMs: readHealth().tickAgeMs })
  })
  app.get('/readyz', (_request, reply) => {
    const { state, why } = sources.verdict()
    const { inputLost, faults, warnings } = sources.state()
    const ok = state === 'ready'
    const outputs = !Object.keys(faults).some(name => name !== 'knob')
    const checks = { ticks: state !== 'dead', knob: !inputLost, outputs }
    const answer = { ok, state, why, ...checks, faults, warnings, broker: sources.link() }
    return sendJson(reply.code(ok ? 200 : 503), answer)
  })
  app.get('/metrics', (_request, reply) => {
    const { id } = sources
    reply.type('text/plain; version=0.0.4; charset=utf-8')
    return metricsText({
      id,
      state: sources.state(),
      health: readHealth(),
      verdict: sources.verdict(),
      link: sources.link(),
      viewers: viewers(),
    })
  })
}

/** What is to stand before every request that changes something. */
export function controllersOnly({ access, complaints }: Pick<ApiParts, 'access' | 'complaints'>) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const caller = callerOf(request)
    if (access.mayControl(caller, request.headers)) return undefined
    complaints.tell('token', `control without the token from ${caller.address} was refused`)
    const message = 'control from another machine needs the token: open the link that the terminal shows'
    return refuse(reply, 403, { code: 'token', message })
  }
}

function serveControl(app: FastifyInstance, parts: ApiParts): void {
  const { sources } = parts
  const preHandler = controllersOnly(parts)
  app.patch('/api/params', { preHandler }, (request, reply) => {
    return answer(reply, sources.control.patch(request.body))
  })
  app.post<{ Params: { verb: string } }>('/api/cmd/:verb', { preHandler }, (request, reply) => {
    return answer(reply, sources.control.command(request.params.verb, request.body ?? {}))
  })
}

function serveLogin(app: FastifyInstance, { access, complaints }: ApiParts): void {
  app.post('/api/login', (request, reply) => {
    const { token } = { token: undefined, ...(request.body as object | null) }
    if (!access.isToken(token)) {
      complaints.tell('login', `a wrong token from ${request.socket.remoteAddress} was refused`)
      return refuse(reply, 403, { code: 'token', message: 'this token is not the one that the terminal shows now' })
    }
    return sendJson(reply.header('set-cookie', access.cookie), { ok: true, result: null })
  })
}

export function answer(reply: FastifyReply, answered: Reply): FastifyReply {
  return sendJson(reply.code(answered.ok ? 200 : (STATUS_OF[answered.error.code] ?? 400)), answered)
}

export function sendJson(reply: FastifyReply, content: unknown): FastifyReply {
  return reply.type('application/json; charset=utf-8').header('cache-control', 'no-store').send(plain(content))
}

interface ToPeer {
  Params: { readonly id: string; readonly verb: string }
}

/** What stands for all of them. */
const ALL = 'all'

export function serveWallApi(app: FastifyInstance, parts: ApiParts): void {
  const { peers, control } = parts.sources
  const preHandler = controllersOnly(parts)

  app.get('/api/peers', async (_request, reply) => {
    const stop = peers.watch()
    try {
      await peers.settled()
      return sendJson(reply, { broker: peers.status(), peers: peers.list() })
    } finally {
      stop()
    }
  })
  app.post<ToPeer>('/api/peers/:id/cmd/:verb', { preHandler }, async (request, reply) => {
    const { id, verb } = request.params
    if (!Object.hasOwn(control.verbs, verb)) return refuse(reply, 404, unknownVerb(verb, Object.keys(control.verbs)))
    return relay(reply, id, `cmd/${verb}`, request.body ?? {})
  })
  app.patch<ToPeer>('/api/peers/:id/params', { preHandler }, (request, reply) => {
    return relay(reply, request.params.id, 'params/set', request.body)
  })

  app.delete<{ Params: { readonly id: string } }>('/api/peers/:id', { preHandler }, async (request, reply) => {
    return answer(reply, await peers.forget(request.params.id))
  })

  async function relay(reply: FastifyReply, id: string, what: string, content: unknown): Promise<FastifyReply> {
    if (typeof content !== 'object' || content === null || Array.isArray(content)) return refuse(reply, 400, NO_OBJECT)
    const answered: Reply = await (id === ALL ? peers.askAll(what, content) : peers.ask(id, what, content))
    return answer(reply, answered)
  }
}

const NO_OBJECT: Refusal = { code: 'type', message: 'the body must be a JSON object like {"on":false}' }

function unknownVerb(verb: string, known: readonly string[]): Refusal {
  return { code: 'unknown', message: `"${verb}" is not a command, must be one of ${known.join(', ')}` }
}
