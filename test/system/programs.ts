import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe } from 'vitest'

/** Debian packages that bring the programs which npm cannot; `.ci/run` installs them. */
const PACKAGES = {
  openssl: 'openssl',
  chromium: 'chromium',
  chronyd: 'chrony',
  'aarch64-linux-gnu-g++': 'g++-aarch64-linux-gnu',
  cpio: 'cpio',
  make: 'make',
  mke2fs: 'e2fsprogs',
  mosquitto: 'mosquitto',
  mosquitto_pub: 'mosquitto-clients',
  mosquitto_sub: 'mosquitto-clients',
  python3: 'python3',
  'python3 with paho.mqtt': 'python3-paho-mqtt',
  promtool: 'prometheus',
  'qemu-system-aarch64': 'qemu-system-arm',
  'rabbitmq-server': 'rabbitmq-server',
  xz: 'xz-utils',
} as const

export type Program = keyof typeof PACKAGES

type Suite = (name: string, body: () => void) => void

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly has: (program: string) => boolean
}

/**
 * `describe` for tests that run these programs: `needs('mosquitto')('a real broker', () => { … })`.
 * Where one is missing the tests are skipped, and the end of the run says so.
 * @throws Error where CI is set: there nothing may be skipped.
 */
export function needs(...programs: readonly [Program, ...Program[]]): Suite {
  const missing = lackOf(programs, { env: process.env, has: isThere })
  return missing === null ? describe : (name, body) => describe.skip(`${name} (${missing})`, body)
}

/** `needs mosquitto: sudo apt-get install mosquitto`; null if nothing is missing. @throws Error where CI is set. */
export function lackOf(programs: readonly Program[], { env, has }: Surroundings): string | null {
  const missing = programs.filter(program => !has(program))
  if (missing.length === 0) return null
  const packages = [...new Set(missing.map(program => PACKAGES[program]))]
  const lack = `needs ${missing.join(', ')}: sudo apt-get install ${packages.join(' ')}`
  if (env.CI && env.CI !== 'false') throw new Error(`${lack}; with CI set these tests may not be skipped`)
  return lack
}

/** The Python that has the library: the first on the path, or Debian's; undefined if neither has. */
export function pythonWithPaho(): string | undefined {
  return ['python3', '/usr/bin/python3'].find(python => {
    try {
      execFileSync(python, ['-c', 'import paho.mqtt.subscribe'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })
}

function isThere(program: string): boolean {
  return program === 'python3 with paho.mqtt' ? pythonWithPaho() !== undefined : isOnPath(program)
}

/** Is this program here? */
export function isOnPath(program: string): boolean {
  // Debian keeps daemons in sbin, which is not on the path of every user.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders.some(folder => isExecutable(join(folder, program)))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
