/** The HTTP interface: everybody may read, changes need control of the neuron. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { checkFields, refusalFields, type ValuesOf } from '../../fields/field-types-and-checks.ts'
import type { LessonLanguage } from '../../lessons/report.ts'
import type { Timers } from '../../loop/clock.ts'
import type { Refusal, Reply } from '../../loop/types.ts'
import type { WebSources } from '../data-sources.ts'
import type { Figures } from '../figures.ts'
import { toJson } from '../wire-format.ts'
import { ACCESS_FIELDS, type AccessControl, type Caller } from './access.ts'
import { metricsText } from './metrics.ts'
import { openApi } from './openapi.ts'
import { addSpikesAndTraceRoutes } from './recent-spikes-and-trace.ts'
import type { RefusalLog } from './refusal-log.ts'

interface ApiContext {
  readonly sources: WebSources
  readonly access: AccessControl
  readonly refusals: RefusalLog
  readonly timers: Timers
  readFigures(): Figures
  /** The addresses of this page for other machines. */
  lanUrls(): readonly string[]
  /** What pages may do has changed. */
  accessChanged(): void
}

/** Path parameters of a request to another neuron; the id `all` means every neuron. */
interface PeerRoute {
  Params: { readonly id: string; readonly verb: string }
}

const ALL = 'all'
const LARGEST_PROGRESS_BYTES = 256 * 1024
const NOT_AN_OBJECT: Refusal = { code: 'type', message: 'the body must be a JSON object like {"on":false}' }
const STATUS_OF: Readonly<Record<string, number>> = {
  ...{ unknown: 404, revision: 409, busy: 503, locked: 403 },
  // Requests to other neurons.
  ...{ off: 503, offline: 503, denied: 403, silent: 504, alive: 409 },
  // Lessons.
  ...{ locked: 403, idle: 409, paused: 409, unfinished: 409, early: 409, missing: 409 },
}

export function addApiRoutes(app: FastifyInstance, context: ApiContext): void {
  addReadRoutes(app, context)
  addSpikesAndTraceRoutes(app, { ...context, sendRefusal })
  addHealthRoutes(app, context)
  addControlRoutes(app, context)
  addAccessRoutes(app, context)
  addPeerRoutes(app, context)
  addLessonRoutes(app, context)
}

function addReadRoutes(app: FastifyInstance, { sources }: ApiContext): void {
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
}

function addHealthRoutes(app: FastifyInstance, { sources, readFigures }: ApiContext): void {
  app.get('/healthz', (_request, reply) => {
    const { verdict, health } = readFigures()
    const ok = verdict.state !== 'dead'
    return sendJson(reply.code(ok ? 200 : 503), { ok, tickAgeMs: health.tickAgeMs })
  })
  app.get('/readyz', (_request, reply) => {
    const { verdict, state: neuron, link } = readFigures()
    const { state, why } = verdict
    const { inputLost, faults, warnings } = neuron
    const ok = state === 'ready'
    const outputs = !Object.keys(faults).some(name => name !== 'knob')
    const checks = { ticks: state !== 'dead', knob: !inputLost, outputs }
    const result = { ok, state, why, ...checks, faults, warnings, broker: link }
    return sendJson(reply.code(ok ? 200 : 503), result)
  })
  app.get('/metrics', (_request, reply) => {
    reply.type('text/plain; version=0.0.4; charset=utf-8')
    return metricsText(sources.id, readFigures())
  })
}

function addControlRoutes(app: FastifyInstance, context: ApiContext): void {
  const { control } = context.sources
  const preHandler = requireControl(context)
  app.patch('/api/params', { preHandler }, (request, reply) => sendReply(reply, control.patch(request.body)))
  app.post<{ Params: { verb: string } }>('/api/cmd/:verb', { preHandler }, (request, reply) =>
    sendReply(reply, control.command(request.params.verb, request.body ?? {})),
  )
}

