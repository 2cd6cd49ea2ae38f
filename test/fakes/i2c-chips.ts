import { type I2cBus, i2cError, type OpenI2c } from '../../drivers/bus/i2c-interface.ts'

/** An I2C chip as it answers; without an acknowledge, false and undefined. */
export interface FakeChip {
  write(bytes: readonly number[]): boolean
  read(length: number): readonly number[] | undefined
}

const NO_ACKNOWLEDGE = 121
const TIMED_OUT = 110

/** What holds the bus: SDA low or high as the chips see it, or SCL low, on which every transfer times out. */
export type Held = 'low' | 'high' | 'clock' | undefined

/** A bus with chips by address; it may be held, and be let go again. */
export function i2cChips(chips: Readonly<Record<number, FakeChip>>) {
  const state = { held: undefined as Held, transfers: 0, open: 0, addresses: [] as number[] }

  const openBus: OpenI2c = place => {
    state.open++
    state.addresses.push(place.address)
    /** The chip, unless the lines are held. */
    const attempt = (): FakeChip | undefined => {
      state.transfers++
      if (state.held === 'clock') throw i2cError(place, TIMED_OUT)
      if (state.held !== undefined) return undefined
      const chip = chips[place.address]
      if (chip === undefined) throw i2cError(place, NO_ACKNOWLEDGE)
      return chip
    }
    const write = (bytes: Buffer) => {
      if (attempt()?.write([...bytes]) === false) throw i2cError(place, NO_ACKNOWLEDGE)
    }
    const read = (into: Buffer) => {
      const chip = attempt()
      if (chip === undefined) {
        into.fill(state.held === 'low' ? 0x00 : 0xff)
        return
      }
      const bytes = chip.read(into.length)
      if (bytes === undefined) throw i2cError(place, NO_ACKNOWLEDGE)
      into.set(bytes)
    }
    return {
      transport: 'koffi',
      write,
      read,
      writeRead(bytes, into) {
        write(bytes)
        read(into)
      },
      close: () => void state.open--,
    } satisfies I2cBus
  }
  return { state, openBus }
}

type Word = readonly [number, number]

/** A chip with registers of two bytes and a pointer. `fixed` ones are not changed by a write; those of `deaf` are not acknowledged. */
export function registerChip(
  registers: Record<number, Word>,
  { fixed = [], deaf = [] }: { readonly fixed?: readonly number[]; readonly deaf?: readonly number[] } = {},
): FakeChip & { readonly registers: Record<number, Word> } {
  let pointer = 0
  return {
    registers,
    write([register = 0, ...bytes]) {
      if (deaf.includes(register)) return false
      pointer = register
      if (bytes.length >= 2 && !fixed.includes(register)) registers[register] = [bytes[0]!, bytes[1]!]
      return true
    },
    read: length => [...(registers[pointer] ?? [0xff, 0xff])].slice(0, length),
  }
}

/** SBAS444: after power-on, unless other contents are given. */
export function ads1115Chip(changed: Record<number, Word> = {}, deaf: readonly number[] = []) {
  const powerOn: Record<number, Word> = { 0: [0x33, 0x90], 1: [0x85, 0x83], 2: [0x80, 0x00], 3: [0x7f, 0xff] }
  return registerChip({ ...powerOn, ...changed }, { fixed: [0], deaf })
}

/** TMP102 (SBOS397): 12 bits of temperature, Config of two bytes of which the low nibble is 0, two limits. */
export function tmp102Chip(): FakeChip {
  const chip = registerChip({ 0: [0x19, 0x00], 1: [0x60, 0xa0], 2: [0x4b, 0x00], 3: [0x50, 0x00] }, { fixed: [0] })
  return {
    ...chip,
    write([register = 0, high, low]) {
      if (high === undefined || low === undefined) return chip.write([register])
      return chip.write([register, (high & 0x9f) | 0x60, register === 1 ? (low & 0xd0) | 0x20 : low & 0xf0])
    },
  }
}

/** LM75: Config has one byte, which is sent again and again. */
export function lm75Chip(): FakeChip {
  const chip = registerChip({ 0: [0x19, 0x00], 1: [0, 0], 2: [0x4b, 0x00], 3: [0x50, 0x00] }, { fixed: [0] })
  return {
    ...chip,
    write: ([register = 0, high, low]) =>
      chip.write([register, ...(high === undefined ? [] : [high, register === 1 ? high : low!])]),
  }
}

/** PCF8591: the first byte of a read is the conversion before; what is written is the control byte, then the analog output. */
export function pcf8591Chip(inputs: readonly number[]): FakeChip {
  let [channel, before] = [0, 0x80]
  return {
    write([control = 0]) {
      channel = control & 3
      return true
    },
    read: length =>
      Array.from({ length }, () => {
        const sent = before
        before = inputs[channel]!
        return sent
      }),
  }
}

/** ADS7830: each read is a conversion of the channel that the command names, sent again and again. */
export function ads7830Chip(level: number): FakeChip {
  return { write: () => true, read: length => Array(length).fill(level) }
}

/** MCP3221: it takes no register, and sends its 12 bits. */
export function mcp3221Chip(code: number): FakeChip {
  return { write: () => false, read: length => [code >> 8, code & 0xff].slice(0, length) }
}

/** Grove Base Hat: registers of 16 bits, low byte first; `code` is every input. */
export function groveChip(code: number): FakeChip {
  const inputs = Object.fromEntries([0, 1, 2, 3].map(k => [0x10 + k, [code & 0xff, code >> 8] as const]))
  return registerChip({ 0: [4, 0], ...inputs })
}
