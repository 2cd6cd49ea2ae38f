/** Loads the MQTT libraries, and keeps their memory small. */

import { createRequire } from 'node:module'
import { PACKET_TOO_LARGE } from './errors.ts'

const load = createRequire(import.meta.url)
/** The packet writer caches lengths below this; their encoding takes two bytes at most. */
const KEPT_LENGTHS = 16_384
let isPatched = false

/**
 * Loads MQTT.js, aedes or the WebSockets that carry MQTT, without the 65,536 small buffers that their common packet writer otherwise prepares: they
 * take 8 MB, and 50 ms at the start.
 */
export function loadMqttLibrary(name: 'mqtt' | 'aedes' | 'ws'): unknown {
  if (!isPatched) {
    shareLengthBuffer()
    acceptTooLarge()
  }
  isPatched = true
  load('mqtt-packet').writeToStream.cacheNumbers = false
  return load(name)
}

/**
 * The writer caches the encoding of every packet length, each in a slice of Node's buffer pool, and so holds the whole
 * pool (8 kB, or 64 kB from Node 24): 8 MB, or 65 MB, after a thousand lengths (mqtt-packet issue 163). In one buffer
 * they take 32 kB. Has no effect if the writer is loaded already, or works in another way.
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

/**
 * Mosquitto answers a message beyond its `message_size_limit` with "packet too large", which MQTT 5 §3.4.2.1 does not
 * have for PUBACK. The parser would end the connection, and the same message would end the next one.
 */
function acceptTooLarge(): void {
  const { MQTT5_PUBACK_PUBREC_CODES: codes } = load('mqtt-packet/constants') as {
    MQTT5_PUBACK_PUBREC_CODES?: Record<number, string>
  }
  if (codes) codes[PACKET_TOO_LARGE] = 'Packet too large'
}

function numbersOf(): { genBufVariableByteInt?: (n: number) => Buffer } | undefined {
  try {
    return load('mqtt-packet/numbers')
  } catch {
    return undefined
  }
}
