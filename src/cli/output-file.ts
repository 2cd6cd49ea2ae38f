/** Writes the result of a command to standard output or to the file of --output, and what is wrong to standard error. */
import { accessSync, closeSync, constants, existsSync, openSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { NeuronError } from '../neuron/params.ts'
import type { Console } from './console.ts'
import type { CommandFault } from './option-parsers.ts'

/** What is needed to write a result. */
export interface OutputContext {
  readonly console: Console
  /** A file to write piece by piece, empty at first. @throws Node's errors, as the two functions do */
  readonly openFile: (path: string) => OpenFile
  /** Why a file cannot be written, asked before the work is done; null if it can. */
  readonly writeObstacle: (path: string) => string | null
}

interface OpenFile {
  write(text: string): void
  close(): void
}

/** A text, or its pieces: a long one need not be in memory as a whole. */
export type FileContent = string | Iterable<string>

/** The request cannot be carried out; it holds every fault at once. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly faults: readonly CommandFault[]

  constructor(faults: readonly CommandFault[], options?: ErrorOptions) {
    super(faults.map(({ text }) => text).join('\n'), options)
    this.faults = faults
  }
}

/** Does the work of `neurond NAME`, and writes the text that it returns to the file `output` or to standard output. */
export async function writeResult(
  name: string,
  context: OutputContext,
  output: string | undefined,
  work: () => FileContent,
): Promise<void> {
  try {
    const result = work()
    const pieces = typeof result === 'string' ? [result] : result
    if (output === undefined || output === '-') await printPieces(context.console, pieces)
    else writeOutput(context, output, pieces)
  } catch (error) {
    const { console } = context
    const faults = faultsOf(error)
    for (const { text } of faults) console.printError(`${console.errorColours.red(`neurond ${name}`)}: ${text}\n`)
    const isMisuse = faults.some(fault => fault.isMisuse)
    if (isMisuse) console.printError(`Flags, units and examples: neurond ${name} --help\n`)
    console.setExitCode(isMisuse ? 2 : 1)
  }
}

/** The fault of a file that cannot be written, if that is plain before the work. */
export function outputFaults({ writeObstacle }: OutputContext, output: string | undefined): CommandFault[] {
  const obstacle = output === undefined || output === '-' ? null : writeObstacle(output)
  return obstacle === null ? [] : [{ text: `--output ${output}: ${obstacle}`, isMisuse: false }]
}

/** Why a file cannot be written, and what to do; null if it can. */
export function writeObstacle(path: string): string | null {
  if (!existsSync(path)) {
    const folder = dirname(path)
    if (!existsSync(folder)) return `there is no folder ${folder}: make it with mkdir -p ${folder}`
    return isWritable(folder) ? null : `this user may not write into ${folder}: choose another folder`
  }
  if (statSync(path).isDirectory()) return 'is a folder: name a file in it'
  return isWritable(path) ? null : 'this user may not write it: choose another file'
}

function faultsOf(error: unknown): readonly CommandFault[] {
  if (error instanceof RefusedError) return error.faults
  if (error instanceof NeuronError) return [{ text: error.message, isMisuse: false }]
  throw error
}

/** Fewer writes of so many characters. */
function* joined(pieces: Iterable<string>): Generator<string> {
  let waiting = ''
  for (const piece of pieces) {
    waiting += piece
    if (waiting.length < 1 << 16) continue
    yield waiting
    waiting = ''
  }
  yield waiting
}

/** Between the pieces the process notices that the reader of a pipe has gone. */
async function printPieces({ print }: Console, pieces: Iterable<string>): Promise<void> {
  for (const piece of joined(pieces)) {
    print(piece)
    await new Promise<void>(resolve => setImmediate(resolve))
  }
}

/** A file that is written piece by piece. */
export function openFile(path: string): OpenFile {
  const fd = openSync(path, 'w')
  return {
    write(text) {
      const bytes = Buffer.from(text)
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
    },
    close: () => closeSync(fd),
  }
}

function writeOutput({ openFile }: OutputContext, path: string, pieces: Iterable<string>): void {
  try {
    const file = openFile(path)
    try {
      for (const piece of joined(pieces)) file.write(piece)
    } finally {
      file.close()
    }
  } catch (cause) {
    const fault = { text: `--output ${path}: cannot be written: ${(cause as Error).message}`, isMisuse: false }
    throw new RefusedError([fault], { cause })
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
