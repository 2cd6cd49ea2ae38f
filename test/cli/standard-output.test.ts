import { describe, expect, it } from 'vitest'
import { createOutput } from '../../src/cli/standard-output.ts'
import { manualTimers } from '../mqtt/manual-timers.ts'

/** A terminal or pipe with room for so many bytes. */
function fakeFile(room: number) {
  const file = { room, text: '', fault: '', isClosed: false }
  return Object.assign(file, {
    write(bytes: Uint8Array) {
      if (file.fault || file.room === 0) throw Object.assign(new Error(), { code: file.fault || 'EAGAIN' })
      const taken = bytes.subarray(0, file.room)
      file.room -= taken.length
      file.text += Buffer.from(taken).toString()
      return taken.length
    },
    close() {
      file.isClosed = true
    },
  })
}

describe('standard output', () => {
  it('keeps what there is no room for, in order, and writes it once there is', async () => {
    const timers = manualTimers()
    const file = fakeFile(5)
    const { stream, isBlocked } = createOutput(file, () => {}, timers)
    stream.write('abc')
    expect([file.text, isBlocked()]).toEqual(['abc', false])
    stream.write('defg')
    stream.write('hi')
    expect([file.text, isBlocked()]).toEqual(['abcde', true])
    file.room = 100
    await timers.pass(1000)
    expect([file.text, isBlocked()]).toEqual(['abcdefghi', false])
    stream.write('j')
    expect(file.text).toBe('abcdefghij')
  })

  it('drops whole messages when too many wait', () => {
    const file = fakeFile(0)
    const { stream, close } = createOutput(file, () => {}, manualTimers())
    const messages = Array.from({ length: 1000 }, (_, k) => `${String(k).padStart(999, '0')}\n`)
    for (const message of messages) stream.write(message)
    file.room = 1e9
    close()
    expect(file.text).toBe(messages.slice(0, 262).join(''))
    expect(file.isClosed).toBe(true)
  })

  it('says when the reader of a pipe has ended, and writes no more', () => {
    const file = fakeFile(100)
    let gone = 0
    const { stream, isBlocked } = createOutput(file, () => void gone++, manualTimers())
    file.fault = 'EPIPE'
    stream.write('abc')
    expect([gone, isBlocked()]).toEqual([1, false])
  })

  it('leaves the end of a terminal to those who watch for it', () => {
    const file = fakeFile(100)
    let gone = 0
    const { stream, isBlocked } = createOutput(file, () => void gone++, manualTimers())
    file.fault = 'EIO'
    stream.write('abc')
    expect([gone, isBlocked()]).toEqual([0, false])
  })
})
