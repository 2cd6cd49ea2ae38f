import { type ESTree, parseSync } from 'vite'

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

export interface Scan {
  readonly imports: readonly Import[]
  /** Clocks and timers that the file reads or starts by itself: `Date.now`, `setInterval`, `new Date()`. */
  readonly clocks: readonly string[]
}

type Node = ESTree.Node
type Source = { readonly type: string; readonly value?: unknown }

/** Functions of ours and of Node that load the package that their first argument names. */
const LOADERS = ['require', 'load', 'loadNative', 'loadSparing']
const CLOCK_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  Date: ['now'],
  performance: ['now'],
  process: ['hrtime', 'uptime'],
  globalThis: ['setTimeout', 'setInterval'],
}
const TIMERS = ['setTimeout', 'setInterval']
const CLOCK_MODULES = /^node:(?:timers|perf_hooks)/

/**
 * Every import, and every clock, in the TypeScript source of the file at `path`.
 * @throws Error where the source is no TypeScript
 */
export function scan(path: string, source: string): Scan {
  const { program, errors } = parseSync(path, source)
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`)
  const imports: Import[] = []
  const clocks: string[] = []
  const add = (from: Source | null, typeOnly: boolean, lazy: boolean) => {
    if (typeof from?.value !== 'string') return
    imports.push(importOf(path, from.value, typeOnly, lazy))
    if (CLOCK_MODULES.test(from.value)) clocks.push(from.value)
  }
  visit(program, (node, parent) => {
    switch (node.type) {
      case 'ImportDeclaration':
        return add(node.source, node.importKind === 'type' || hasOnlyTypes(node), false)
      case 'ExportAllDeclaration':
      case 'ExportNamedDeclaration':
        return add(node.source, node.exportKind === 'type', false)
      case 'ImportExpression':
        return add(node.source as Source, false, true)
      case 'TSImportType':
        return add(node.source, true, true)
      case 'CallExpression':
        if (LOADERS.includes(calleeOf(node)) && !isPath(node.arguments[0]))
          add(node.arguments[0] as Source, false, true)
        return
      case 'NewExpression':
        if (calleeOf(node) === 'Date' && node.arguments.length === 0) clocks.push('new Date()')
        return
      case 'MemberExpression':
        if (isClock(node))
          clocks.push(`${(node.object as { name: string }).name}.${(node.property as { name: string }).name}`)
        return
      case 'Identifier':
        if (TIMERS.includes(node.name) && isRead(node, parent)) clocks.push(node.name)
        return
    }
  })
  return { imports, clocks }
}

function hasOnlyTypes({ specifiers }: ESTree.ImportDeclaration): boolean {
  return specifiers.length > 0 && specifiers.every(one => one.type === 'ImportSpecifier' && one.importKind === 'type')
}

/** The name of the function that is called, its last part: `load` of `loader.load(…)`. */
function calleeOf({ callee }: ESTree.CallExpression | ESTree.NewExpression): string {
  return callee.type === 'Identifier' ? callee.name : ''
}

function isPath(argument: Node | undefined): boolean {
  return argument?.type !== 'Literal' || typeof argument.value !== 'string' || argument.value.includes(' ')
}

function isClock({ object, property }: ESTree.MemberExpression): boolean {
  if (object.type !== 'Identifier' || property.type !== 'Identifier') return false
  return CLOCK_MEMBERS[object.name]?.includes(property.name) ?? false
}

/** Not the name of a member, a key or a type: those were handed in. */
function isRead(node: Node, parent: Node | undefined): boolean {
  if (parent?.type === 'MemberExpression' || parent?.type === 'TSTypeQuery' || parent?.type === 'TSQualifiedName')
    return false
  return !(parent && 'key' in parent && parent.key === node)
}

function visit(node: Node, see: (node: Node, parent: Node | undefined) => void, parent?: Node): void {
  see(node, parent)
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === 'object' && child !== null && 'type' in child) visit(child as Node, see, node)
    }
  }
}

function importOf(path: string, name: string, typeOnly: boolean, lazy: boolean): Import {
  const isFile = name.startsWith('.')
  const target = isFile ? new URL(name, `file:///${path}`).pathname.slice(1) : packageOf(name)
  return { target, isFile, typeOnly, lazy }
}

// `@fastify/static/x` is the package @fastify/static, `zod/v4` is zod; node:fs/promises stays whole.
function packageOf(name: string): string {
  if (name.startsWith('node:')) return name
  const parts = name.split('/')
  return parts.slice(0, name.startsWith('@') ? 2 : 1).join('/')
}
