import { describe, expect, it } from 'vitest'
import { brokerAddress, redacted } from '../../../src/mqtt/connection/address.ts'
import { endingMessage, isVersionRefused } from '../../../src/mqtt/connection/errors.ts'
import { topicsOf } from '../../../src/mqtt/topics.ts'

describe('a broker address', () => {
  it('has a usual port for each scheme', () => {
    expect(brokerAddress('mqtt://broker')).toMatchObject({ secure: false, host: 'broker', port: 1883, loopback: false })
    expect(brokerAddress('mqtts://broker')).toMatchObject({ secure: true, port: 8883 })
    expect(brokerAddress('mqtt://[::1]:1884')).toMatchObject({ host: '::1', port: 1884, loopback: true })
    expect(brokerAddress('mqtt://127.0.0.1').loopback).toBe(true)
    expect(brokerAddress('mqtt://127.0.0.1.example.org').loopback).toBe(false)
  })

  it('may carry user and password, which it shows to nobody', () => {
    expect(brokerAddress('mqtt://ada:p%40ss@broker')).toMatchObject({
      username: 'ada',
      password: 'p@ss',
      redacted: 'mqtt://ada:***@broker',
    })
    expect(brokerAddress('mqtt://ada:50%25%@broker').password).toBe('50%25%')
  })

  it('is redacted even when it is malformed', () => {
    expect(redacted('ada:se:cr@t@broker')).toBe('ada:***@broker')
    expect(redacted('http://ada:secret@broker')).toBe('http://ada:***@broker')
    expect(redacted('mqtt://broker:1883')).toBe('mqtt://broker:1883')
  })

  it.each([
    'localhost',
    'localhost:1883',
    'http://broker',
    'mqtt://',
    'ws://ada:secret@broker',
  ])('is refused as %s, with an example and no password', url => {
    expect(() => brokerAddress(url)).toThrow(/must begin with mqtt:\/\/ or mqtts:\/\/.*mqtt:\/\/raspberrypi.local:1883/)
    expect(() => brokerAddress(url)).not.toThrow(/secret/)
  })
})

describe('topics', () => {
  it('stand below base and id', () => {
    expect(topicsOf('neuron/v1', 'pi-a').spikes).toBe('neuron/v1/pi-a/spikes')
  })

  it('refuse an id that means a whole class', () => {
    expect(() => topicsOf('neuron/v1', 'all')).toThrow(/id is "all", must be another name/)
  })

  it.each(['', 'Pi', 'a/b', '+', 'ü', 'a'.repeat(33)])('refuse the id "%s"', id => {
    expect(() => topicsOf('neuron/v1', id)).toThrow(/must be 1 to 32 of the characters/)
  })

  it.each(['', '/a', 'a/', 'a//b', 'a/+/b', '#', '$SYS/a', 'a b', 'x'.repeat(201)])('refuse the base "%s"', base => {
    expect(() => topicsOf(base, 'pi-a')).toThrow(/mqtt.base is ".*", must be topic levels/)
  })
})

describe('trouble in words', () => {
  const address = brokerAddress('mqtt://ada:secret@broker')
  const words = (code: string | number | undefined, message = '', wasOnline = false) =>
    endingMessage({ wasOnline, code, message }, address, 'neurond-pi-a')

  it.each([
    ['ECONNREFUSED', /nothing listens at broker:1883.*mosquitto/],
    ['ENOTFOUND', /no machine is called "broker": check mqtt.url/],
    ['EAI_AGAIN', /on the network\?/],
    ['ETIMEDOUT', /does not answer.*firewall/],
    ['EHOSTUNREACH', /no way to broker:1883/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /certificate is not trusted/],
    ['CERT_HAS_EXPIRED', /has expired: .*renew it.*clock is fast/],
    ['CERT_NOT_YET_VALID', /not valid yet: .*clock slow\?.*timedatectl/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /refuses this client's certificate.*mqtt.certFile/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /certificate is not for "broker"/],
    ['EWHATEVER', /no connection to broker:1883 \(EWHATEVER\)/],
    [4, /mqtt.username and mqtt.passwordFile/],
    [134, /mqtt.username and mqtt.passwordFile/],
    [5, /not authorised.*mqtt.passwordFile.*anonymous/],
    [135, /not authorised/],
    [133, /client id "neurond-pi-a"/],
    [142, /another client connected as "neurond-pi-a".*own id/],
    [151, /code 151/],
  ])('%s names the next step', (code, expected) => {
    expect(words(code)).toMatch(expected)
    expect(words(code)).not.toMatch(/secret/)
  })

  it('tells silence, a closed connection and a foreign protocol apart', () => {
    expect(words(undefined, 'connack timeout')).toMatch(/does not answer/)
    expect(words(undefined, 'Keepalive timeout', true)).toBe('the broker has stopped answering')
    expect(words(undefined, '', true)).toBe('the broker closed the connection')
    expect(words(undefined, 'Invalid header')).toMatch(/does not speak MQTT/)
    expect(words(undefined)).toMatch(/closes the connection without a word: .*mqtts:.*room for one more\?/)
  })

  it('knows a refused protocol version, in both protocols', () => {
    expect(isVersionRefused({ wasOnline: false, code: 1 })).toBe(true)
    expect(isVersionRefused({ wasOnline: false, code: 132 })).toBe(true)
    expect(isVersionRefused({ wasOnline: false, code: 5 })).toBe(false)
  })
})
