import { Writable } from 'node:stream'
import type { StandardOutput } from '../standard-output.ts'

/** A terminal whose last line is redrawn in place, with the log scrolling above it. */
export interface PinnedLine {
  /** The log is written here, so that it never breaks into the line. */
  readonly log: Writable
  readonly columns: () => number
  draw(line: string): void
  /** Removes the line and leaves the cursor on an empty one. May be called twice. */
  close(): void
}

const ERASE_BELOW = '\u001b[J'
const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
const NO_WRAP = '\u001b[?7l'
const WRAP = '\u001b[?7h'

export function openPinnedLine(
  { stream: out, isBlocked }: Pick<StandardOutput, 'stream' | 'isBlocked'>,
  columns: () => number | undefined,
): PinnedLine {
  let line = ''
  let isOpen = true
  out.write(HIDE_CURSOR)
  return {
    log: new Writable({
      write(chunk, _encoding, done) {
        out.write(`${ERASE_BELOW}${chunk}${drawn(line)}`)
        done()
      },
    }),
    columns: () => columns() || 80,
    draw(next) {
      if (!isOpen) return
      line = next
      if (!isBlocked()) out.write(drawn(next))
    },
    close() {
      if (!isOpen) return
      isOpen = false
      line = ''
      out.write(`${ERASE_BELOW}${SHOW_CURSOR}`)
    },
  }
}

/**
 * The line cut at the edge of the terminal, with the cursor back at its beginning. A terminal that becomes narrower
 * breaks the line, but keeps the cursor at its beginning: all pieces can be erased from there.
 */
function drawn(line: string): string {
  return `${NO_WRAP}${line}${WRAP}${ERASE_BELOW}\r`
}
