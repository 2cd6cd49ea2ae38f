import { PassThrough } from 'node:stream'
import type { WriteStream } from 'node:tty'
import { describe, expect, it } from 'vitest'
import { openPinnedLine } from '../../../src/cli/run/pinned-last-line.ts'

describe('a pinned last line', () => {
  const openOnTerminal = () => {
    const out = new PassThrough() as PassThrough & { columns: number }
    out.columns = 100
    const line = openPinnedLine(out as unknown as WriteStream)
    return { line, written: () => String(out.read() ?? '') }
  }

  it('has the log above it, and comes back below the log', () => {
    const { line, written } = openOnTerminal()
    line.draw('alive')
    line.log.write('a message\n')
    expect(written()).toBe(
      '\u001b[?25l\u001b[?7lalive\u001b[?7h\u001b[J\r\u001b[Ja message\n\u001b[?7lalive\u001b[?7h\u001b[J\r',
    )
  })

  it('leaves an empty line and a cursor when it is closed, once', () => {
    const { line, written } = openOnTerminal()
    line.draw('alive')
    written()
    line.close()
    line.close()
    line.draw('dead')
    expect(written()).toBe('\u001b[J\u001b[?25h')
  })
})
