/** Password and certificates, from the files that the configuration names. */
import { readFileSync } from 'node:fs'
import type { LinkOptions } from '../link-and-synapse-options.ts'
import type { BrokerAddress } from './address.ts'
import type { Secrets } from './reconnect.ts'

type CredentialOptions = Pick<LinkOptions, 'passwordFile' | 'caFile' | 'certFile' | 'keyFile'>

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
  return {
    password: passwordFile === '' ? address.password : firstLine(textOf('passwordFile', passwordFile)),
    certificates: {
      ...(caFile !== '' && { ca: pemOf('caFile', caFile) }),
      ...(certFile !== '' && { cert: pemOf('certFile', certFile), key: pemOf('keyFile', keyFile) }),
    },
  }
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0]!
}

function pemOf(setting: string, path: string): string {
  const text = textOf(setting, path)
  if (text.includes('-----BEGIN ')) return text
  throw new Error(`mqtt.${setting} is "${path}", must be a PEM file: one with a line like -----BEGIN CERTIFICATE-----`)
}

function textOf(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    throw new Error(
      `mqtt.${setting} is "${path}", which cannot be read (${code}): it must be a file that this user may read`,
      { cause },
    )
  }
}
