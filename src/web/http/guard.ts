/** Rules for every request: where it comes from, and what its answer may do in a browser. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { refusalOf } from './access.ts'
import { callerOf, refuse } from './api.ts'
import type { LogOnce } from './refusal-log.ts'

export function guard(app: FastifyInstance, names: ReadonlySet<string>, complaints: LogOnce): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS)
    const why = refusalOf(callerOf(request), names)
    if (why === null) return undefined
    complaints.tell('caller', `a request from ${request.socket.remoteAddress} was refused: ${why}`)
    return refuse(reply, 403, { code: 'host', message: why })
  })
  app.setNotFoundHandler((request, reply) =>
    refuse(reply, 404, { code: 'unknown', message: `${request.method} here is not known: see /api/openapi.json` }),
  )
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    complaints.tell(`${status}`, `a request from ${request.socket.remoteAddress} was refused: ${error.message}`)
    const message =
      status === 415 ? 'the content must be JSON, with the header content-type: application/json' : error.message
    return refuse(reply, status, { code: status < 500 ? 'request' : 'failed', message })
  })
}

/**
 * Turns away a request whose address cannot be read, which reaches no hook. The connection ends with it: nobody else would
 * end one that a WebSocket was asked for on.
 */
export function unreadable(complaints: LogOnce) {
  return (error: Error & { statusCode?: number }, request: FastifyRequest, reply: FastifyReply): void => {
    complaints.tell('address', `a request from ${request.socket.remoteAddress} was refused: ${UNREADABLE}`)
    reply.raw.once('finish', () => request.raw.socket.destroySoon())
    refuse(reply.headers(HEADERS), error.statusCode ?? 400, { code: 'request', message: UNREADABLE })
  }
}

/** A part of an address is no longer than this. */
export const LONGEST_PART = 64
const UNREADABLE = `the address is malformed, or a part of it is longer than ${LONGEST_PART} characters: see /api/openapi.json`

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}
