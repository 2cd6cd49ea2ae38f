/** How mistakes in the configuration are worded: with their origin, a suggestion, and no passwords. */

/** One thing that is wrong with the configuration. */
export interface ConfigComplaint {
  /** `neuron.tauMs`; '' when it is about a source as a whole. */
  readonly path: string
  /** What was wrong, the value, what is allowed. */
  readonly message: string
  /** `desktop.yaml:12`, `NEUROND_NEURON__TAUMS`, `--set neuron.tauMs`. */
  readonly where: string
}

/** `desktop.yaml:12: neuron.tauMs is -3, must be …` */
export function complaintText({ where, message }: ConfigComplaint): string {
  return `${where}: ${message}`
}

/** The configuration cannot be used; every complaint at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly complaints: readonly ConfigComplaint[]

  constructor(complaints: readonly ConfigComplaint[], options?: ErrorOptions) {
    super(complaints.map(complaintText).join('\n'), options)
    this.complaints = complaints
  }
}

/** The text without passwords: in an address, the password of `user:password@host` and the query become `***`. */
export function redactedText(text: string): string {
  return text.replace(/(\/\/[^:@/\s]*):\S*@/g, '$1:***@').replace(/(wss?:\/\/[^?\s"']*)\?[^\s"']+/gi, '$1?***')
}

/** A copy of a configuration, or of any plain data, without passwords. */
export function redacted<T>(value: T): T {
  if (typeof value === 'string') return redactedText(value) as T
  if (Array.isArray(value)) return value.map(redacted) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redacted(inner)])) as T
}

const MOST_CHARACTERS = 60

/** Cuts a long text from outside, for a message that quotes it. */
export function shortened(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 3)}...` : text
}

/** The candidate that a mistyped name probably means; undefined if none is close. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const written = normalized(name)
  const allowance = Math.max(1, Math.floor(written.length / 3))
  const ranked = candidates
    .map(candidate => ({ candidate, typos: typosBetween(written, normalized(candidate)) }))
    .sort((a, b) => a.typos - b.typos)
  const best = ranked[0]
  return best && best.typos <= allowance ? best.candidate : undefined
}

function normalized(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

// The most likely mistake is a name without its unit: tau for tauMs.
function typosBetween(written: string, candidate: string): number {
  return written.length >= 3 && candidate.startsWith(written) ? 0.5 : distance(written, candidate)
}

// Damerau-Levenshtein distance: insertions, deletions, replacements and swapped neighbours.
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
