/** A current from a file of the user's: lines of t_ms,i_na. Pure. */
import type { Turn } from './recording.ts'
import { WORDS } from './words.ts'

type Read = { readonly turns: readonly Turn[] } | { readonly complaint: string }

/** The slider's levels for the file; the first line may be a heading. Currents must lie within the knob's span. */
export function readCurrents(text: string, minNa: number, maxNa: number): Read {
  const turns: Turn[] = []
  const lines = text.split(/\r?\n/)
  for (const [k, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const cells = line.split(/[,;\t]/).map(cell => (cell.trim() === '' ? Number.NaN : Number(cell)))
    const [atMs = Number.NaN, iNa = Number.NaN] = cells
    if (Number.isFinite(atMs) && Number.isFinite(iNa)) {
      const level = (iNa - minNa) / (maxNa - minNa)
      if (level < 0 || level > 1) return { complaint: WORDS.stimulus.outOfSpan(k + 1, iNa, minNa, maxNa) }
      turns.push({ atMs, level })
    } else if (turns.length > 0 || k > 0) return { complaint: WORDS.stimulus.badFile(k + 1, line.slice(0, 40)) }
  }
  return turns.length > 0 ? { turns } : { complaint: WORDS.stimulus.emptyFile }
}