function addAccessRoutes(app: FastifyInstance, { access, refusals, lanUrls, accessChanged }: ApiContext): void {
  app.post('/api/login', (request, reply) => {
    const { token } = { token: undefined, ...(request.body as object | null) }
    const cookie = access.cookieFor(token)
    if (cookie === undefined) {
      refusals.log('login', `a wrong token from ${request.socket.remoteAddress} was refused`)
      return sendRefusal(reply, 403, {
        code: 'token',
        message: 'this token is not one that the terminal or the page shows now',
      })
    }
    return sendJson(reply.header('set-cookie', cookie), { ok: true, result: null })
  })
  app.get('/api/access', (request, reply) => {
    const own = access.accessOf(callerOf(request), request.headers)
    const tokens = {
      ...(own.role !== 'watch' && { pupils: access.pupilToken }),
      ...(own.role === 'teach' && { teacher: access.token }),
    }
    return sendJson(reply, { ...own, tokens, urls: lanUrls() })
  })
  app.post('/api/access', (request, reply) => {
    const { role } = access.accessOf(callerOf(request), request.headers)
    if (role !== 'teach') {
      refusals.log('teacher', `a change of the access by ${request.socket.remoteAddress} was refused`)
      const message =
        "only the teacher may lock the neuron and replace the pupils' link: open the link that the terminal shows"
      return sendRefusal(reply, 403, { code: 'token', message })
    }
    const given: Partial<ValuesOf<typeof ACCESS_FIELDS>> = (request.body ?? {}) as object
    if (typeof given !== 'object' || Array.isArray(given)) return sendRefusal(reply, 400, NOT_AN_OBJECT)
    const [complaint, ...others] = checkFields(ACCESS_FIELDS, given, 'is not known here; known are')
    if (complaint) {
      const code = complaint.isUnknown ? 'unknown' : 'type'
      return sendRefusal(reply, 400, { code, ...refusalFields([complaint, ...others]) })
    }
    if (given.locked !== undefined) access.lock(given.locked)
    if (given.replace) access.replacePupilToken()
    accessChanged()
    return sendJson(reply, { ok: true, result: access.accessOf(callerOf(request), request.headers) })
  })
}

interface LanguageRoute {
  Querystring: { readonly language?: unknown }
}

function addLessonRoutes(app: FastifyInstance, context: ApiContext): void {
  const { id, lessons } = context.sources
  const preHandler = requireControl(context)
  app.get<LanguageRoute>('/api/lesson', (request, reply) =>
    sendJson(reply, lessons.report(languageOf(request.query.language))),
  )
  app.get<LanguageRoute>('/api/lesson/worksheet', (request, reply) =>
    sendJson(reply, lessons.worksheet(languageOf(request.query.language))),
  )
  // It holds answers: others on the network need not read them.
  app.get('/api/lesson/progress', { preHandler }, (_request, reply) => {
    const file = lessons.progressFile(id)
    const message = 'no lesson runs: there is no progress to keep'
    return file === null ? sendRefusal(reply, 409, { code: 'idle', message }) : sendJson(reply, file)
  })
  app.post('/api/lesson/progress', { preHandler, bodyLimit: LARGEST_PROGRESS_BYTES }, (request, reply) =>
    sendReply(reply, lessons.takeUp(request.body, id)),
  )
}

