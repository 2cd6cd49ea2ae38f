import { createRequire } from 'node:module'

const load = createRequire(import.meta.url)
/** Lengths below this are kept by the packet writer for ever; they take two bytes at most. */
const KEPT_LENGTHS = 16_384
let isPatched = false

/**
 * Loads an MQTT library with its packet writer told not to keep 65,536 small buffers ready (8 MB, and 50 ms of the
 * start): the writer of MQTT.js and of aedes is the same module.
 */
export function loadMqttLibrary(name: 'mqtt' | 'aedes'): unknown {
  if (!isPatched) shareLengthBuffer()
  isPatched = true
  load('mqtt-packet').writeToStream.cacheNumbers = false
  return load(name)
}

/**
 * The writer keeps the bytes of every length that it has written, each of them in a piece of Node's pool, all of which
 * (8 kB, or 64 kB from Node 24) is then held for it: 8 MB, or 65 MB, after a thousand lengths (mqtt-packet issue 163).
 * In one buffer they are 32 kB. Without effect on a writer that is loaded already, or that does it in another way.
 */
function shareLengthBuffer(): void {
  const numbers = numbersOf()
  const pooled = numbers?.genBufVariableByteInt
  if (!numbers || !pooled) return
  const kept = Buffer.allocUnsafeSlow(2 * KEPT_LENGTHS)
  numbers.genBufVariableByteInt = n => {
    const bytes = pooled(n)
    if (n >= KEPT_LENGTHS) return bytes
    const own = kept.subarray(2 * n, 2 * n + bytes.length)
    own.set(bytes)
    return own
  }
}

function numbersOf(): { genBufVariableByteInt?: (n: number) => Buffer } | undefined {
  try {
    return load('mqtt-packet/numbers')
  } catch {
    return undefined
  }
}
