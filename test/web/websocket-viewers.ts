/** WebSocket clients of the server, as many browsers would open them. */
import WebSocket from 'ws'
import { until } from './page-interactions.ts'

export interface Received {
  messages: number
  frames: number
  bytes: number
}

export interface ViewerSockets {
  readonly sockets: readonly WebSocket[]
  readonly seen: readonly Received[]
  /** Until it holds for each of them. */
  until(holds: (seen: Received, k: number) => boolean, what: string): Promise<void>
  close(): void
}

/** Opens so many viewers; each has got its first message. */
export async function openViewerSockets(url: string, size: number): Promise<ViewerSockets> {
  const seated = await Promise.all(Array.from({ length: size }, () => openViewerSocket(url)))
  const refused = seated.find(({ refusal }) => refusal !== undefined)
  if (refused) throw new Error(`a viewer was refused: ${refused.refusal}`)
  const seen = seated.map(one => one.seen)
  return {
    sockets: seated.map(({ socket }) => socket),
    seen,
    until: (holds, what) => until(() => seen.every(holds), what),
    close: () => seated.forEach(({ socket }) => void socket.terminate()),
  }
}

/** A viewer that has got its first message, or was refused with code and reason. */
export function openViewerSocket(url: string): Promise<{ socket: WebSocket; seen: Received; refusal?: string }> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/live`)
  const seen = { messages: 0, frames: 0, bytes: 0 }
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', (code, reason) => resolve({ socket, seen, refusal: `${code} ${reason}` }))
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) seen.frames++
      else seen.messages++
      seen.bytes += data.length
      resolve({ socket, seen })
    })
  })
}
