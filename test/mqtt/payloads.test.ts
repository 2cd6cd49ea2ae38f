import { describe, expect, it } from 'vitest'
import {
  eventMessage,
  infoMessage,
  paramsMessage,
  spikeMessage,
  spikesMessage,
  stateMessage,
  statusMessage,
} from '../../src/mqtt/payloads.ts'
import { topicsOf } from '../../src/mqtt/topics.ts'
import { INFO, PARAMS, STATE, spike } from './example-neuron.ts'

const TOPICS = topicsOf('neuron/v1', 'pi-a')
const NOW_US = 1_795_198_454_500_000 + 0.25
const BATCH = { seq0: 4, tUs: [NOW_US - 30_000.25, NOW_US - 10_000.25], speed: 1, late: false }

function content({ payload }: { payload: string }) {
  return JSON.parse(payload)
}

describe('status', () => {
  it('is a plain word, retained, QoS 1', () => {
    expect(statusMessage(TOPICS, true)).toEqual({
      topic: 'neuron/v1/pi-a/status',
      payload: 'online',
      qos: 1,
      retain: true,
    })
    expect(statusMessage(TOPICS, false).payload).toBe('offline')
  })
})

describe('spike', () => {
  it('is seq, time and interval, QoS 0, not retained', () => {
    expect(
      spikeMessage(TOPICS, { seq: 81234, tUs: 1795198454123456.2, isiMs: 10.01234, late: false, speed: 1 }),
    ).toEqual({
      topic: 'neuron/v1/pi-a/spike',
      payload: '{"seq":81234,"tUs":1795198454123456,"isiMs":10.012}',
      qos: 0,
      retain: false,
    })
  })

  it('has no interval if it is the first, and names slow motion and lateness', () => {
    const message = spikeMessage(TOPICS, spike(1, { isiMs: Number.NaN, late: true, speed: 0.1 }))
    expect(content(message)).toEqual({ seq: 1, tUs: spike(1).tUs, isiMs: null, speed: 0.1, late: true })
  })
})

describe('spikes', () => {
  it('is one batch: first time, then differences', () => {
    const message = spikesMessage(TOPICS, 'k3v9qa', { batch: BATCH, gap: [] }, NOW_US)
    expect(message).toMatchObject({ topic: 'neuron/v1/pi-a/spikes', qos: 1, retain: false, expiryS: 3600 })
    expect(content(message)).toEqual({
      v: 1,
      boot: 'k3v9qa',
      seq0: 4,
      n: 2,
      t0Us: 1_795_198_454_470_000,
      dtUs: [20_000],
    })
  })

  it('names gaps and slow motion', () => {
    const gap = [{ from: 1, to: 3, why: 'outboxFull' as const }]
    const message = spikesMessage(TOPICS, 'k3v9qa', { batch: { ...BATCH, speed: 0.1 }, gap }, NOW_US)
    expect(content(message)).toMatchObject({ gap, speed: 0.1 })
  })

  it('is late when the spikes were noticed late, or when it leaves more than a second after them', () => {
    const late = (batch: typeof BATCH, nowUs: number) =>
      content(spikesMessage(TOPICS, 'k3v9qa', { batch, gap: [] }, nowUs)).late
    expect(late(BATCH, NOW_US)).toBeUndefined()
    expect(late({ ...BATCH, late: true }, NOW_US)).toBe(true)
    expect(late(BATCH, NOW_US + 1e6)).toBe(true)
  })

  it('without spikes is a heartbeat of now', () => {
    const message = spikesMessage(TOPICS, 'k3v9qa', { batch: { ...BATCH, tUs: [] }, gap: [] }, NOW_US)
    expect(content(message)).toEqual({ v: 1, boot: 'k3v9qa', seq0: 4, n: 0, t0Us: 1_795_198_454_500_000, dtUs: [] })
  })
})

describe('info', () => {
  it('says what is mocked, and that something is', () => {
    const message = infoMessage(TOPICS, 'k3v9qa', INFO)
    expect(message).toMatchObject({ topic: 'neuron/v1/pi-a/info', qos: 1, retain: true })
    expect(content(message)).toEqual({
      v: 1,
      boot: 'k3v9qa',
      version: '1.2.3',
      startedUs: INFO.startedUs,
      board: 'Raspberry Pi 4',
      mocked: true,
      drivers: { input: INFO.input, outputs: INFO.outputs },
      clock: INFO.clock,
      limits: { batchMs: 50, maxSpikesPerBatch: 64, ring: 65_536 },
      urls: INFO.urls,
      scheduling: INFO.scheduling,
      speed: 1,
    })
    expect(content(infoMessage(TOPICS, 'k3v9qa', { ...INFO, outputs: [] })).mocked).toBe(false)
  })
})

describe('state', () => {
  it('is rounded to what can be meant, retained, QoS 0', () => {
    const message = stateMessage(TOPICS, 'k3v9qa', STATE, NOW_US)
    expect(message).toMatchObject({ topic: 'neuron/v1/pi-a/state', qos: 0, retain: true })
    expect(content(message)).toEqual({
      v: 1,
      boot: 'k3v9qa',
      tUs: 1_795_198_454_500_000,
      rateHz: 12.346,
      isiMs: null,
      cv: null,
      count: 7,
      vMv: -61.235,
      iNa: 1.6,
      knobV: 1.65,
      source: 'knob',
      running: true,
      muted: false,
      speed: 1,
    })
  })
})

describe('params', () => {
  it('is flat, with a revision, retained, QoS 1', () => {
    const message = paramsMessage(TOPICS, PARAMS)
    expect(message).toMatchObject({ topic: 'neuron/v1/pi-a/params', qos: 1, retain: true })
    expect(content(message)).toEqual({ ...PARAMS.params, rev: 3 })
  })
})

describe('events', () => {
  it('is the event with boot and time, QoS 1, for an hour', () => {
    const message = eventMessage(TOPICS, 'k3v9qa', { event: { type: 'inputBack' }, tUs: NOW_US, heldBack: 0 })
    expect(message).toMatchObject({ topic: 'neuron/v1/pi-a/events', qos: 1, retain: false, expiryS: 3600 })
    expect(content(message)).toEqual({ v: 1, boot: 'k3v9qa', tUs: 1_795_198_454_500_000, type: 'inputBack' })
  })

  it('counts those held back before it', () => {
    const message = eventMessage(TOPICS, 'k3v9qa', { event: { type: 'inputBack' }, tUs: NOW_US, heldBack: 5 })
    expect(content(message).heldBack).toBe(5)
  })
})
