/**
 * Receives the spikes of all neurons on a broker, each exactly once, and requests those that were lost on the way.
 * One file that depends on nothing, for Node and browsers; the connection is MQTT.js's:
 * `receive(mqtt.connect('mqtt://raspberrypi.local'), { onSpike: ({ neuron, seq, tUs }) => … })`
 */

/** `neuron` (its id), `boot` (random per start) and `seq` identify a spike for ever. */
export interface ReceivedSpike extends Readonly<Record<'neuron' | 'boot', string>> {
  readonly seq: number
  /** Threshold crossing on the neuron's clock, µs since 1970. */
  readonly tUs: number
  /** Model ms per wall ms at its time. */
  readonly speed: number
  /** It came late, maybe after newer ones; `healed`: only after it was requested. */
  readonly late: boolean
  readonly healed: boolean
}

/** Spikes `from` to `to` are lost; `why` is the neuron's own reason, `forgotten`, `restarted` or `unanswered`. */
export type LostSpikes = SeqRange & Readonly<Record<'neuron' | 'boot' | 'why', string>>

/** Spikes of one neuron; `pending` ones may still come, and are counted as missing too. */
export type ReceiverCounts = { readonly neuron: string } & Readonly<Counts & { pending: number }>

export interface ReceiverOptions {
  /** `neuron/v1` unless given, and the id of one neuron, else all (10,000 at most). */
  readonly base?: string
  readonly neuron?: string
  readonly onSpike?: (spike: ReceivedSpike) => void
  readonly onLost?: (lost: LostSpikes) => void
  /** Other retained topics: `status` (online or offline) and `state` (JSON: rateHz, iNa and so on). */
  readonly onRetained?: (neuron: string, name: 'status' | 'state', text: string) => void
  /** The platform's timers unless given. */
  readonly timers?: { readonly setInterval: typeof setInterval; readonly clearInterval: typeof clearInterval }
}

/** Spikes that are still pending at `close` are lost. */
export type Receiver = { counts(): readonly ReceiverCounts[]; close(): void }
type Listener = (topic: string, payload: Uint8Array, packet: { readonly retain?: boolean }) => void

/** The part of an MQTT.js client that is used. */
export interface MqttClientLike {
  readonly connected?: boolean
  on(event: 'message', listener: Listener): unknown
  removeListener(event: 'message', listener: Listener): unknown
  subscribe(topic: string, options: { readonly qos: 0 | 1 }): unknown
  publish(topic: string, payload: string, options: { readonly qos: 0 | 1 }): unknown
}

type Counts = Record<'received' | 'missing' | 'healed' | 'duplicates', number>
type SeqRange = { readonly from: number; readonly to: number }
type Gap = SeqRange & { readonly why: string }

/** One boot of a neuron: the seq that comes next, and the seconds without an answer. */
interface Track extends Record<'next' | 'waitedS', number>, Pick<ReceivedSpike, 'neuron' | 'boot'> {
  readonly counts: Counts
  /** Spikes that are missing, and those that the neuron gave up. */
  holes: SeqRange[]
  gaps: readonly Gap[]
}
type Batch = Pick<ReceivedSpike, 'boot' | 'speed' | 'late'> &
  Readonly<{ seq0: number; tUs: readonly number[]; gap: readonly Gap[]; missing: readonly SeqRange[] }>
/** Most seconds without an answer, ranges of a boot, boots of a neuron, neurons. */
const MOST = { waitS: 60, ranges: 256, boots: 8, neurons: 10_000 } as const

interface ReceiverState {
  readonly client: MqttClientLike
  readonly base: string
  readonly options: ReceiverOptions
  /** The boots of each neuron, the one that published last first: it may start again, or share its id with another. */
  readonly neurons: Map<string, readonly Track[]>
}

