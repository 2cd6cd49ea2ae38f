/** The key of the class, from which hidden neurons are drawn: each Pi has its own, and the teacher can print them all. */
import { createHmac, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** A shorter key is guessed, and with it every hidden neuron of the class. */
const LEAST_KEY_LENGTH = 12
const OWN_KEY_BYTES = 24
/** Of each digest so many bytes make a number from 0 to 1: as many as a double holds exactly. */
const UNIFORM_BYTES = 6

/** Numbers from 0 up to, not including, 1, for `setUpParams`: the same for a key, a lesson and a neuron every time. */
export function hiddenUniform(classKey: string, lessonId: string, neuronId: string): () => number {
  // Neither id has a space in it.
  const seed = createHmac('sha256', classKey).update(`${lessonId} ${neuronId}`).digest()
  let count = 0
  return () => {
    const digest = createHmac('sha256', seed).update(String(count++)).digest()
    return digest.readUIntBE(0, UNIFORM_BYTES) / 2 ** (8 * UNIFORM_BYTES)
  }
}

/**
 * Returns the key, which is read when it is first asked for. It is told nowhere.
 * @param chosen the teacher's file; '' means a key of this machine's own
 * @param ownFile where that one is kept; undefined keeps it until the end of the program only
 */
export function openClassKey(
  chosen: string,
  ownFile: string | undefined,
  warn: (message: string) => void,
): () => string {
  let key: string | undefined
  return () => {
    key ??= chosen === '' ? ownKey(ownFile, warn) : readClassKey(chosen, 'lessons.classKeyFile')
    return key
  }
}

/**
 * The key in the first line of the teacher's file.
 * @param setting what names the file
 * @throws Error if it cannot be read, or is easily guessed
 */
export function readClassKey(file: string, setting: string): string {
  let key: string
  try {
    key = firstLine(file)
  } catch (cause) {
    throw new Error(`${setting} is ${JSON.stringify(file)}, which cannot be read: ${(cause as Error).message}`, {
      cause,
    })
  }
  if (key.length >= LEAST_KEY_LENGTH) return key
  const advice = `must have ${LEAST_KEY_LENGTH} or more: head -c 15 /dev/urandom | base64`
  throw new Error(`the key in ${setting} has ${key.length} characters, ${advice}`)
}

function ownKey(file: string | undefined, warn: (message: string) => void): string {
  const made = randomBytes(OWN_KEY_BYTES).toString('base64url')
  if (file === undefined) return made
  try {
    const kept = firstLine(file)
    if (kept.length >= LEAST_KEY_LENGTH) return kept
    warn(`${file} is not as it was written: the hidden neurons of lessons are new ones`)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT') warn(`the hidden neurons of lessons are new ones: ${message}`)
  }
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, `${made}\n`, { mode: 0o600 })
  } catch (error) {
    warn(`the hidden neurons of lessons are others after the next start: ${(error as Error).message}`)
  }
  return made
}

function firstLine(file: string): string {
  return readFileSync(file, 'utf8').split('\n', 1)[0]!.trim()
}
