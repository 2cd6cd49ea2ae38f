import type { Field } from '../contract.ts'

/** The settings of one output line. */
export const lineFields = {
  line: {
    type: 'number',
    unit: '',
    min: 0,
    max: 511,
    integer: true,
    default: 17,
    help: 'GPIO number as in GPIO17 (not the pin number of the header)',
  },
  chip: { type: 'text', default: '', help: 'label of the GPIO chip; empty for the one of the header' },
  activeLow: { type: 'flag', default: false, help: 'active is the low level' },
} as const satisfies Record<string, Field>

export type LineOptions = { readonly line: number; readonly chip: string; readonly activeLow: boolean }

/** What is driven: a line, a tone, a lamp. */
export interface Drive {
  set(on: boolean): void
  close(): void
}

export function turnOn(drive: Drive): void {
  drive.set(true)
}

export function turnOff(drive: Drive): void {
  drive.set(false)
}

/** Brightness for the eye, which judges light by about its 2.2th root: half as bright is a fifth of the light. */
const GAMMA = 2.2
const STEPS = 255

/** What a file of the kernel is to be told for each step of brightness, from 0 to `full`; made once, written often. */
export function dimmingTable(full: number): readonly Buffer[] {
  return Array.from({ length: STEPS + 1 }, (_, k) => {
    const light = full * (k / STEPS) ** GAMMA
    // The lowest steps are not to be lost in rounding.
    return Buffer.from(`${k === 0 ? 0 : Math.max(1, Math.round(light))}\n`)
  })
}

/** @param brightness 0…1, as the eye judges it. */
export function dimmed(table: readonly Buffer[], brightness: number): Buffer {
  return table[Math.round(Math.min(1, Math.max(0, brightness)) * STEPS)] as Buffer
}
