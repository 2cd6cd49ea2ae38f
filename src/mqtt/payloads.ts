/** The payload of every published topic. Pure. A number that does not exist (NaN) becomes null. */

import type { LessonProgress } from '../lessons/report.ts'
import { clippedEvents, type HealthStatus, judgeFigures } from '../loop/health.ts'
import type { Spike } from '../loop/types.ts'
import { BATCH_LIMITS, type Delivery } from './outbox/batches.ts'
import type { DatedEvent } from './outbox/event-queue.ts'
import { HISTORY_SPIKES } from './outbox/spike-history.ts'
import { PUBLICATIONS, type PublishedName, type Topics } from './topics.ts'
import type {
  ClockReport,
  HealthReport,
  Info,
  LinkFigures,
  LinkInfo,
  ParamsReport,
  StateReport,
  Synapse,
} from './types.ts'

export interface Message {
  readonly topic: string
  readonly payload: string
  readonly qos: 0 | 1
  readonly retain: boolean
  /** How long the broker stores it for an absent subscriber (MQTT 5). */
  readonly expiryS?: number
  /** Of the request that it answers (MQTT 5). */
  readonly correlation?: Uint8Array
}

/** Spikes are published in a batch once in this period. */
export const BATCH_MS = 50
const EXPIRY_S = 3600
/** A batch that leaves later than this is history, not something to react to. */
const HISTORY_US = 1e6

export function statusMessage(topics: Topics, online: boolean): Message {
  return messageOn(topics, 'status', online ? 'online' : 'offline')
}

export function infoMessage(
  topics: Topics,
  boot: string,
  info: Info,
  { prev, synapses, homeAssistant }: LinkInfo = {},
): Message {
  const { input, outputs, ...rest } = info
  const content = {
    v: 1,
    boot,
    ...rest,
    clock: roundedClock(info.clock),
    mocked: [input, ...outputs].some(part => part.mocked),
    drivers: { input, outputs },
    limits: { batchMs: BATCH_MS, maxSpikesPerBatch: BATCH_LIMITS.spikesPerBatch, ring: HISTORY_SPIKES },
    ...(prev && { prev }),
    ...(synapses && { synapses }),
    ...(homeAssistant && { homeAssistant }),
  }
  return jsonMessage(topics, 'info', content)
}

export function spikeMessage(topics: Topics, spike: Spike): Message {
  const content = {
    seq: spike.seq,
    tUs: Math.round(spike.tUs),
    isiMs: rounded(spike.isiMs, 3),
    ...speedIfNot1(spike.speed),
    ...(spike.late && { late: true }),
  }
  return jsonMessage(topics, 'spike', content)
}

/** One batch; `dtUs` is negative where the system clock was set back between two spikes. */
export function spikesMessage(topics: Topics, boot: string, { batch, gap }: Delivery, nowUs: number): Message {
  const times = batch.tUs
  const t0Us = times[0] ?? Math.round(nowUs)
  const late = batch.late || nowUs - (times.at(-1) ?? nowUs) > HISTORY_US
  const content = {
    v: 1,
    boot,
    seq0: batch.seq0,
    n: times.length,
    t0Us,
    dtUs: times.slice(1).map((tUs, i) => tUs - times[i]!),
    ...(gap.length > 0 && { gap }),
    ...(late && { late: true }),
    ...speedIfNot1(batch.speed),
  }
  return { ...jsonMessage(topics, 'spikes', content), expiryS: EXPIRY_S }
}

export function stateMessage(topics: Topics, boot: string, state: StateReport, nowUs: number): Message {
  const content = {
    v: 1,
    boot,
    tUs: Math.round(nowUs),
    rateHz: rounded(state.rateHz, 3),
    isiMs: rounded(state.isiMs, 3),
    cv: rounded(state.cv, 4),
    count: state.count,
    vMv: rounded(state.vMv, 3),
    iNa: rounded(state.iNa, 4),
    knobV: rounded(state.knobV, 4),
    source: state.source,
    running: state.running,
    muted: state.muted,
    speed: state.speed,
  }
  return jsonMessage(topics, 'state', content)
}

