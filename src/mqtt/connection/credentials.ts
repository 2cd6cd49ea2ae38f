/** Password and certificates, from the files that the configuration names. */
import { readFileSync } from 'node:fs'
import type { LinkOptions } from '../link-and-synapse-options.ts'
import { type BrokerAddress, brokerAddress } from './address.ts'
import type { Secrets } from './reconnect.ts'

type CredentialOptions = Pick<LinkOptions, 'username' | 'passwordFile' | 'caFile' | 'certFile' | 'keyFile'>

/**
 * Read again for every attempt, so that a corrected file is noticed.
 * @throws Error that names the setting and the file which cannot be read
 */
export function readCredentials(options: CredentialOptions, address: BrokerAddress): Secrets {
  const { passwordFile, caFile, certFile, keyFile } = options
  if ((certFile === '') !== (keyFile === '')) {
    const [given, missing] = certFile === '' ? ['keyFile', 'certFile'] : ['certFile', 'keyFile']
    throw new Error(`mqtt.${missing} is empty, must be given together with mqtt.${given}: a certificate needs its key`)
  }
  const password = passwordFile === '' ? address.password : passwordOf(passwordFile)
  if (password !== '' && options.username === '' && address.username === '') {
    throw new Error(
      `mqtt.username is empty, must be given together with the password${passwordFile === '' ? ' in mqtt.url' : ` of mqtt.passwordFile`}: MQTT knows none without a user`,
    )
  }
  return {
    password,
    certificates: {
      ...(caFile !== '' && { ca: pemOf('caFile', caFile) }),
      ...(certFile !== '' && { cert: pemOf('certFile', certFile), key: pemOf('keyFile', keyFile) }),
    },
  }
}

/** Why what is sent to the broker can be read on the way although certificates are given; empty if it cannot. */
export function clearTextWarning({ url, caFile, certFile }: Pick<LinkOptions, 'url' | 'caFile' | 'certFile'>): string {
  const setting = caFile !== '' ? 'caFile' : certFile !== '' ? 'certFile' : undefined
  const { secure, webSocket, redacted } = brokerAddress(url)
  if (setting === undefined || secure) return ''
  const [now, then] = webSocket ? ['ws', 'wss'] : ['mqtt', 'mqtts']
  return `mqtt.${setting} has no effect: ${redacted} is not encrypted, so that the password and everything else can be read on the way. Use ${then}:// in place of ${now}://, at the broker's TLS port`
}

function passwordOf(path: string): string {
  const [line = ''] = textOf('passwordFile', path).split(/\r\n|\r|\n/, 1)
  if (line !== '') return line
  throw new Error(`mqtt.passwordFile is "${path}", whose first line is empty: it must be the password`)
}

function pemOf(setting: string, path: string): string {
  const text = textOf(setting, path)
  if (text.includes('-----BEGIN ')) return text
  throw new Error(`mqtt.${setting} is "${path}", must be a PEM file: one with a line like -----BEGIN CERTIFICATE-----`)
}

function textOf(setting: string, path: string): string {
  try {
    return decoded(readFileSync(path))
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    throw new Error(
      `mqtt.${setting} is "${path}", which cannot be read (${code}): it must be a file that this user may read`,
      { cause },
    )
  }
}

/** Editors on Windows write UTF-16, or a byte order mark before UTF-8. */
function decoded(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes)
}
