import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { readTextFile } from '../config/files.ts'
import { monotonicMs, realTimers } from '../loop/clock.ts'
import { NeuronError } from '../neuron/params.ts'
import type { Fault } from './flags.ts'

/** What the offline commands see of the machine: files, the two output streams, chance. */
export interface Console {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Throws Node's errors. */
  readonly readFile: (path: string) => string
  readonly writeFile: (path: string, text: string) => void
  /** Why a file could not be written, looked up before the work is done; null if it could. */
  readonly obstacleTo: (path: string) => string | null
  readonly print: (text: string) => void
  readonly complain: (text: string) => void
  /** Standard error is a terminal that shows colours. */
  readonly colours: boolean
  /** Does long work, and shows how far it is to whoever watches. */
  readonly watched: <T>(what: string, work: LongWork<T>) => T
  readonly randomSeed: () => number
  readonly exitWith: (code: number) => void
}

/** The request cannot be fulfilled; every fault at once. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly faults: readonly Fault[]

  constructor(faults: readonly Fault[], options?: ErrorOptions) {
    super(faults.map(({ text }) => text).join('\n'), options)
    this.faults = faults
  }
}

/** The machine that this process runs on. */
export function thisConsole(): Console {
  return {
    env: process.env,
    readFile: readTextFile,
    writeFile: (path, text) => writeFileSync(path, text),
    obstacleTo,
    print: text => {
      process.stdout.once('error', endQuietlyIfNobodyReads)
      process.stdout.write(text)
    },
    complain: text => void process.stderr.write(text),
    colours: Boolean(process.stderr.isTTY) && !process.env.NO_COLOR,
    watched: (what, work) =>
      process.stderr.isTTY
        ? withProgressLine(what, work, text => void process.stderr.write(text), monotonicMs)
        : work(() => {}),
    randomSeed: () => Math.floor(Math.random() * 2 ** 32),
    exitWith: code => {
      process.exitCode = code
    },
  }
}

/** Does the work of `neurond NAME`: what it returns goes to the file `output` or to standard output; faults to standard error. */
export function fulfil(name: string, desk: Console, output: string | undefined, work: () => string): void {
  try {
    const text = work()
    if (output === undefined || output === '-') desk.print(text)
    else write(desk, output, text)
  } catch (error) {
    const faults = faultsOf(error)
    const painted = desk.colours ? `\u001b[31mneurond ${name}\u001b[0m` : `neurond ${name}`
    for (const { text } of faults) desk.complain(`${painted}: ${text}\n`)
    const isMisused = faults.some(fault => fault.misused)
    if (isMisused) desk.complain(`Flags, units and examples: neurond ${name} --help\n`)
    desk.exitWith(isMisused ? 2 : 1)
  }
}

/** The fault of a file that cannot be written, if it is already plain that it cannot. */
export function outputFaults(desk: Console, output: string | undefined): Fault[] {
  const obstacle = output === undefined || output === '-' ? null : desk.obstacleTo(output)
  return obstacle === null ? [] : [{ text: `--output ${output}: ${obstacle}`, misused: false }]
}

function faultsOf(error: unknown): readonly Fault[] {
  if (error instanceof RefusedError) return error.faults
  if (error instanceof NeuronError) return [{ text: error.message, misused: false }]
  throw error
}

function write(desk: Console, path: string, text: string): void {
  try {
    desk.writeFile(path, text)
  } catch (cause) {
    const fault = { text: `--output ${path}: cannot be written: ${(cause as Error).message}`, misused: false }
    throw new RefusedError([fault], { cause })
  }
}

/** Why a file could not be written, and what to do; null if it could. */
export function obstacleTo(path: string): string | null {
  if (!existsSync(path)) {
    const folder = dirname(path)
    if (!existsSync(folder)) return `there is no folder ${folder}: make it with mkdir -p`
    return isWritable(folder) ? null : `this user may not write into ${folder}: choose another folder`
  }
  if (statSync(path).isDirectory()) return 'is a folder: name a file in it'
  return isWritable(path) ? null : 'this user may not write it: choose another file'
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

// The reader of a pipe may have seen enough (| head): that is no failure.
function endQuietlyIfNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return
  process.stderr.write(`neurond: standard output cannot be written: ${error.message}\n`)
  process.exitCode = 1
}

/** Before this nobody wonders, and shorter work stays silent. */
const PATIENCE_MS = 500
const EVERY_MS = 100

/** A long piece of work that is told, at times, how to report the fraction it has done. */
type LongWork<T> = (onProgress: (fraction: number) => void) => T

/**
 * Does the work under a line that rewrites itself, and takes the line away at the end.
 * @param write to a terminal. @param nowMs a monotonic clock.
 */
export function withProgressLine<T>(
  what: string,
  work: LongWork<T>,
  write: (text: string) => void,
  nowMs: () => number,
): T {
  let nextMs = nowMs() + PATIENCE_MS
  let isShown = false
  const onProgress = (fraction: number) => {
    const now = nowMs()
    if (now < nextMs) return
    write(`\r${what}: ${Math.floor(fraction * 100)} %`)
    isShown = true
    nextMs = now + EVERY_MS
  }
  try {
    return work(onProgress)
  } finally {
    if (isShown) write('\r\u001b[K')
  }
}

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

/** The user has had enough. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
}

/** Waits. @throws InterruptedError at once when the signal is, or has been, aborted. */
export function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const interrupt = () => {
      cancel()
      reject(new InterruptedError('interrupted'))
    }
    const cancel = realTimers.after(durationMs, () => {
      signal.removeEventListener('abort', interrupt)
      resolve()
    })
    if (signal.aborted) interrupt()
    else signal.addEventListener('abort', interrupt, { once: true })
  })
}
