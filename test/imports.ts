/** One import, export-from, dynamic import or require in a file. */
export interface Import {
  /** Repository path of a file, or name of a package: `src/loop/clock.ts`, `node:fs`, `pino`. */
  readonly target: string
  readonly isFile: boolean
  /** Gone once the types are erased. */
  readonly typeOnly: boolean
  /** Happens when it is called, not when the file is loaded. */
  readonly lazy: boolean
}

// Biome keeps the format that these patterns rely on: single quotes, statements at the beginning of a line.
const STATIC = /^(?:import|export)\b\s*(type\b(?!\s+from)\s*)?(?:[\w$*{}\s,]+?\bfrom\s*)?'([^']+)'/gm
const LAZY = /(typeof\s+)?\b(?:import|require)\(\s*'([^']+)'/g

/** Every import in the TypeScript source of the file at `path`. */
export function importsOf(path: string, source: string): Import[] {
  const code = withoutComments(source)
  return [
    ...[...code.matchAll(STATIC)].map(([, type, name]) => found(path, name!, type !== undefined, false)),
    ...[...code.matchAll(LAZY)].map(([, type, name]) => found(path, name!, type !== undefined, true)),
  ]
}

/** The source with its comments blanked out; what looks like a comment in a string stays. */
export function withoutComments(source: string): string {
  const stringsAndComments = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g
  return source.replace(stringsAndComments, text => (text.startsWith('/') ? '' : text))
}

/** A circle of files that import each other, types included, as `a → b → a`; undefined if there is none. */
export function cycleIn(graph: ReadonlyMap<string, readonly string[]>): string | undefined {
  const done = new Set<string>()
  const follow = (file: string, trail: readonly string[]): string | undefined => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file].join(' → ')
    if (done.has(file)) return undefined
    done.add(file)
    return firstOf(graph.get(file) ?? [], next => follow(next, [...trail, file]))
  }
  return firstOf([...graph.keys()], file => follow(file, []))
}

function firstOf<T>(list: readonly T[], look: (item: T) => string | undefined): string | undefined {
  for (const item of list) {
    const answer = look(item)
    if (answer !== undefined) return answer
  }
  return undefined
}

function found(path: string, name: string, typeOnly: boolean, lazy: boolean): Import {
  const isFile = name.startsWith('.')
  return {
    target: isFile ? new URL(name, `file:///${path}`).pathname.slice(1) : packageOf(name),
    isFile,
    typeOnly,
    lazy,
  }
}

// `@fastify/static/x` is the package @fastify/static, `zod/v4` is zod; node:fs/promises stays whole.
function packageOf(name: string): string {
  if (name.startsWith('node:')) return name
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')
}
