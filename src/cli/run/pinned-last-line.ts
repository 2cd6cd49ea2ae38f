import { Writable } from 'node:stream'
import type { WriteStream } from 'node:tty'

/** A terminal whose last line is alive, with the log above it. */
export interface PinnedLine {
  /** Where the log goes: it never tears the living line. */
  readonly log: Writable
  readonly columns: () => number
  draw(line: string): void
  /** Leave the cursor on an empty line; calling it twice does no harm. */
  close(): void
}

const ERASE_BELOW = '\u001b[J'
const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'

/**
 * The living line as it is written: cut where the terminal ends, with the cursor back at its beginning. A terminal that
 * becomes narrower breaks the line, and keeps the cursor where the line begins: from there all pieces can be erased.
 */
const drawn = (line: string) => `\u001b[?7l${line}\u001b[?7h${ERASE_BELOW}\r`

export function openPinnedLine(out: WriteStream): PinnedLine {
  let line = ''
  let open = true
  out.write(HIDE_CURSOR)
  return {
    log: new Writable({
      write(chunk, _encoding, done) {
        out.write(`${ERASE_BELOW}${chunk}${drawn(line)}`)
        done()
      },
    }),
    columns: () => out.columns || 80,
    draw(next) {
      if (!open) return
      line = next
      out.write(drawn(next))
    },
    close() {
      if (!open) return
      open = false
      line = ''
      out.write(`${ERASE_BELOW}${SHOW_CURSOR}`)
    },
  }
}