/** `tickUs` is the lateness of the wake-ups for ticks of `target` µs, `lateUs` that of the flashes. */
export function timingMessage(
  topics: Topics,
  boot: string,
  health: HealthReport,
  { state, why: unwell }: HealthStatus,
  link: LinkFigures,
  nowUs: number,
  warnings: readonly string[] = [],
): Message {
  const why = [...unwell, ...warnings, ...complaints(health, link)]
  const content = {
    v: 1,
    boot,
    tUs: Math.round(nowUs),
    ok: why.length === 0,
    why,
    health: { state, why: unwell },
    tickUs: { target: health.tickTargetUs, ...roundedAll(health.tickLateUs) },
    lateUs: roundedAll(health.edgeLateUs),
    missed: health.missedTicks,
    mergedEdges: health.mergedEdges,
    stalls: health.stalls,
    adc: { reads: health.adcReads, err: health.adcErrors },
    loopMs: { p99: rounded(health.loopP99Ms, 2) },
    outbox: { batches: link.waitingBatches, spikes: link.waitingSpikes, dropped: link.dropped },
    synapses: { ...link.synapses, clipped: clippedEvents(link.synapses, health) },
    sent: link.sent,
    acked: link.acked,
    reconnects: link.reconnects,
    rssMb: rounded(health.rssMb, 1),
    cpu: rounded(health.cpu, 4),
    speed: health.speed,
    ...(health.clock && { clock: roundedClock(health.clock) }),
  }
  return jsonMessage(topics, 'timing', content)
}

export function paramsMessage(topics: Topics, { params, rev }: ParamsReport, synapses?: readonly Synapse[]): Message {
  return jsonMessage(topics, 'params', { ...params, ...(synapses && { synapses }), rev })
}

export function lessonMessage(topics: Topics, progress: LessonProgress): Message {
  return jsonMessage(topics, 'lesson', progress)
}

/** `heldBack` counts the events that were dropped before this one. */
export function eventMessage(topics: Topics, boot: string, { event, tUs, heldBack }: DatedEvent): Message {
  const content = { v: 1, boot, tUs: Math.round(tUs), ...event, ...(heldBack > 0 && { heldBack }) }
  return { ...jsonMessage(topics, 'events', content), expiryS: EXPIRY_S }
}

export function jsonMessage(topics: Topics, name: PublishedName, content: object): Message {
  return messageOn(topics, name, JSON.stringify(content))
}

function messageOn(topics: Topics, name: PublishedName, payload: string): Message {
  const { qos, retain } = PUBLICATIONS[name]
  return { topic: topics[name], payload, qos, retain }
}

function speedIfNot1(speed: number): { speed?: number } {
  return speed === 1 ? {} : { speed }
}

function rounded(value: number | null, decimals: number): number | null {
  if (value === null) return null
  const factor = 10 ** decimals
  return Math.round(value * factor) / factor
}

function roundedClock(clock: Partial<ClockReport>): object {
  return { ...clock, ...(clock.errMs !== undefined && { errMs: rounded(clock.errMs, 3) }) }
}

function roundedAll(values: { readonly p50: number; readonly p99: number; readonly max: number }): object {
  return { p50: rounded(values.p50, 1), p99: rounded(values.p99, 1), max: rounded(values.max, 1) }
}

function complaints(health: HealthReport, link: LinkFigures): string[] {
  const clipped = clippedEvents(link.synapses, health)
  const { late, missedTicks, readingErrors } = judgeFigures(health)
  const checks: readonly (readonly [boolean, string])[] = [
    [missedTicks !== 'few', `${health.missedTicks} of ${health.ticks} ticks missed`],
    [late, `1 % of the flashes come ${Math.round(health.edgeLateUs.p99)} us late or more`],
    [health.stalls > 0, `${health.stalls} stalls`],
    [health.skippedMs >= 1, `${Math.round(health.skippedMs)} ms skipped`],
    [readingErrors !== 'none', `${health.adcErrors} failed readings of the knob`],
    [health.outputErrors > 0, `${health.outputErrors} failed outputs`],
    [health.lostReports > 0, `${health.lostReports} reports of the neuron thread lost`],
    [link.dropped > 0, `${link.dropped} spikes not delivered since the start`],
    ...link.warnings.map(words => [true, words] as const),
    [clipped > 0, `${clipped} synaptic events were too many`],
  ]
  return checks.filter(([wrong]) => wrong).map(([, words]) => words)
}
