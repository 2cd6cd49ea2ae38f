import { Writable } from 'node:stream'
import type { WriteStream } from 'node:tty'

/** A terminal whose last line is alive, with the log above it. */
export interface Screen {
  /** Where the log goes: it never tears the living line. */
  readonly log: Writable
  readonly columns: () => number
  draw(line: string): void
  /** Leave the cursor on an empty line; calling it twice does no harm. */
  close(): void
}

const ERASE_LINE = '\r\u001b[2K'
const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'

export function openScreen(out: WriteStream): Screen {
  let line = ''
  let open = true
  out.write(HIDE_CURSOR)
  return {
    log: new Writable({
      write(chunk, _encoding, done) {
        out.write(`${ERASE_LINE}${chunk}${line}`)
        done()
      },
    }),
    columns: () => out.columns || 80,
    draw(next) {
      if (!open) return
      line = next
      out.write(`\r${next}\u001b[K`)
    },
    close() {
      if (!open) return
      open = false
      line = ''
      out.write(`${ERASE_LINE}${SHOW_CURSOR}`)
    },
  }
}
