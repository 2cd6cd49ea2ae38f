/** What holds for every request: the check of its origin, the security headers, and how errors are answered. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { originRefusal } from './access.ts'
import { callerOf, sendRefusal } from './api.ts'
import type { RefusalLog } from './refusal-log.ts'

type HttpError = Error & { statusCode?: number }

/** The longest part of a path that is accepted. */
export const MAX_PATH_PART_LENGTH = 64
const MALFORMED = `the address is malformed, or a part of it is longer than ${MAX_PATH_PART_LENGTH} characters: see /api/openapi.json`

const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

export function addGuard(app: FastifyInstance, allowedHosts: ReadonlySet<string>, refusals: RefusalLog): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS)
    const why = originRefusal(callerOf(request), allowedHosts)
    if (why === null) return undefined
    refusals.log('caller', `a request from ${request.socket.remoteAddress} was refused: ${why}`)
    return sendRefusal(reply, 403, { code: 'host', message: why })
  })
  app.setNotFoundHandler((request, reply) =>
    sendRefusal(reply, 404, { code: 'unknown', message: `${request.method} here is not known: see /api/openapi.json` }),
  )
  app.setErrorHandler((error: HttpError, request, reply) => {
    const status = error.statusCode ?? 500
    refusals.log(`${status}`, `a request from ${request.socket.remoteAddress} was refused: ${error.message}`)
    const message =
      status === 415 ? 'the content must be JSON, with the header content-type: application/json' : error.message
    return sendRefusal(reply, status, { code: status < 500 ? 'request' : 'failed', message })
  })
}

/**
 * Refuses a request whose address cannot be parsed, which reaches no hook. It also ends the connection: Fastify would
 * leave one open on which a WebSocket was requested.
 */
export function malformedAddressHandler(refusals: RefusalLog) {
  return (error: HttpError, request: FastifyRequest, reply: FastifyReply): void => {
    refusals.log('address', `a request from ${request.socket.remoteAddress} was refused: ${MALFORMED}`)
    reply.raw.once('finish', () => request.raw.socket.destroySoon())
    sendRefusal(reply.headers(SECURITY_HEADERS), error.statusCode ?? 400, { code: 'request', message: MALFORMED })
  }
}
