import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isWithin, lowestIn } from './versions.ts'

interface Locked {
  readonly name: string
  readonly version: string
  readonly license?: string
  readonly integrity?: string
  readonly resolved?: string
  readonly dev?: boolean
  readonly hasInstallScript?: boolean
}
interface Manifest {
  readonly allowScripts: Readonly<Record<string, boolean>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}
/**
 * `provenance`: the package brings the workflow that publishes it from its repository, or asks for npm provenance.
 * Severity `unpublished`: only the fixed code names the advisory, which is taken to reach up to the version locked here.
 */
interface LookedAt {
  readonly packages: Readonly<Record<string, { readonly licence: string; readonly script?: string }>>
  readonly advisories: Readonly<Record<string, readonly { readonly id: string; readonly affected: string }[]>>
}

/** What the packed dashboard contains, and so is shipped though it is no production package. */
const BUNDLED = ['idb', 'lit-html', 'uplot']
/** What an MIT package may bring along. */
const PERMITTED = ['MIT', 'ISC', 'BSD-3-Clause', '0BSD']

const manifest: Manifest = JSON.parse(text('package.json'))
const lookedAt: LookedAt = JSON.parse(text('test/dependencies.json'))
const locked: Locked[] = Object.entries<Omit<Locked, 'name'>>(JSON.parse(text('package-lock.json')).packages)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => ({ ...entry, name: nameAt(path) }))
const chosen = locked.filter(({ dev, name }) => !dev || name in manifest.devDependencies)
const shipped = locked.filter(({ dev, name }) => !dev || BUNDLED.includes(name))
const ranges = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.devDependencies }

function text(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
}

/** koffi's prebuilt binaries are one package for every platform, and one name here. */
function nameAt(path: string): string {
  return path.replace(/^.*node_modules\//, '').replace(/^(@koromix\/koffi-).*/, '$1*')
}

function affecting(name: string, version: string): string[] {
  const advisories = lookedAt.advisories[name] ?? []
  return advisories.filter(({ affected }) => isWithin(version, affected)).map(({ id }) => `${name} ${version}: ${id}`)
}

it('every production package, and every tool that we chose, was looked at, and none beyond them', () => {
  expect(chosen.length).toBeGreaterThan(100)
  expect(Object.keys(lookedAt.packages)).toEqual([...new Set(chosen.map(({ name }) => name))].sort())
})

it('no locked version has a known advisory, and none is known of a package that was not looked at', () => {
  expect(chosen.flatMap(({ name, version }) => affecting(name, version))).toEqual([])
  expect(Object.keys(lookedAt.advisories).filter(name => !(name in lookedAt.packages))).toEqual([])
})

it('no range that we declare begins with a version that has a known advisory', () => {
  expect(Object.entries(ranges).flatMap(([name, range]) => affecting(name, lowestIn(range)))).toEqual([])
})

it('every locked package is held to its content by a SHA-512, and comes from whatever registry is configured', () => {
  expect(locked.filter(({ integrity }) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''))).toEqual([])
  expect(locked.filter(({ resolved }) => resolved !== undefined)).toEqual([])
})

it('what is shipped has a licence that goes with MIT, and the one that was looked at', () => {
  expect(shipped.filter(({ license }) => !PERMITTED.includes(license ?? ''))).toEqual([])
  expect(chosen.filter(({ name, license }) => lookedAt.packages[name]?.licence !== license)).toEqual([])
})

it.each(BUNDLED)('the licence of %s, which the dashboard contains, is shipped with it', name => {
  expect(text('LICENSE')).toContain(text(`node_modules/${name}/LICENSE`).trim())
})

it('every script that an installation could run was read, and only those of i2c-bus and epoll are permitted', () => {
  const withScript = locked.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name)
  const read = Object.entries(lookedAt.packages).filter(([, { script }]) => script !== undefined)
  expect(read.map(([name]) => name)).toEqual(withScript.sort())
  expect(manifest.allowScripts).toEqual({ 'i2c-bus': true, epoll: true, koffi: false, esbuild: false })
})

describe('a version lies in a range', () => {
  it.each([
    ['1.9.9', '<1.10.0'],
    ['2.0.0', '>=2.0.0 <2.0.1'],
    ['3.1.6', '<1.0.0 || =3.1.6'],
    ['3.1.6', '>3.1.5 <=3.1.6'],
  ])('%s in %s', (version, range) => {
    expect(isWithin(version, range)).toBe(true)
  })

  it.each([
    ['1.10.0', '<1.10.0'],
    ['1.5.0', '<1.0.0 || >=2.0.0 <2.0.1'],
    ['2.0.1', '>=2.0.0 <2.0.1'],
    ['10.0.0', '>=2.0.0 <9.0.0'],
  ])('%s not in %s', (version, range) => {
    expect(isWithin(version, range)).toBe(false)
  })

  it.each(['^1.0.0', '<1.0', '1.0.0'])('%s is refused', range => {
    expect(() => isWithin('1.0.0', range)).toThrow('write three numbers')
  })
})
