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

  it('knows a refused protocol version, in both protocols', () => {
    expect(isVersionRefused({ wasOnline: false, code: 1 })).toBe(true)
    expect(isVersionRefused({ wasOnline: false, code: 132 })).toBe(true)
    expect(isVersionRefused({ wasOnline: false, code: 5 })).toBe(false)
  })
})