/** Begin to receive. The client may reconnect as it likes if it then subscribes again by itself, as MQTT.js does. */
export function receive(client: MqttClientLike, options: ReceiverOptions = {}): Receiver {
  const { base = 'neuron/v1', neuron: id = '+', timers = globalThis } = options
  const state: ReceiverState = { client, base, options, neurons: new Map() }
  const { neurons } = state
  const listener: Listener = (topic, payload, { retain = false }) => onMessage(state, topic, payload, retain)
  client.on('message', listener)
  for (const name of ['status', 'state', 'info', 'spikes', 'reply'])
    client.subscribe(`${base}/${id}/${name}`, { qos: 1 })
  const timer = timers.setInterval(() => {
    for (const boots of neurons.values()) everySecond(state, boots)
  }, 1000)
  return {
    counts: () => [...neurons.values()].map(countsOf),
    close() {
      timers.clearInterval(timer)
      client.removeListener('message', listener)
      for (const track of [...neurons.values()].flat()) reportLost(state, track, track.holes.splice(0), 'unanswered')
    },
  }
}

function onMessage(state: ReceiverState, topic: string, payload: Uint8Array, retain: boolean): void {
  const { base, options, neurons } = state
  const [neuron = '', name = '', deeper] = topic.startsWith(`${base}/`) ? topic.slice(base.length + 1).split('/') : []
  if (deeper !== undefined) return
  const text = new TextDecoder().decode(payload)
  if (name === 'status' || name === 'state') options.onRetained?.(neuron, name, text)
  else if (name === 'spikes' && !retain) onSpikes(state, neuron, batchIn(text))
  else if (name === 'info' || (name === 'reply' && !retain)) {
    onReplay(state, neurons.get(neuron) ?? [], name, batchIn(text))
  }
}

function onSpikes(state: ReceiverState, neuron: string, batch: Batch | undefined): void {
  const { neurons } = state
  if (!batch || (neurons.size >= MOST.neurons && !neurons.has(neuron))) return
  const track = trackOf(state, neuron, batch)
  track.gaps = [...track.gaps, ...batch.gap].slice(-MOST.ranges)
  advance(state, track, batch.seq0)
  deliver(state, track, batch, false)
  track.next = Math.max(track.next, batch.seq0 + batch.tUs.length)
}

/** An answer to a request for spikes; or `info`, which says how far the previous run came. */
function onReplay(state: ReceiverState, boots: readonly Track[], name: string, batch: Batch | undefined): void {
  const track = boots.find(({ boot }) => boot === batch?.boot)
  if (!track || !batch) return
  const before = JSON.stringify(track.holes)
  if (name === 'info') advance(state, track, batch.seq0)
  for (const { from, to } of batch.missing) reportLost(state, track, cutOut(track, from, to), 'forgotten')
  deliver(state, track, batch, true)
  if (JSON.stringify(track.holes) === before) return
  track.waitedS = 0
  requestReplay(state, boots[0]!)
}

function everySecond(state: ReceiverState, boots: readonly Track[]): void {
  if (state.client.connected === false) return
  for (const track of boots) {
    track.waitedS = track.holes.length > 0 ? (track.waitedS + 1) % MOST.waitS : 0
    if (track.waitedS > 0) continue
    reportLost(state, track, track.holes.splice(0), track === boots[0] ? 'unanswered' : 'restarted')
  }
  requestReplay(state, boots[0]!)
}

function requestReplay({ client, base }: ReceiverState, { neuron, boot, holes: [hole] }: Track): void {
  if (hole) client.publish(`${base}/${neuron}/cmd/replay`, JSON.stringify({ boot, ...hole, id: 'heal' }), { qos: 1 })
}

