/** Asks chronyd how well it keeps the system clock, by its monitoring protocol (candm.h): no rights and no system call. */

import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import type { Timers } from '../loop/clock.ts'

/** What chronyd says of the clock. */
export interface Tracking {
  /** It follows a time server or a clock of its own. */
  readonly synced: boolean
  /** The clock is off by so much at the most, ms; null unless it is synchronised. */
  readonly errMs: number | null
}

/** Only root may listen there, and chronyd answers this machine alone. */
const PORT = 323
const PATIENCE_MS = 1000

// candm.h: a request is as long as its answer, lest somebody be flooded with answers.
const VERSION = 6
const REQUEST = 1
const REPLY = 2
const REQ_TRACKING = 33
const RPY_TRACKING = 5
const BYTES = 104
const SEQUENCE_IN_REQUEST = 8

/** Where the parts of the answer are, bytes. */
const AT = {
  ...{ version: 0, type: 1, command: 4, reply: 6, status: 8, sequence: 16, stratum: 52, leap: 54 },
  ...{ correction: 68, rootDelay: 92, rootDispersion: 96 },
}
/** Leap second status: nothing is followed. */
const UNSYNCHRONISED = 3
const HIGHEST_STRATUM = 15

/** The answer of chronyd; undefined where there is none within a second, or none that is understood. Never rejects. */
export function askChrony(timers: Timers, port = PORT): Promise<Tracking | undefined> {
  return new Promise(resolve => {
    const socket = createSocket('udp4').unref()
    const sequence = randomInt(2 ** 32)
    let isOver = false
    const cancel = timers.after(PATIENCE_MS, () => end(undefined))
    function end(tracking: Tracking | undefined): void {
      if (isOver) return
      isOver = true
      cancel()
      socket.close()
      resolve(tracking)
    }
    // Nothing listens there, or a sandbox forbids to ask.
    const endIfFailed = (error?: Error | null) => {
      if (error) end(undefined)
    }
    socket.on('error', endIfFailed)
    socket.on('message', message => {
      const tracking = trackingIn(message, sequence)
      if (tracking) end(tracking)
    })
    socket.connect(port, '127.0.0.1', (error?: Error) => {
      if (error) end(undefined)
      else if (!isOver) socket.send(trackingRequest(sequence), endIfFailed)
    })
  })
}

function trackingRequest(sequence: number): Uint8Array {
  const request = Buffer.alloc(BYTES)
  request[AT.version] = VERSION
  request[AT.type] = REQUEST
  request.writeUInt16BE(REQ_TRACKING, AT.command)
  request.writeUInt32BE(sequence, SEQUENCE_IN_REQUEST)
  return request
}

/** What the answer to this request says; undefined if it is none, or refuses. */
export function trackingIn(message: Uint8Array, sequence: number): Tracking | undefined {
  if (message.length < BYTES) return undefined
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.length)
  const isAnswer =
    bytes[AT.version] === VERSION &&
    bytes[AT.type] === REPLY &&
    bytes.readUInt16BE(AT.command) === REQ_TRACKING &&
    bytes.readUInt16BE(AT.reply) === RPY_TRACKING &&
    bytes.readUInt16BE(AT.status) === 0 &&
    bytes.readUInt32BE(AT.sequence) === sequence
  if (!isAnswer) return undefined
  const stratum = bytes.readUInt16BE(AT.stratum)
  const synced = bytes.readUInt16BE(AT.leap) < UNSYNCHRONISED && stratum >= 1 && stratum <= HIGHEST_STRATUM
  const delayS = floatAt(bytes, AT.rootDelay)
  const dispersionS = floatAt(bytes, AT.rootDispersion)
  if (delayS < 0 || dispersionS < 0) return undefined
  // As chronyc has it: the system clock's own offset, and what is not known of the source.
  const errS = Math.abs(floatAt(bytes, AT.correction)) + dispersionS + delayS / 2
  return { synced, errMs: synced ? errS * 1e3 : null }
}

/** chrony's own format: 7 bits of exponent and 25 of coefficient, both signed. */
function floatAt(bytes: Buffer, offset: number): number {
  const bits = bytes.readInt32BE(offset)
  const coefficient = (bits << 7) >> 7
  return coefficient * 2 ** ((bits >> 25) - 25)
}
