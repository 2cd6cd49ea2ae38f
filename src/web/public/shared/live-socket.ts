/** The stream of frames and messages from the neuron; it comes back by itself. */
import type { Fields } from '../../../fields/fields.ts'
import type { WebArrival, WebEvent, WebHealth, WebLink, WebParams, WebState } from '../../data-sources.ts'
import { decodeFrame, type Frame } from '../../wire-format.ts'

export interface Hello {
  readonly id: string
  readonly boot: string
  readonly mayControl: boolean
  readonly info: { readonly [what: string]: unknown }
  readonly verbs: Readonly<Record<string, Fields>>
}

export interface LiveSinks {
  onHello(hello: Hello): void
  onFrame(frame: Frame, atMs: number): void
  onState(state: WebState): void
  onParams(params: WebParams, rev: number): void
  onHealth(health: WebHealth, link: WebLink, viewers: number): void
  onArrivals(arrivals: readonly WebArrival[]): void
  onEvent(event: WebEvent): void
  /** @param reason why, if the server has said so */
  onGone(reason: string): void
}

const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 5000
/** A page that looks is told something five times a second: without a word for so long the server is gone, though its end was not heard. */
const LONGEST_SILENCE_MS = 10_000

export interface LiveSocket {
  /** Frames only while somebody looks, or records. */
  watch(on: boolean): void
}

export function openLiveSocket(sinks: LiveSinks): LiveSocket {
  return openStream('/live', event => receive(event, sinks), sinks.onGone)
}

/** A WebSocket of this page's server that comes back by itself. */
export function openStream(
  path: string,
  onMessage: (event: MessageEvent) => void,
  onGone: (reason: string) => void,
): LiveSocket {
  let socket: WebSocket
  let watches = true
  let retryMs = FIRST_RETRY_MS
  let alarm = 0

  function awaitWord(): void {
    window.clearTimeout(alarm)
    if (watches) alarm = window.setTimeout(lose, LONGEST_SILENCE_MS)
  }

  function lose(reason = ''): void {
    window.clearTimeout(alarm)
    socket.onmessage = null
    socket.onclose = null
    socket.close()
    onGone(reason)
    window.setTimeout(connect, retryMs)
    retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2)
  }

  function connect(): void {
    socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`)
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => {
      if (!watches) socket.send('{"watch":false}')
    }
    socket.onmessage = event => {
      retryMs = FIRST_RETRY_MS
      awaitWord()
      onMessage(event)
    }
    socket.onclose = ({ reason }) => lose(reason)
    awaitWord()
  }
  connect()
  return {
    watch(on) {
      if (on === watches) return
      watches = on
      awaitWord()
      if (socket.readyState === WebSocket.OPEN) socket.send(`{"watch":${on}}`)
    },
  }
}

function receive({ data, timeStamp }: MessageEvent, sinks: LiveSinks): void {
  if (data instanceof ArrayBuffer) {
    sinks.onFrame(decodeFrame(data), timeStamp)
    return
  }
  const message = JSON.parse(data)
  if (message.type === 'hello') sinks.onHello(message)
  else if (message.type === 'state') sinks.onState(message.state)
  else if (message.type === 'params') sinks.onParams(message.params, message.rev)
  else if (message.type === 'health') sinks.onHealth(message.health, message.link, message.viewers)
  else if (message.type === 'arrivals') sinks.onArrivals(message.arrivals)
  else if (message.type === 'event') sinks.onEvent(message.event)
}
