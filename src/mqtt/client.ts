/**
 * Receives the spikes of all neurons on a broker, each exactly once, and asks for those that were lost on the way.
 * One file that depends on nothing, for Node and browsers; the connection is MQTT.js's:
 *
 *     import mqtt from 'mqtt'
 *     import { receive } from 'neurond/client'
 *
 *     const receiver = receive(mqtt.connect('mqtt://raspberrypi.local'), {
 *       onSpike: ({ neuron, seq, tUs }) => console.log(neuron, seq, new Date(tUs / 1000)),
 *     })
 *     console.log(receiver.counts()) // later: received, missing, healed of each neuron
 */

/** `neuron` (its id), `boot` (random per start) and `seq` name a spike for ever. */
export interface ReceivedSpike extends Readonly<Record<'neuron' | 'boot', string>> {
  readonly seq: number
  /** Threshold crossing on the neuron's clock, µs since 1970. */
  readonly tUs: number
  /** Model ms per wall ms that held. */
  readonly speed: number
  /** It is history: it came late, or only when it was asked for (`healed`), and maybe after newer ones. */
  readonly late: boolean
  readonly healed: boolean
}

/** Spikes `from` to `to` are lost for good; `why` is the neuron's own reason, `forgotten`, `restarted` or `unanswered`. */
export type LostSpikes = SeqRange & Readonly<Record<'neuron' | 'boot' | 'why', string>>

/** What came of one neuron; `pending` ones are still being asked for, and among the missing. */
export type ReceiverCounts = { readonly neuron: string } & Readonly<Record<Count | 'pending', number>>

export interface ReceiverOptions {
  /** `neuron/v1` unless given, and the id of one neuron, else all. */
  readonly base?: string
  readonly neuron?: string
  readonly onSpike?: (spike: ReceivedSpike) => void
  readonly onLost?: (lost: LostSpikes) => void
  /** What else is retained: `status` (online or offline) and `state` (JSON: rateHz, iNa and so on). */
  readonly onRetained?: (neuron: string, name: 'status' | 'state', text: string) => void
  /** The platform's timers unless given. */
  readonly timers?: { readonly setInterval: typeof setInterval; readonly clearInterval: typeof clearInterval }
}

export type Receiver = { counts(): readonly ReceiverCounts[]; close(): void }
type Listener = (topic: string, payload: Uint8Array, packet: { readonly retain?: boolean }) => void

/** What is used of an MQTT.js client. */
export interface MqttClientLike {
  readonly connected?: boolean
  on(event: 'message', listener: Listener): unknown
  removeListener(event: 'message', listener: Listener): unknown
  subscribe(topic: string, options: { readonly qos: 0 | 1 }): unknown
  publish(topic: string, payload: string, options: { readonly qos: 0 | 1 }): unknown
}

type Count = 'received' | 'missing' | 'healed' | 'duplicates'
type SeqRange = { readonly from: number; readonly to: number }

/** What is known of a neuron's boot, and of the one before: seq that comes next, requests in vain, what is missing, given up. */
interface Track extends Record<'next' | 'asks', number> {
  readonly boot: string
  readonly before: Track | undefined
  holes: SeqRange[]
  gaps: (SeqRange & { readonly why: string })[]
  readonly counts: Record<Count, number>
}
type BatchOptions = Partial<Pick<ReceivedSpike, 'late' | 'speed'>>
interface Batch extends Readonly<Record<'seq0' | 'n' | 't0Us', number>>, BatchOptions {
  readonly boot: string
  readonly dtUs: readonly number[]
  readonly gap?: Track['gaps']
  readonly missing?: readonly SeqRange[]
}
const ASK_MS = 1000
const MOST_ASKS = 60
const MOST_RANGES = 256

