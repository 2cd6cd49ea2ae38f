/** The candidate that was probably meant by a mistyped name; undefined if none comes near. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const written = plain(name)
  const allowance = Math.max(1, Math.floor(written.length / 3))
  const ranked = candidates
    .map(candidate => ({ candidate, typos: typosBetween(written, plain(candidate)) }))
    .sort((a, b) => a.typos - b.typos)
  const best = ranked[0]
  return best && best.typos <= allowance ? best.candidate : undefined
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

// A name without its unit, tau for tauMs, is the likeliest slip of all.
function typosBetween(written: string, candidate: string): number {
  return written.length >= 3 && candidate.startsWith(written) ? 0.5 : distance(written, candidate)
}

// Damerau and Levenshtein: insertions, deletions, replacements and swapped neighbours between two words.
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let row = 1; row <= a.length; row++) {
    rows.push([row])
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      rows[row]!.push(
        Math.min(
          at(row - 1, column - 1) + (same ? 0 : 1),
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          swapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
  }
  return at(a.length, b.length)
}
