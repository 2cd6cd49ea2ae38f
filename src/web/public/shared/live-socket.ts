/** WebSockets to this page's server that reconnect by themselves; and the messages that the dashboard gets on one. */
import type { Fields } from '../../../fields/field-types-and-checks.ts'
import type { RunningLesson } from '../../../lessons/report.ts'
import type { ToldParams } from '../../../loop/control/live-params.ts'
import type { HealthReport } from '../../../mqtt/types.ts'
import type { DatedArrival, WebLink, WebState } from '../../data-sources.ts'
import type { PageAccess } from '../../http/access.ts'
import { decodeNeuronFrame, type NeuronFrame } from '../../wire-format.ts'
import { language } from './language.ts'

/** The server's first message. */
export interface Hello extends PageAccess {
  readonly id: string
  readonly boot: string
  readonly info: { readonly [what: string]: unknown }
  readonly verbs: Readonly<Record<string, Fields>>
}

export interface NeuronListeners {
  onHello(hello: Hello): void
  onAccess(access: PageAccess): void
  onFrame(frame: NeuronFrame, atMs: number): void
  /** @param tUs when it was sent, µs since 1970 */
  onState(state: WebState, tUs: number): void
  onParams(params: ToldParams, tUs: number): void
  onHealth(health: HealthReport, link: WebLink, viewers: number): void
  onArrivals(arrivals: readonly DatedArrival[]): void
  onEvent(): void
  /** The lesson under way; null when there is none any more. */
  onLesson(running: RunningLesson | null): void
  /** @param reason why, if the server said so */
  onLost(reason: string): void
}

export interface LiveSocket {
  /** The server sends frames only to a page that watches. */
  watch(on: boolean): void
}

export function openNeuronSocket(listeners: NeuronListeners): LiveSocket {
  return openReconnectingSocket(
    `/live?language=${language}`,
    event => dispatchMessage(event, listeners),
    listeners.onLost,
  )
}

function dispatchMessage({ data, timeStamp }: MessageEvent, listeners: NeuronListeners): void {
  if (data instanceof ArrayBuffer) {
    listeners.onFrame(decodeNeuronFrame(data), timeStamp)
    return
  }
  const message = JSON.parse(data)
  if (message.type === 'hello') listeners.onHello(message)
  else if (message.type === 'access') listeners.onAccess(message)
  else if (message.type === 'state') listeners.onState(message.state, message.tUs)
  else if (message.type === 'params') listeners.onParams(message.params, message.tUs)
  else if (message.type === 'health') listeners.onHealth(message.health, message.link, message.viewers)
  else if (message.type === 'arrivals') listeners.onArrivals(message.arrivals)
  else if (message.type === 'event') listeners.onEvent()
  else if (message.type === 'lesson') listeners.onLesson(message.running)
}

const FIRST_RETRY_MS = 500
const MAX_RETRY_MS = 5000
/** A watching page gets five messages a second: after a silence this long the server is gone, even if the socket is open. */
const MAX_SILENCE_MS = 10_000

export function openReconnectingSocket(
  path: string,
  onMessage: (event: MessageEvent) => void,
  onLost: (reason: string) => void,
): LiveSocket {
  let socket: WebSocket
  let isWatching = true
  let retryMs = FIRST_RETRY_MS
  let silenceTimer = 0

  function restartSilenceTimer(): void {
    window.clearTimeout(silenceTimer)
    if (isWatching) silenceTimer = window.setTimeout(reconnect, MAX_SILENCE_MS)
  }

  function reconnect(reason = ''): void {
    window.clearTimeout(silenceTimer)
    socket.onmessage = null
    socket.onclose = null
    socket.close()
    onLost(reason)
    window.setTimeout(connect, retryMs)
    retryMs = Math.min(MAX_RETRY_MS, retryMs * 2)
  }

  function connect(): void {
    socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`)
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => {
      if (!isWatching) socket.send('{"watch":false}')
    }
    socket.onmessage = event => {
      retryMs = FIRST_RETRY_MS
      restartSilenceTimer()
      onMessage(event)
    }
    socket.onclose = ({ reason }) => reconnect(reason)
    restartSilenceTimer()
  }
  connect()
  return {
    watch(on) {
      if (on === isWatching) return
      isWatching = on
      restartSilenceTimer()
      if (socket.readyState === WebSocket.OPEN) socket.send(`{"watch":${on}}`)
    },
  }
}
