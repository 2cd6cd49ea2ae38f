import type { FastifyInstance } from 'fastify'
import type { Page } from './http/static.ts'

const MISSING = `the dashboard's pages are not built: npm run build`

/** Serve the pages; browsers keep them and ask only whether they have changed. */
export function servePages(app: FastifyInstance, pages: ReadonlyMap<string, Page>): void {
  if (!pages.has('/')) app.get('/', (_request, reply) => reply.code(503).type('text/plain').send(MISSING))
  for (const [address, page] of pages) {
    app.get(address, async (request, reply) => {
      reply.headers({ etag: page.etag, 'cache-control': 'no-cache', vary: 'accept-encoding' })
      if (request.headers['if-none-match'] === page.etag) return reply.code(304).send()
      const { body, encoding } = await page.encoded(String(request.headers['accept-encoding'] ?? ''))
      if (encoding !== undefined) reply.header('content-encoding', encoding)
      return reply.type(page.type).send(body)
    })
  }
}
