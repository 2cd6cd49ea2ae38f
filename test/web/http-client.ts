import { type IncomingHttpHeaders, request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it without ceremony
  readonly json: any
}

interface Question {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** One HTTP request with exactly these headers, also those that fetch would not send. */
export function ask(url: string, { method = 'GET', headers = {}, body }: Question = {}): Promise<Answer> {
  const { hostname, port } = new URL(url)
  // The path as it is written: URL would tidy it up.
  const path = url.slice(url.indexOf('/', 'http://'.length))
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, method, headers, agent: false }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', chunk => {
        text += chunk
      })
      response.on('end', () => {
        const isJson = response.headers['content-type']?.startsWith('application/json')
        const { statusCode = 0, headers: answered } = response
        resolve({ status: statusCode, headers: answered, text, json: isJson ? JSON.parse(text) : undefined })
      })
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

export function askJson(url: string, method: string, body: unknown, headers: Record<string, string> = {}) {
  return ask(url, { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
}
