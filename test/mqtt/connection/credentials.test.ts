import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { brokerAddress } from '../../../src/mqtt/connection/address.ts'
import { clearTextWarning, readCredentials } from '../../../src/mqtt/connection/credentials.ts'

const folder = mkdtempSync(join(tmpdir(), 'neurond-credentials-'))
const passwordFile = join(folder, 'password')
const OPTIONS = { username: 'ada', passwordFile: '', caFile: '', certFile: '', keyFile: '' }
const address = brokerAddress('mqtt://broker')

afterAll(() => rmSync(folder, { recursive: true }))

describe('a password', () => {
  it.each([
    ['alone', Buffer.from('päss word ')],
    ['with a newline', Buffer.from('päss word \n')],
    ['with the newline of Windows', Buffer.from('päss word \r\nmore')],
    ['with the newline of old Macs', Buffer.from('päss word \r')],
    ['after a byte order mark', Buffer.from('\ufeffpäss word \n')],
    ['in UTF-16, as editors on Windows write it', Buffer.from('\ufeffpäss word \r\n', 'utf16le')],
  ])('in a file %s is read as it was meant', (_how, bytes) => {
    writeFileSync(passwordFile, bytes)
    expect(readCredentials({ ...OPTIONS, passwordFile }, address).password).toBe('päss word ')
  })

  it('without a user is refused, wherever it stands', () => {
    writeFileSync(passwordFile, 'secret\n')
    const nameless = { ...OPTIONS, username: '' }
    expect(() => readCredentials({ ...nameless, passwordFile }, address)).toThrow(
      /^mqtt\.username is empty, must be given together with the password of mqtt\.passwordFile/,
    )
    expect(() => readCredentials(nameless, brokerAddress('mqtt://:secret@broker'))).toThrow(
      /^mqtt\.username is empty, .* password in mqtt\.url/,
    )
    expect(readCredentials(nameless, brokerAddress('mqtt://ada:secret@broker')).password).toBe('secret')
  })

  it('that is missing from its file is asked for', () => {
    writeFileSync(passwordFile, '\n')
    expect(() => readCredentials({ ...OPTIONS, passwordFile }, address)).toThrow(/whose first line is empty/)
  })
})

it('a certificate after a byte order mark is read', () => {
  const caFile = join(folder, 'ca.pem')
  writeFileSync(caFile, '\ufeff-----BEGIN CERTIFICATE-----\n')
  expect(readCredentials({ ...OPTIONS, caFile }, address).certificates.ca).toMatch(/^-----BEGIN/)
})

it.each([
  [
    'mqtt://ada:secret@broker',
    { caFile: 'ca.pem' },
    /^mqtt\.caFile has no effect: mqtt:\/\/ada:\*\*\*@broker is not .*mqtts:\/\//,
  ],
  ['ws://broker', { certFile: 'a.pem' }, /^mqtt\.certFile has no effect: .* Use wss:\/\/ in place of ws:\/\//],
  ['mqtts://broker', { caFile: 'ca.pem' }, /^$/],
  ['mqtt://broker', {}, /^$/],
])('certificates for %s with %o are told of', (url, files, expected) => {
  expect(clearTextWarning({ ...OPTIONS, url, ...files })).toMatch(expected)
})
