import { describe, expect, it } from 'vitest'
import { brokerAddress, redacted } from '../../../src/mqtt/connection/address.ts'

describe('a broker address', () => {
  it('has a usual port for each scheme', () => {
    expect(brokerAddress('mqtt://broker')).toMatchObject({ secure: false, host: 'broker', port: 1883, loopback: false })
    expect(brokerAddress('mqtts://broker')).toMatchObject({ secure: true, port: 8883 })
    expect(brokerAddress('mqtt://[::1]:1884')).toMatchObject({ host: '::1', port: 1884, loopback: true })
    expect(brokerAddress('mqtt://127.0.0.1').loopback).toBe(true)
    expect(brokerAddress('mqtt://127.0.0.1.example.org').loopback).toBe(false)
  })

  it.each([
    ['ws://broker', { webSocket: true, secure: false, port: 80, path: '/mqtt' }],
    ['wss://broker', { webSocket: true, secure: true, port: 443, path: '/mqtt' }],
    [
      'wss://broker:8084/ws?token=secret',
      { port: 8084, path: '/ws?token=secret', redacted: 'wss://broker:8084/ws?***' },
    ],
    ['ws://broker/', { path: '/' }],
    ['MQTT://Broker', { secure: false, host: 'broker', port: 1883 }],
    ['MQTTS://broker', { secure: true, port: 8883 }],
    ['mqtt://bücher.local', { host: 'xn--bcher-kva.local' }],
    ['mqtt://b%C3%BCcher.local:1884', { host: 'xn--bcher-kva.local', port: 1884 }],
    ['ws://bücher.local', { host: 'xn--bcher-kva.local' }],
    ['mqtt://[fe80::1%eth0]', { host: 'fe80::1%eth0', port: 1883, loopback: false }],
    ['mqtts://ada:x@[fe80::1%25wlan0.5]:8884', { host: 'fe80::1%wlan0.5', port: 8884, username: 'ada' }],
    ['ws://[fe80::1%eth0]/ws', { host: 'fe80::1%eth0', port: 80, path: '/ws' }],
    ['mqtt://pi_1.local/', { host: 'pi_1.local', path: '' }],
    ['mqtt://:secret@broker', { username: '', password: 'secret', redacted: 'mqtt://:***@broker' }],
  ])('reads %s', (url, expected) => {
    expect(brokerAddress(url)).toMatchObject(expected)
  })

  it('knows what other programs call the schemes', () => {
    expect(() => brokerAddress('ssl://ada:secret@broker')).toThrow(/did you mean mqtts:\/\/ada:\*\*\*@broker\?/)
    expect(() => brokerAddress('constructor://broker')).toThrow(/must begin with/)
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
    expect(redacted('mqtt://ada@broker:1883')).toBe('mqtt://ada@broker:1883')
    expect(redacted('ada@broker')).toBe('ada@broker')
  })

  it.each([
    'localhost',
    'localhost:1883',
    'http://broker',
    'mqtt://',
    'tcp://ada:secret@broker',
    'mqtt://[::1',
    'mqtt://[::1]x',
    'mqtt://[fe80::zz]',
    'mqtt://a b',
    'mqtt://:1883',
  ])('is refused as %s, with an example and no password', url => {
    expect(() => brokerAddress(url)).toThrow(
      /must begin with mqtt:\/\/ or mqtts:\/\/.*for example mqtt:\/\/raspberrypi.local:1883/,
    )
    expect(() => brokerAddress(url)).not.toThrow(/secret/)
  })
})
