import type { Page, WebSocket } from 'playwright-core'

/** One sample that a page got. */
export interface TracedRow {
  readonly tUs: number
  readonly vMv: number
  readonly iNa: number
}

interface Dated {
  readonly tUs: number
}

export interface ReportedState extends Dated {
  readonly state: Readonly<
    Record<'vMv' | 'iNa' | 'level' | 'count' | 'rateHz' | 'speed' | 'modelMs', number> &
      Record<'running' | 'stimulated' | 'muted', boolean>
  > & { readonly isiMs: number | null; readonly source: string }
}

export interface ReportedParams extends Dated {
  readonly params: Readonly<Record<string, number>>
}

/** All that a page was sent since it was loaded last, read without the page's own code. */
export interface PageTraffic {
  readonly states: ReportedState[]
  readonly params: ReportedParams[]
  readonly rows: TracedRow[]
  /** Numbers of the spikes that it was shown. */
  readonly seqs: number[]
  health: { readonly health: Readonly<Record<string, number>>; readonly viewers: number } | undefined
}

/** To be called before the page is opened. */
export function recordTraffic(page: Page): PageTraffic {
  const traffic: PageTraffic = { states: [], params: [], rows: [], seqs: [], health: undefined }
  page.on('websocket', (socket: WebSocket) => {
    for (const list of [traffic.states, traffic.params, traffic.rows, traffic.seqs]) list.length = 0
    socket.on('framereceived', ({ payload }) => {
      if (typeof payload !== 'string') readFrame(payload, traffic)
      else readMessage(JSON.parse(payload), traffic)
    })
  })
  return traffic
}

function readMessage(message: { readonly type: string }, traffic: PageTraffic): void {
  if (message.type === 'state') traffic.states.push(message as never)
  else if (message.type === 'params') traffic.params.push(message as never)
  else if (message.type === 'health') traffic.health = message as never
}

/**
 * Little-endian: 4 doubles (format, spikes, rows, time of the first row), 5 doubles a spike (the first is its number),
 * 4 floats a row (ms since the first row, mV, nA, level).
 */
function readFrame(bytes: Buffer, { rows, seqs }: PageTraffic): void {
  const [spikeCount, rowCount, firstUs] = [8, 16, 24].map(at => bytes.readDoubleLE(at)) as [number, number, number]
  for (let k = 0; k < spikeCount; k++) seqs.push(bytes.readDoubleLE(32 + 40 * k))
  for (let k = 0; k < rowCount; k++) {
    const [ms, vMv, iNa] = [0, 4, 8].map(at => bytes.readFloatLE(32 + 40 * spikeCount + 16 * k + at))
    rows.push({ tUs: firstUs + ms! * 1000, vMv: vMv!, iNa: iNa! })
  }
}
