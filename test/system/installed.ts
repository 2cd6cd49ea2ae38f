import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const ROOT = new URL('../..', import.meta.url).pathname

const run = promisify(execFile)

export interface Packed {
  readonly file: string
  readonly bytes: number
  readonly files: readonly string[]
}

/** The built program as `npm pack` packs it. */
export async function pack(folder: string): Promise<Packed> {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const { stdout } = await run('npm', args, { cwd: ROOT })
  const told = JSON.parse(stdout)
  // An array of packages, and from npm 12 on an object of them by name.
  const { filename, size, files } = Object.values<PackReport>(told)[0]!
  return { file: join(folder, filename), bytes: size, files: files.map(({ path }) => path) }
}

interface PackReport {
  readonly filename: string
  readonly size: number
  readonly files: readonly { readonly path: string }[]
}

/** A program installed for everybody, on a machine that has Node and npm and no compiler. */
export interface Installed {
  readonly prefix: string
  /** What npm said. */
  readonly told: string
  readonly neurond: string
  readonly env: Record<string, string | undefined>
  readonly packages: number
  readonly bytes: number
}

/** `npm install -g` of this file by this npm (its npm-cli.js) under this Node, into a folder of its own. */
export async function install(file: string, node: string, npmCli: string, folder: string): Promise<Installed> {
  const [prefix, bin] = [join(folder, 'prefix'), join(folder, 'bin')]
  for (const each of [prefix, bin]) mkdirSync(each, { recursive: true })
  for (const tool of ['/bin/sh', '/usr/bin/env']) symlinkSync(tool, join(bin, tool.split('/').at(-1)!))
  symlinkSync(node, join(bin, 'node'))
  const env = { ...process.env, PATH: bin }
  const args = [npmCli, 'install', '-g', '--prefix', prefix, '--prefer-offline', '--no-audit', '--no-fund', file]
  const { stdout, stderr } = await run(join(bin, 'node'), args, { env, maxBuffer: 2 ** 24 })
  const all = readdirSync(prefix, { recursive: true, encoding: 'utf8' })
  return {
    ...{ prefix, env, told: stdout + stderr, neurond: join(prefix, 'bin/neurond') },
    packages: all.filter(path => /(^|\/)node_modules\/(@[^/]+\/)?[^/@.]+[^/]*\/package\.json$/.test(path)).length,
    bytes: all.reduce((sum, path) => sum + sizeOf(join(prefix, path)), 0),
  }
}

function sizeOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false })
  return found?.isFile() ? found.size : 0
}