/** Begin to receive. The client may reconnect as it likes if it then subscribes again by itself, as MQTT.js does. */
export function receive(client: MqttClientLike, options: ReceiverOptions = {}): Receiver {
  const { base = 'neuron/v1', neuron: only = '+', timers = globalThis, onSpike, onLost, onRetained } = options
  const tracks = new Map<string, Track>()

  function lose(neuron: string, track: Track, ranges: readonly SeqRange[], why: string): void {
    for (const { from, to } of ranges) {
      const named = track.gaps.find(gap => gap.from <= from && to <= gap.to)
      track.counts.missing += to - from + 1
      onLost?.({ neuron, boot: track.boot, from, to, why: named?.why ?? why })
    }
  }

  function ask(neuron: string, track: Track): void {
    const [hole] = track.holes
    if (!hole || client.connected === false) return
    track.asks = (track.asks + 1) % MOST_ASKS
    if (track.asks === 0) lose(neuron, track, track.holes.splice(0, 1), 'unanswered')
    const request = JSON.stringify({ boot: track.boot, ...hole, id: 'heal' })
    client.publish(`${base}/${neuron}/cmd/replay`, request, { qos: 1 })
  }

  function trackOf(neuron: string, { boot, seq0 }: Batch): Track {
    const known = tracks.get(neuron)
    if (known?.boot === boot) return known
    const back = known?.before?.boot === boot ? known.before : undefined
    if (!back) for (const old of [known, known?.before]) if (old) lose(neuron, old, old.holes.splice(0), 'restarted')
    const counts = known?.counts ?? { received: 0, missing: 0, healed: 0, duplicates: 0 }
    const before = known && { ...known, before: undefined }
    // What came before the first message was before our time; a neuron that starts anew begins with 1, one of two goes on.
    const track = { ...(back ?? { boot, next: known ? 1 : seq0, holes: [], gaps: [], asks: 0, counts }), before }
    tracks.set(neuron, track)
    return track
  }

  function ledger(neuron: string, batch: Batch | undefined): void {
    if (!batch) return
    const track = trackOf(neuron, batch)
    track.gaps = [...track.gaps, ...(batch.gap ?? [])].slice(-MOST_RANGES)
    if (batch.seq0 > track.next) track.holes.push({ from: track.next, to: batch.seq0 - 1 })
    if (track.holes.length > MOST_RANGES) lose(neuron, track, track.holes.splice(0, 1), 'unanswered')
    deliver(neuron, track, batch, false)
    track.next = Math.max(track.next, batch.seq0 + batch.n)
  }

  function replay(neuron: string, batch: Batch | undefined): void {
    const track = tracks.get(neuron)
    if (!batch || track?.boot !== batch.boot) return
    const before = JSON.stringify(track.holes)
    for (const { from, to } of batch.missing ?? []) lose(neuron, track, cutOut(track, from, to), 'forgotten')
    deliver(neuron, track, batch, true)
    if (JSON.stringify(track.holes) === before) return
    track.asks = 0
    ask(neuron, track)
  }

  function deliver(neuron: string, track: Track, batch: Batch, healed: boolean): void {
    const { counts, boot } = track
    const { seq0, n, dtUs, speed = 1, late = false } = batch
    let tUs = batch.t0Us
    for (let i = 0; i < n; i++) {
      if (i > 0) tUs += dtUs[i - 1] as number
      const seq = seq0 + i
      const isNew = (!healed && seq >= track.next) || cutOut(track, seq, seq).length > 0
      counts.received += Number(isNew)
      counts.healed += Number(isNew && healed)
      counts.duplicates += Number(!isNew && !healed)
      if (isNew) onSpike?.({ neuron, boot, seq, tUs, speed, late, healed })
    }
  }

  const hear: Listener = (topic, payload, { retain }) => {
    const [neuron = '', name = '', deeper] = topic.startsWith(`${base}/`) ? topic.slice(base.length + 1).split('/') : []
    if (deeper !== undefined) return
    const text = new TextDecoder().decode(payload)
    if (name === 'status' || name === 'state') onRetained?.(neuron, name, text)
    else if (name === 'spikes' && !retain) ledger(neuron, batchIn(text))
    else if (name === 'reply' && !retain) replay(neuron, batchIn(text))
  }
  client.on('message', hear)
  for (const name of ['status', 'state', 'spikes', 'reply']) client.subscribe(`${base}/${only}/${name}`, { qos: 1 })
  const timer = timers.setInterval(() => [...tracks].map(([neuron, track]) => ask(neuron, track)), ASK_MS)
  return {
    counts: () => [...tracks].map(countsOf),
    close() {
      timers.clearInterval(timer)
      client.removeListener('message', hear)
    },
  }
}

function countsOf([neuron, { holes, counts, before }]: readonly [string, Track]): ReceiverCounts {
  const pending = [...holes, ...(before?.holes ?? [])].reduce((sum, { from, to }) => sum + to - from + 1, 0)
  return { neuron, ...counts, missing: counts.missing + pending, pending }
}

/** Takes a range out of the holes; returns the parts of it that were in one. */
function cutOut(track: Track, from: number, to: number): SeqRange[] {
  const parts = track.holes
    .map(hole => ({ from: Math.max(from, hole.from), to: Math.min(to, hole.to) }))
    .filter(isRange)
  if (parts.length === 0) return parts
  track.holes = track.holes.flatMap(hole => {
    const before = { ...hole, to: Math.min(hole.to, from - 1) }
    return [before, { ...hole, from: Math.max(hole.from, to + 1) }].filter(isRange)
  })
  return parts
}

const isRange = ({ from, to }: SeqRange) => from <= to
/** The batch in a ledger message or in the answer to a request for one. */
function batchIn(text: string): Batch | undefined {
  try {
    const content = JSON.parse(text)
    const batch = content.result ?? content
    const { boot, seq0, n, t0Us, dtUs } = batch
    const numbers = n === 0 ? [seq0] : [seq0, n, t0Us, ...dtUs]
    const isSound = typeof boot === 'string' && numbers.every(Number.isFinite) && dtUs.length === Math.max(0, n - 1)
    return isSound ? batch : undefined
  } catch {
    return undefined
  }
}
