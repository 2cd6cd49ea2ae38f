import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { readTextFile } from '../config/text-file.ts'
import { monotonicMs } from '../loop/clock.ts'
import { NeuronError } from '../neuron/complaint.ts'
import type { Fault } from './flags.ts'
import { type LongWork, withProgressLine } from './progress.ts'

/** What the offline commands see of the machine: files, the two output streams, chance. */
export interface Desk {
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
export function thisDesk(): Desk {
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
export function fulfil(name: string, desk: Desk, output: string | undefined, work: () => string): void {
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
export function outputFaults(desk: Desk, output: string | undefined): Fault[] {
  const obstacle = output === undefined || output === '-' ? null : desk.obstacleTo(output)
  return obstacle === null ? [] : [{ text: `--output ${output}: ${obstacle}`, misused: false }]
}

function faultsOf(error: unknown): readonly Fault[] {
  if (error instanceof RefusedError) return error.faults
  if (error instanceof NeuronError) return [{ text: error.message, misused: false }]
  throw error
}

function write(desk: Desk, path: string, text: string): void {
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
