import type { ViewerSocket } from '../../src/web/live/viewers.ts'

/** A browser's connection that takes everything; `bufferedAmount` makes a slow one of it. */
export function openFakeSocket() {
  const sent: (string | Uint8Array)[] = []
  const socket = {
    bufferedAmount: 0,
    closed: undefined as string | undefined,
    ended: false,
    send: (data: string | Uint8Array) => void sent.push(data),
    close(_code: number, reason: string) {
      socket.closed = reason
    },
    terminate() {
      socket.ended = true
    },
  }
  return { socket: socket satisfies ViewerSocket, sent }
}

/** What a viewer may do: everything, or only watch. */
export function viewerAccess(mayControl: boolean) {
  return () => ({ role: mayControl ? ('teach' as const) : ('watch' as const), locked: false, mayControl })
}
