/**
 * Receives the spikes of all neurons on a broker, each exactly once, and asks for those that were lost on the way.
 * One file that depends on nothing, for Node and browsers; the connection is MQTT.js's:
 * `receive(mqtt.connect('mqtt://raspberrypi.local'), { onSpike: ({ neuron, seq, tUs }) => … })`
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

/** What came of one neuron; `pending` ones may still come, and are among the missing. */
export type ReceiverCounts = { readonly neuron: string } & Readonly<Counts & { pending: number }>

export interface ReceiverOptions {
  /** `neuron/v1` unless given, and the id of one neuron, else all (10,000 at most). */
  readonly base?: string
  readonly neuron?: string
  readonly onSpike?: (spike: ReceivedSpike) => void
  readonly onLost?: (lost: LostSpikes) => void
  /** What else is retained: `status` (online or offline) and `state` (JSON: rateHz, iNa and so on). */
  readonly onRetained?: (neuron: string, name: 'status' | 'state', text: string) => void
  /** The platform's timers unless given. */
  readonly timers?: { readonly setInterval: typeof setInterval; readonly clearInterval: typeof clearInterval }
}

/** What is still pending when it is closed is lost. */
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

type Counts = Record<'received' | 'missing' | 'healed' | 'duplicates', number>
type SeqRange = { readonly from: number; readonly to: number }
type Gap = SeqRange & { readonly why: string }

/** What is known of a neuron's boot: the seq that comes next, seconds that passed in vain, what is missing, given up. */
interface Track extends Record<'next' | 'waitedS', number>, Pick<ReceivedSpike, 'neuron' | 'boot'> {
  readonly counts: Counts
  holes: SeqRange[]
  gaps: readonly Gap[]
}
type Batch = Pick<ReceivedSpike, 'boot' | 'speed' | 'late'> &
  Readonly<{ seq0: number; tUs: readonly number[]; gap: readonly Gap[]; missing: readonly SeqRange[] }>
/** Seconds without an answer, ranges of a boot, boots of a neuron, neurons. */
const MOST = { waitS: 60, ranges: 256, boots: 8, neurons: 10_000 } as const

/** Begin to receive. The client may reconnect as it likes if it then subscribes again by itself, as MQTT.js does. */
export function receive(client: MqttClientLike, options: ReceiverOptions = {}): Receiver {
  const { base = 'neuron/v1', neuron: neuronId = '+', timers = globalThis, onSpike, onLost, onRetained } = options
  /** The boots of each neuron, the one that spoke last first: it may start anew, or share its id with another. */
  const neurons = new Map<string, readonly Track[]>()

  function reportLost({ neuron, boot, gaps, counts }: Track, ranges: readonly SeqRange[], why: string): void {
    for (const { from, to } of ranges) {
      counts.missing += to - from + 1
      onLost?.({ neuron, boot, from, to, why: gaps.find(gap => gap.from <= from && to <= gap.to)?.why ?? why })
    }
  }

  function requestReplay({ neuron, boot, holes: [hole] }: Track): void {
    if (hole) client.publish(`${base}/${neuron}/cmd/replay`, JSON.stringify({ boot, ...hole, id: 'heal' }), { qos: 1 })
  }

  function everySecond(boots: readonly Track[]): void {
    if (client.connected === false) return
    for (const track of boots) {
      track.waitedS = track.holes.length > 0 ? (track.waitedS + 1) % MOST.waitS : 0
      if (track.waitedS === 0) reportLost(track, track.holes.splice(0), track === boots[0] ? 'unanswered' : 'restarted')
    }
    requestReplay(boots[0]!)
  }

  function trackOf(neuron: string, { boot, seq0 }: Batch): Track {
    const boots = neurons.get(neuron) ?? []
    if (boots[0]?.boot === boot) return boots[0]
    const counts = boots[0]?.counts ?? { received: 0, missing: 0, healed: 0, duplicates: 0 }
    // What came before the first message was before our time; a neuron that starts anew begins with 1, one of two goes on.
    const unknown = { neuron, boot, next: boots[0] ? 1 : seq0, waitedS: 0, holes: [], gaps: [], counts }
    const track = boots.find(known => known.boot === boot) ?? unknown
    const others = boots.filter(known => known !== track)
    for (const old of others.splice(MOST.boots - 1)) reportLost(old, old.holes, 'restarted')
    for (const known of [track, ...others]) known.waitedS = 0
    neurons.set(neuron, [track, ...others])
    return track
  }

  /** What should have come before `seq` is missing. */
  function advance(track: Track, seq: number): void {
    if (seq > track.next) track.holes.push({ from: track.next, to: seq - 1 })
    if (track.holes.length > MOST.ranges) reportLost(track, track.holes.splice(0, 1), 'unanswered')
    track.next = Math.max(track.next, seq)
  }

  function onSpikes(neuron: string, batch: Batch | undefined): void {
    if (!batch || (neurons.size >= MOST.neurons && !neurons.has(neuron))) return
    const track = trackOf(neuron, batch)
    track.gaps = [...track.gaps, ...batch.gap].slice(-MOST.ranges)
    advance(track, batch.seq0)
    deliver(track, batch, false)
    track.next = Math.max(track.next, batch.seq0 + batch.tUs.length)
  }

  function onReplay(boots: readonly Track[], name: string, batch: Batch | undefined): void {
    const track = boots.find(({ boot }) => boot === batch?.boot)
    if (!track || !batch) return
    const before = JSON.stringify(track.holes)
    if (name === 'info') advance(track, batch.seq0)
    for (const { from, to } of batch.missing) reportLost(track, cutOut(track, from, to), 'forgotten')
    deliver(track, batch, true)
    if (JSON.stringify(track.holes) === before) return
    track.waitedS = 0
    requestReplay(boots[0]!)
  }

  function deliver(track: Track, { seq0, tUs: times, speed, late }: Batch, healed: boolean): void {
    const { neuron, boot, counts } = track
    times.forEach((tUs, i) => {
      const seq = seq0 + i
      const isNew = (!healed && seq >= track.next) || cutOut(track, seq, seq).length > 0
      counts.received += Number(isNew)
      counts.healed += Number(isNew && healed)
      counts.duplicates += Number(!isNew && !healed)
      if (isNew) onSpike?.({ neuron, boot, seq, tUs, speed, late, healed })
    })
  }

  const onMessage: Listener = (topic, payload, { retain }) => {
    const [neuron = '', name = '', deeper] = topic.startsWith(`${base}/`) ? topic.slice(base.length + 1).split('/') : []
    if (deeper !== undefined) return
    const text = new TextDecoder().decode(payload)
    if (name === 'status' || name === 'state') onRetained?.(neuron, name, text)
    else if (name === 'spikes' && !retain) onSpikes(neuron, batchIn(text))
    else if (name === 'info' || (name === 'reply' && !retain)) onReplay(neurons.get(neuron) ?? [], name, batchIn(text))
  }
  client.on('message', onMessage)
  for (const name of ['status', 'state', 'info', 'spikes', 'reply'])
    client.subscribe(`${base}/${neuronId}/${name}`, { qos: 1 })
  const timer = timers.setInterval(() => neurons.forEach(everySecond), 1000)
  return {
    counts: () => [...neurons.values()].map(countsOf),
    close() {
      timers.clearInterval(timer)
      client.removeListener('message', onMessage)
      for (const track of [...neurons.values()].flat()) reportLost(track, track.holes.splice(0), 'unanswered')
    },
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

/** The batch in a ledger message or in the answer to a request for one; of `info`, how far the run before it came. */
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
