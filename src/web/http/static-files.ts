/** The files of the dashboard, held in memory: what is not among them does not exist, whatever the path says. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyInstance } from 'fastify'

export interface Page {
  readonly type: string
  /** Changes with the content. */
  readonly etag: string
  readonly body: Buffer
  /** The body for a browser that accepts these encodings, and the encoding that it came in. */
  encoded(accepted: string): Promise<{ readonly body: Buffer; readonly encoding?: 'br' | 'gzip' }>
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

/** Page by address: `/`, `/login`, `/app.js`. Empty where nothing was built. */
export function readPages(folder: URL): ReadonlyMap<string, Page> {
  const names = filesIn(folder).filter(name => typeOf(name) !== undefined)
  return new Map(names.map(name => [addressOf(name), pageOf(name, readFileSync(new URL(name, folder)))]))
}

function filesIn(folder: URL): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function pageOf(name: string, body: Buffer): Page {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 20)}"`
  const once = <T>(make: () => Promise<T>) => {
    let made: Promise<T> | undefined
    return () => {
      made ??= make()
      return made
    }
  }
  // Compressed when first asked for, off the main thread; 9 of 11, since the last two cost ten times as long.
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }
  const br = once(() => promisify(brotliCompress)(body, quality))
  const gz = once(() => promisify(gzip)(body))
  return {
    type: typeOf(name) as string,
    etag,
    body,
    async encoded(accepted) {
      if (/\bbr\b/.test(accepted)) return { body: await br(), encoding: 'br' }
      if (/\bgzip\b/.test(accepted)) return { body: await gz(), encoding: 'gzip' }
      return { body }
    },
  }
}

function typeOf(name: string): string | undefined {
  return TYPES[name.split('.').at(-1) as string]
}

function addressOf(name: string): string {
  if (name === 'index.html') return '/'
  return `/${name.replace(/\.html$/, '')}`
}

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
