/** The built files of the dashboard, kept in memory: no path can reach any other file. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyInstance } from 'fastify'

interface StaticFile {
  readonly type: string
  /** Changes with the content. */
  readonly etag: string
  /** The body for a browser that accepts these encodings, and the encoding it has. */
  encoded(accepted: string): Promise<{ readonly body: Buffer; readonly encoding?: 'br' | 'gzip' }>
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}
const NOT_BUILT = `the dashboard's pages are not built: npm run build`

/** Serves the files; browsers cache them and only ask whether they have changed. */
export function addStaticRoutes(app: FastifyInstance, folder: URL): void {
  const files = readStaticFiles(folder)
  if (!files.has('/')) app.get('/', (_request, reply) => reply.code(503).type('text/plain').send(NOT_BUILT))
  for (const [path, file] of files) {
    app.get(path, async (request, reply) => {
      reply.headers({ etag: file.etag, 'cache-control': 'no-cache', vary: 'accept-encoding' })
      if (request.headers['if-none-match'] === file.etag) return reply.code(304).send()
      const { body, encoding } = await file.encoded(String(request.headers['accept-encoding'] ?? ''))
      if (encoding !== undefined) reply.header('content-encoding', encoding)
      return reply.type(file.type).send(body)
    })
  }
}

/** The files by path: `/`, `/login`, `/app.js`. The worksheet is a view of the main page. Empty if nothing was built. */
function readStaticFiles(folder: URL): ReadonlyMap<string, StaticFile> {
  const names = namesIn(folder).filter(name => typeOf(name) !== undefined)
  const files = new Map(names.map(name => [pathOf(name), staticFile(name, readFileSync(new URL(name, folder)))]))
  const main = files.get('/')
  return main === undefined ? files : new Map([...files, ['/worksheet', main]])
}

function namesIn(folder: URL): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function staticFile(name: string, body: Buffer): StaticFile {
  // 9 of 11, since the last two levels take ten times as long.
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }
  const brotli = once(() => promisify(brotliCompress)(body, quality))
  const gzipped = once(() => promisify(gzip)(body))
  return {
    type: typeOf(name) as string,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 20)}"`,
    async encoded(accepted) {
      if (/\bbr\b/.test(accepted)) return { body: await brotli(), encoding: 'br' }
      if (/\bgzip\b/.test(accepted)) return { body: await gzipped(), encoding: 'gzip' }
      return { body }
    },
  }
}

/** Compresses at the first request, off the main thread. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}

function typeOf(name: string): string | undefined {
  return TYPES[name.split('.').at(-1) as string]
}

function pathOf(name: string): string {
  return name === 'index.html' ? '/' : `/${name.replace(/\.html$/, '')}`
}
