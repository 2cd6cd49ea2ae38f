import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An authority that nobody trusts, a server's certificate and a client's: files that are gone after the test. */
export interface Certificates {
  readonly folder: string
  readonly ca: string
  readonly serverCert: string
  readonly serverKey: string
  readonly clientCert: string
  readonly clientKey: string
  /** For mosquitto's configuration. */
  readonly lines: readonly string[]
  /** The server's certificate anew, valid from now on. */
  renew(): void
  close(): Promise<void>
}

/** @param days how long the server's is valid; below 0 it has expired */
export function makeCertificates({ days = 2 }: { readonly days?: number } = {}): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'neurond-tls-'))
  const at = (name: string) => join(folder, name)
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

  openssl(
    'req',
    '-x509',
    ...newKey,
    '-days',
    '2',
    '-subj',
    '/CN=throw-away',
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.crt'),
  )
  function issue(name: string, extension: string, days = 2): void {
    writeFileSync(at(`${name}.ext`), extension)
    openssl('req', ...newKey, '-subj', `/CN=${name}`, '-keyout', at(`${name}.key`), '-out', at(`${name}.csr`))
    const authority = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', String(days)]
    openssl(
      'x509',
      '-req',
      '-in',
      at(`${name}.csr`),
      ...authority,
      '-extfile',
      at(`${name}.ext`),
      '-out',
      at(`${name}.crt`),
    )
  }
  const issueServer = (days: number) => issue('server', 'subjectAltName=DNS:localhost', days)
  issueServer(days)
  issue('pi-a', 'basicConstraints=CA:FALSE')
  return {
    folder,
    ca: at('ca.crt'),
    serverCert: at('server.crt'),
    serverKey: at('server.key'),
    clientCert: at('pi-a.crt'),
    clientKey: at('pi-a.key'),
    lines: [`cafile ${at('ca.crt')}`, `certfile ${at('server.crt')}`, `keyfile ${at('server.key')}`],
    renew: () => issueServer(2),
    close: async () => rmSync(folder, { recursive: true, force: true }),
  }
}
