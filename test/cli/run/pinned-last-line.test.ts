import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { openPinnedLine } from '../../../src/cli/run/pinned-last-line.ts'

describe('a pinned last line', () => {
  const openOnTerminal = () => {
    const out = new PassThrough()
    const terminal = { isBlocked: false }
    const line = openPinnedLine({ stream: out, isBlocked: () => terminal.isBlocked }, () => 100)
    return { line, terminal, written: () => String(out.read() ?? '') }
  }

  it('has the log above it, and comes back below the log', () => {
    const { line, written } = openOnTerminal()
    line.draw('alive')
    line.log.write('a message\n')
    expect(written()).toBe(
      '\u001b[?25l\u001b[?7lalive\u001b[?7h\u001b[J\r\u001b[Ja message\n\u001b[?7lalive\u001b[?7h\u001b[J\r',
    )
  })

  it('is not drawn while the terminal is stopped, and stands as it is now below the next message', () => {
    const { line, terminal, written } = openOnTerminal()
    line.draw('then')
    written()
    terminal.isBlocked = true
    line.draw('now')
    expect(written()).toBe('')
    line.log.write('a message\n')
    expect(written()).toBe('\u001b[Ja message\n\u001b[?7lnow\u001b[?7h\u001b[J\r')
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
