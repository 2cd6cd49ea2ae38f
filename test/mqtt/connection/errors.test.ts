import { describe, expect, it } from 'vitest'
import { brokerAddress } from '../../../src/mqtt/connection/address.ts'
import { endingMessage, isVersionRefused } from '../../../src/mqtt/connection/errors.ts'

describe('why there is no connection', () => {
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

  it.each([
    ['mqtts://broker', { stage: 'tls', code: 'ECONNRESET' }, /does not speak TLS: use mqtt:\/\/, or .*8883/],
    ['mqtts://broker', { stage: 'tls', message: 'connack timeout' }, /does not answer in TLS: .* use mqtt:\/\//],
    ['mqtts://broker', { stage: 'connack', code: 'ECONNRESET' }, /broke before .*certificate \(mqtt\.certFile\)/],
    ['mqtt://broker', { stage: 'connack', code: 'ECONNRESET' }, /without a word: .*TLS needs mqtts:\/\//],
    ['mqtt://broker', { stage: 'connack', answered: 'tls' }, /wants TLS: use mqtts:\/\//],
    ['mqtt://broker', { stage: 'connack', answered: 'http' }, /it is a web server: check the port in mqtt\.url/],
    ['mqtt://broker', { stage: 'connack', message: 'connack timeout' }, /takes the connection and does not answer/],
    ['mqtt://broker', { stage: 'host', message: 'connack timeout' }, /broker:1883 does not answer: .*firewall/],
    [
      'ws://broker',
      { stage: 'webSocket', message: 'Unexpected server response: 404' },
      /no WebSocket at \/mqtt \(HTTP 404\)/,
    ],
    [
      'wss://broker/x?token=secret',
      { stage: 'webSocket', message: 'Unexpected server response: 403' },
      /nobody in at \/x \(HTTP 403\)/,
    ],
    [
      'ws://broker',
      { stage: 'webSocket', message: 'Server sent no subprotocol' },
      /\/mqtt does not speak MQTT: check the path/,
    ],
    ['ws://broker', { stage: 'webSocket', code: 'ECONNRESET' }, /does not take WebSockets: .*wss:\/\//],
    ['wss://broker', { stage: 'tls', code: 'ECONNRESET' }, /does not speak TLS: use ws:\/\/, or .*443/],
    ['mqtt://[fe80::1]', { code: 'EINVAL' }, /fe80::1 holds on one network only.*mqtt:\/\/\[fe80::1%eth0\]/],
  ] as const)('at %s after %o says which address to use', (url, ending, expected) => {
    const told = endingMessage({ wasOnline: false, ...ending }, brokerAddress(url), 'neurond-pi-a')
    expect(told).toMatch(expected)
    expect(told).not.toMatch(/secret/)
  })

  it('names what was sent last where a broker closes one connection after the other', () => {
    const largestSent = { topic: 'neuron/v1/pi-a/info', bytes: 1234 }
    const told = endingMessage({ wasOnline: true, code: 'ECONNRESET', largestSent }, address, 'neurond-pi-a')
    expect(told).toMatch(
      /again and again, .*neuron\/v1\/pi-a\/info \(1234 bytes\): do its access rules and its largest packet/,
    )
    expect(endingMessage({ wasOnline: true, code: 149, largestSent }, address, 'x')).toMatch(
      /info \(1234 bytes\).*max_packet_size/,
    )
  })

  it('knows a refused protocol version, in both protocols', () => {
    expect(isVersionRefused({ wasOnline: false, code: 1 })).toBe(true)
    expect(isVersionRefused({ wasOnline: false, code: 132 })).toBe(true)
    expect(isVersionRefused({ wasOnline: false, code: 5 })).toBe(false)
  })
})
