/** The HTTP interface of the class wall: the neurons on the broker, and requests to them. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Refusal, Reply } from '../loop/types.ts'
import { type ApiParts, answer, controllersOnly, refuse, sendJson } from './http/api.ts'

interface ToPeer {
  Params: { readonly id: string; readonly verb: string }
}

/** What stands for all of them. */
const ALL = 'all'

export function serveWallApi(app: FastifyInstance, parts: ApiParts): void {
  const { peers, verbs } = parts.sources
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
    if (!Object.hasOwn(verbs, verb)) return refuse(reply, 404, unknownVerb(verb, Object.keys(verbs)))
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
