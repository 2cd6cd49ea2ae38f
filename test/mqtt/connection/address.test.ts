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
