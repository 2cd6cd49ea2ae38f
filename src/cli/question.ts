/** Questions to whoever sits at the keyboard. */
import { createInterface } from 'node:readline/promises'
import { InterruptedError } from './pause.ts'

/** Exit code after Ctrl-C, as shells have it: 128 and the number of SIGINT. */
export const INTERRUPTED = 130

/**
 * One line from the keyboard. The terminal itself edits it, so that a live line may be shown meanwhile.
 * @param signal withdraws the question
 * @throws InterruptedError when it is withdrawn, or the input ends (Ctrl-D)
 */
export async function answer(question: string, signal: AbortSignal): Promise<string> {
  process.stderr.write(question)
  const lines = createInterface({ input: process.stdin, terminal: false })
  const ended = new AbortController()
  lines.once('close', () => ended.abort())
  try {
    return await lines.question('', { signal: AbortSignal.any([signal, ended.signal]) })
  } catch (cause) {
    throw new InterruptedError('interrupted', { cause })
  } finally {
    lines.close()
  }
}

/** Just Enter is a yes. @throws InterruptedError at Ctrl-C */
export async function confirmed(question: string): Promise<boolean> {
  const leaving = new AbortController()
  const leave = () => leaving.abort()
  process.once('SIGINT', leave)
  try {
    return isYes(await answer(question, leaving.signal))
  } finally {
    process.off('SIGINT', leave)
  }
}

export function isYes(line: string): boolean {
  return !/^\s*n/i.test(line)
}
