import { describe, expect, it } from 'vitest'
import { timingMessage } from '../../../src/mqtt/payloads.ts'
import { topicsOf } from '../../../src/mqtt/topics.ts'
import { HEALTH, READY } from '../example-neuron.ts'

const TOPICS = topicsOf('neuron/v1', 'pi-a')
const KNOB_LOST = { state: 'degraded', why: ['the knob does not answer'] } as const
const NOW_US = 1_795_198_454_500_000 + 0.25
const FIGURES = {
  ...{ sent: 9, acked: 8, dropped: 0, waitingBatches: 1, waitingSpikes: 2, reconnects: 0 },
  ...{ synapses: { arrived: 6, clipped: 0, refused: 1 }, warnings: [] },
}

function content({ payload }: { payload: string }) {
  return JSON.parse(payload)
}

describe('timing', () => {
  it('is ok when all is well', () => {
    const message = timingMessage(TOPICS, 'k3v9qa', HEALTH, READY, FIGURES, NOW_US)
    expect(message).toMatchObject({ topic: 'neuron/v1/pi-a/timing', qos: 0, retain: true })
    expect(content(message)).toEqual({
      v: 1,
      boot: 'k3v9qa',
      tUs: 1_795_198_454_500_000,
      ok: true,
      health: { state: 'ready', why: [] },
      why: [],
      tickUs: { target: 1000, p50: 60, p99: 200, max: 900 },
      lateUs: { p50: 80, p99: 300, max: 1000 },
      missed: 0,
      mergedEdges: 0,
      stalls: 0,
      adc: { reads: 2500, err: 0 },
      loopMs: { p99: 1.5 },
      outbox: { batches: 1, spikes: 2, dropped: 0 },
      synapses: { arrived: 6, clipped: 0, refused: 1 },
      sent: 9,
      acked: 8,
      reconnects: 0,
      rssMb: 70,
      cpu: 0.031,
      speed: 1,
    })
  })

  it('says in words what is not', () => {
    const late = { ...HEALTH, missedTicks: 101, edgeLateUs: { p50: 1, p99: 6000.2, max: 7000 } }
    const ill = { ...late, adcErrors: 3, clippedArrivals: 7 }
    const figures = { ...FIGURES, dropped: 64, synapses: { arrived: 6, clipped: 2, refused: 1 }, warnings: ['a twin'] }
    const message = timingMessage(TOPICS, 'k3v9qa', ill, KNOB_LOST, figures, NOW_US, ['not kept'])
    expect(content(message)).toMatchObject({
      ok: false,
      synapses: { clipped: 9 },
      why: [
        'the knob does not answer',
        'not kept',
        '101 of 10000 ticks missed',
        '1 % of the flashes come 6000 us late or more',
        '3 failed readings of the knob',
        '64 spikes not delivered since the start',
        'a twin',
        '9 synaptic events were too many',
      ],
    })
  })
})
