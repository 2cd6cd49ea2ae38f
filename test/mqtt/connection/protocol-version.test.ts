import { describe, expect, it } from 'vitest'
import { chooseVersion } from '../../../src/mqtt/connection/protocol-version.ts'

const CLOSED = { wasOnline: false }
const MUTE = { wasOnline: false, stage: 'connack', message: 'connack timeout' } as const
const RESET = { wasOnline: false, stage: 'connack', code: 'ECONNRESET', message: 'read ECONNRESET' } as const
const OLD = { wasOnline: false, code: 1, message: 'Connection refused' }

describe('the MQTT version', () => {
  it.each([
    ['is closed', CLOSED],
    ['is reset', RESET],
    ['stays mute', MUTE],
    ['is refused in 3.1.1', OLD],
    ['is refused in 5', { ...OLD, code: 132 }],
  ])('is 3.1.1 at once where a CONNECT in 5 %s', (_name, ending) => {
    const version = chooseVersion('auto', 5)
    expect(version.next(0)).toBe(5)
    expect(version.alternative(ending)).toBe(4)
    expect(version.alternative(ending)).toBeUndefined()
    expect(version.next(1000)).toBe(5)
  })

  it.each([
    ['a wrong password', { wasOnline: false, code: 134, message: 'refused' }],
    ['a full broker', { wasOnline: false, code: 151, message: 'refused' }],
    ['nobody there', { wasOnline: false, stage: 'host', code: 'ECONNREFUSED', message: 'refused' }],
    ['a machine that does not answer', { wasOnline: false, stage: 'host', message: 'connack timeout' }],
    ['a handshake that is reset', { wasOnline: false, stage: 'tls', code: 'ECONNRESET', message: 'reset' }],
    ['a web server', { wasOnline: false, stage: 'connack', answered: 'http', message: 'Invalid header' }],
    ['something that is not MQTT', { wasOnline: false, stage: 'connack', message: 'Invalid header' }],
    ['the end of a connection', { wasOnline: true }],
  ] as const)('is not changed by %s', (_name, ending) => {
    const version = chooseVersion('auto', 5)
    version.next(0)
    expect(version.alternative(ending)).toBeUndefined()
  })

  it('that a broker has answered in is kept while it is being restarted, and tried again after ten minutes', () => {
    const version = chooseVersion('auto', 5)
    expect(version.next(0)).toBe(5)
    expect(version.alternative(CLOSED)).toBe(4)
    version.accepted()
    expect(version.next(1000)).toBe(4)
    for (let ending = 1; ending < 5; ending++) expect(version.alternative(CLOSED)).toBeUndefined()
    expect(version.next(599_000)).toBe(4)
    version.accepted()
    expect(version.next(600_000)).toBe(5)
    expect(version.alternative(MUTE)).toBe(4)
  })

  it('is 5 again after a restart of a broker that speaks it, however often that closes connections', () => {
    const version = chooseVersion('auto', 5)
    version.next(0)
    version.accepted()
    for (let ending = 1; ending < 5; ending++) {
      expect(version.next(ending)).toBe(5)
      expect(version.alternative(RESET)).toBeUndefined()
    }
    expect(version.next(5)).toBe(5)
    expect(version.alternative(RESET)).toBe(4)
    expect(version.next(6)).toBe(5)
  })

  it('in which a broker refuses the password is kept too', () => {
    const version = chooseVersion('auto', 5)
    version.next(0)
    version.alternative({ wasOnline: false, code: 134, message: 'refused' })
    expect(version.alternative(CLOSED)).toBeUndefined()
  })

  it.each([
    ['5', 5],
    ['4', 4],
  ] as const)('is always %s where the settings say so', (setting, expected) => {
    const version = chooseVersion(setting, 5)
    expect(version.next(0)).toBe(expected)
    expect(version.alternative(OLD)).toBeUndefined()
    expect(version.next(1e9)).toBe(expected)
  })
})