function trackOf(state: ReceiverState, neuron: string, { boot, seq0 }: Batch): Track {
  const boots = state.neurons.get(neuron) ?? []
  if (boots[0]?.boot === boot) return boots[0]
  const counts = boots[0]?.counts ?? { received: 0, missing: 0, healed: 0, duplicates: 0 }
  // What came before the first message was never awaited; a neuron that starts again begins with 1.
  const unknown = { neuron, boot, next: boots[0] ? 1 : seq0, waitedS: 0, holes: [], gaps: [], counts }
  const track = boots.find(known => known.boot === boot) ?? unknown
  const others = boots.filter(known => known !== track)
  for (const old of others.splice(MOST.boots - 1)) reportLost(state, old, old.holes, 'restarted')
  for (const known of [track, ...others]) known.waitedS = 0
  state.neurons.set(neuron, [track, ...others])
  return track
}

/** What should have come before `seq` is missing. */
function advance(state: ReceiverState, track: Track, seq: number): void {
  if (seq > track.next) track.holes.push({ from: track.next, to: seq - 1 })
  if (track.holes.length > MOST.ranges) reportLost(state, track, track.holes.splice(0, 1), 'unanswered')
  track.next = Math.max(track.next, seq)
}

function deliver({ options }: ReceiverState, track: Track, batch: Batch, healed: boolean): void {
  const { neuron, boot, counts } = track
  const { seq0, speed, late } = batch
  batch.tUs.forEach((tUs, i) => {
    const seq = seq0 + i
    const isNew = (!healed && seq >= track.next) || cutOut(track, seq, seq).length > 0
    counts.received += Number(isNew)
    counts.healed += Number(isNew && healed)
    counts.duplicates += Number(!isNew && !healed)
    if (isNew) options.onSpike?.({ neuron, boot, seq, tUs, speed, late, healed })
  })
}

function reportLost({ options }: ReceiverState, track: Track, ranges: readonly SeqRange[], why: string): void {
  const { neuron, boot, gaps, counts } = track
  for (const { from, to } of ranges) {
    counts.missing += to - from + 1
    const gap = gaps.find(known => known.from <= from && to <= known.to)
    options.onLost?.({ neuron, boot, from, to, why: gap?.why ?? why })
  }
}

function countsOf(boots: readonly Track[]): ReceiverCounts {
  const { neuron, counts } = boots[0]!
  const pending = boots.flatMap(({ holes }) => holes).reduce((sum, { from, to }) => sum + to - from + 1, 0)
  return { neuron, ...counts, missing: counts.missing + pending, pending }
}

/** Takes a range out of the holes; returns the parts of it that were in one. */
function cutOut(track: Track, from: number, to: number): SeqRange[] {
  const within = (lowest: number, highest: number) =>
    track.holes.map(hole => ({ from: Math.max(hole.from, lowest), to: Math.min(hole.to, highest) })).filter(isRange)
  const parts = within(from, to)
  if (parts.length > 0) track.holes = [...within(0, from - 1), ...within(to + 1, Number.MAX_SAFE_INTEGER)]
  return parts
}

/** The batch in `spikes` or in an answer; an empty one for `info`, which says how far the previous run came. */
function batchIn(text: string): Batch | undefined {
  try {
    const { result, prev, ...content } = JSON.parse(text)
    const ended = prev && { boot: prev.boot, seq0: prev.lastSeq + 1, n: 0 }
    const { boot, seq0, n, t0Us, dtUs, speed = 1, late = false, gap = [], missing = [] } = result ?? ended ?? content
    const steps: number[] = n === 0 ? [] : [t0Us, ...dtUs]
    let sum = 0
    const tUs = steps.map(step => (sum += step))
    const isCounted = [seq0, seq0 + n, ...steps, ...tUs].every(Number.isSafeInteger) && seq0 >= 0 && steps.length === n
    if (typeof boot !== 'string' || typeof late !== 'boolean' || !Number.isFinite(speed)) return undefined
    return isCounted && [...gap, ...missing].every(isRange) ? { boot, seq0, tUs, speed, late, gap, missing } : undefined
  } catch {
    return undefined
  }
}

const isRange = ({ from = NaN, to = NaN, why = '' }: Partial<Gap>) =>
  Number.isSafeInteger(from) && Number.isSafeInteger(to) && from <= to && typeof why === 'string'
