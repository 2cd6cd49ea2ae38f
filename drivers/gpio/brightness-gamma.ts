/** Brightness for the eye, which judges light by about its 2.2th root: half as bright is a fifth of the light. */
const GAMMA = 2.2
const STEPS = 255

/** The text to write into a file of the kernel for each step of brightness, from 0 to `full`; made once, written often. */
export function gammaTable(full: number): readonly Buffer[] {
  return Array.from({ length: STEPS + 1 }, (_, k) => {
    const light = full * (k / STEPS) ** GAMMA
    // The lowest steps must not round to 0.
    return Buffer.from(`${k === 0 ? 0 : Math.max(1, Math.round(light))}\n`)
  })
}

/** The text of a brightness, 0…1 as the eye judges it. */
export function levelInTable(table: readonly Buffer[], brightness: number): Buffer {
  return table[Math.round(Math.min(1, Math.max(0, brightness)) * STEPS)] as Buffer
}
