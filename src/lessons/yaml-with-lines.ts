/** YAML whose values are found again by line. Pure. */
import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

/** One thing that is wrong. */
export interface LessonComplaint {
  /** From 1; 0 where it is about the file as a whole. */
  readonly line: number
  readonly message: string
}

export type Path = readonly (string | number)[]

export interface ReadYaml {
  readonly data: unknown
  /** The line on which a value stands, or the nearest one above it that there is. */
  readonly lineAt: (path: Path) => number
  /** Why it is no YAML; then `data` is undefined. */
  readonly complaints: readonly LessonComplaint[]
}

/** Longer than any lesson, characters. */
const MOST_CHARACTERS = 64 * 1024

export function readYaml(text: string): ReadYaml {
  const nothing = { data: undefined, lineAt: () => 0 }
  if (text.length > MOST_CHARACTERS) {
    const message = `it has ${text.length} characters, a lesson has ${MOST_CHARACTERS} at the most`
    return { ...nothing, complaints: [{ line: 0, message }] }
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  const complaints = document.errors
    .slice(0, 3)
    .map(({ pos, message }) => ({ line: lines.linePos(pos[0]).line, message }))
  if (complaints.length > 0) return { ...nothing, complaints }
  const lineAt = (path: Path) => lines.linePos(offsetOf(document.contents, path)).line
  try {
    return { data: document.toJS({ maxAliasCount: 0 }), lineAt, complaints }
  } catch (error) {
    return { ...nothing, complaints: [{ line: 0, message: (error as Error).message }] }
  }
}

function offsetOf(root: unknown, path: Path): number {
  let node = root as Node | null
  let offset = 0
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find(item => isScalar(item.key) && item.key.value === key)
      if (pair === undefined) return offset
      offset = (isNode(pair.key) && pair.key.range?.[0]) || offset
      node = pair.value as Node | null
    } else if (isSeq(node)) {
      node = node.items[key as number] as Node | null
      offset = node?.range?.[0] ?? offset
    } else return offset
  }
  return offset
}