function addPeerRoutes(app: FastifyInstance, context: ApiContext): void {
  const { peers, control } = context.sources
  const preHandler = requireControl(context)

  app.get('/api/peers', async (_request, reply) => {
    const stop = peers.watch()
    try {
      await peers.settled()
      return sendJson(reply, { broker: peers.status(), peers: peers.list() })
    } finally {
      stop()
    }
  })
  app.post<PeerRoute>('/api/peers/:id/cmd/:verb', { preHandler }, async (request, reply) => {
    const { id, verb } = request.params
    if (verb === 'lesson') return relayLesson(request, reply)
    if (!Object.hasOwn(control.verbs, verb))
      return sendRefusal(reply, 404, unknownVerb(verb, Object.keys(control.verbs)))
    if (id === ALL && !isTeacher(request)) return refuseStudent(request, reply, 'commands all neurons')
    return relay(reply, id, `cmd/${verb}`, request.body ?? {})
  })
  app.patch<PeerRoute>('/api/peers/:id/params', { preHandler }, (request, reply) => {
    const { id } = request.params
    if (id === ALL && !isTeacher(request)) return refuseStudent(request, reply, 'changes all neurons')
    return relay(reply, id, 'params/set', request.body)
  })
  app.delete<{ Params: { readonly id: string } }>('/api/peers/:id', { preHandler }, async (request, reply) => {
    return sendReply(reply, await peers.forget(request.params.id))
  })

  /** Over MQTT a lesson is led: that is the teacher's alone. */
  async function relayLesson(request: FastifyRequest<PeerRoute>, reply: FastifyReply): Promise<FastifyReply> {
    if (!isTeacher(request)) return refuseStudent(request, reply, 'leads lessons on other neurons')
    return relay(reply, request.params.id, 'cmd/lesson', withLessonNamed(request.body))
  }

  function isTeacher(request: FastifyRequest): boolean {
    return context.access.accessOf(callerOf(request), request.headers).role === 'teach'
  }

  /** What goes to all neurons passes the locks of their lessons. */
  function refuseStudent(request: FastifyRequest, reply: FastifyReply, what: string): FastifyReply {
    context.refusals.log('teacher', `what the teacher alone may do was refused to ${request.socket.remoteAddress}`)
    const message = `only the teacher ${what}: open the link that the terminal shows`
    return sendRefusal(reply, 403, { code: 'token', message })
  }

  async function relay(reply: FastifyReply, id: string, what: string, content: unknown): Promise<FastifyReply> {
    if (typeof content !== 'object' || content === null || Array.isArray(content)) {
      return sendRefusal(reply, 400, NOT_AN_OBJECT)
    }
    return sendReply(reply, await (id === ALL ? peers.askAll(what, content) : peers.ask(id, what, content)))
  }
}

/** The lesson in a request to another neuron, whose `id` names the request there. */
function withLessonNamed(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('id' in body)) return body
  const { id, ...rest } = body
  return { lesson: id, ...rest }
}

function unknownVerb(verb: string, known: readonly string[]): Refusal {
  return { code: 'unknown', message: `"${verb}" is not a command, must be one of ${known.join(', ')}` }
}

/** The hook before every request that changes something. */
function requireControl({ access, refusals }: ApiContext) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const caller = callerOf(request)
    const { role, mayControl } = access.accessOf(caller, request.headers)
    if (mayControl) return undefined
    if (role === 'control') {
      return sendRefusal(reply, 403, {
        code: 'locked',
        message: 'the teacher has locked the neuron: wait until it is unlocked',
      })
    }
    refusals.log('token', `control without the token from ${caller.address} was refused`)
    const message = 'control from another machine needs the token: open the link that the terminal shows'
    return sendRefusal(reply, 403, { code: 'token', message })
  }
}

export function callerOf({ headers, socket }: Pick<FastifyRequest, 'headers' | 'socket'>): Caller {
  const forwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
  return { host: headers.host, origin: headers.origin, address: socket.remoteAddress, forwarded }
}

/** The language of lessons; of any other word, English. */
export function languageOf(word: unknown): LessonLanguage {
  return word === 'de' ? word : 'en'
}

function sendReply(reply: FastifyReply, content: Reply): FastifyReply {
  return sendJson(reply.code(content.ok ? 200 : statusOf(content.error)), content)
}

/** What is asked for is not there, or else a name in the request is wrong: then the refusal has its path. */
function statusOf({ code, path }: Refusal): number {
  return code === 'unknown' && path !== undefined ? 400 : (STATUS_OF[code] ?? 400)
}

export function sendRefusal(reply: FastifyReply, status: number, error: Refusal): FastifyReply {
  return sendJson(reply.code(status), { ok: false, error })
}

function sendJson(reply: FastifyReply, content: unknown): FastifyReply {
  return reply.type('application/json; charset=utf-8').header('cache-control', 'no-store').send(toJson(content))
}
