/** The doctor's report for somebody far away: all that helps, nothing secret, in one file. */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { DRIVERS } from '../../../drivers/registry.ts'
import { loadWithOrigins } from '../../config/load.ts'
import { redactedText } from '../../config/messages.ts'
import { configJson } from '../../config/print.ts'
import { epochUs } from '../../loop/clock.ts'
import { obstacleTo } from '../console.ts'
import { packageVersion, usualConfig } from '../install.ts'
import type { Check } from './check.ts'

export interface BundleParts {
  readonly version: string
  /** When it was written, like 2026-11-21T00:45:00Z. */
  readonly written: string
  readonly checks: readonly Check[]
  /** The configuration as JSON without passwords, each value with who set it; or why there is none. */
  readonly config: unknown
  readonly env: Readonly<Record<string, string | undefined>>
  /** Lines of the log, if there is a journal. */
  readonly journal: readonly string[]
}

const UNIT = 'neurond'
const LINES = 500
const PATIENCE_MS = 5000

export function bundleText({ version, written, checks, config, env, journal }: BundleParts): string {
  const variables = Object.entries(env).filter(([name]) => name.startsWith('NEUROND_'))
  const machine = { node: process.version, platform: process.platform, arch: process.arch }
  const report = {
    ...{ neurond: version, written, ...machine, versions: process.versions },
    ...{ checks, config, environment: Object.fromEntries(variables), journal },
  }
  return `${JSON.stringify(withoutSecrets(report), null, 2)}\n`
}

/** @throws Error that says why not, above all when the file is there already */
export function writeBundle(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'EEXIST') throw new Error(`${file} is there already: name another file, or remove it`, { cause })
    throw new Error(`${file} cannot be written: ${obstacleTo(file) ?? message}`, { cause })
  }
}

/** What the service has logged of late; empty where there is no journal, or no service in it. */
export async function recentJournal(): Promise<readonly string[]> {
  const words = ['--unit', UNIT, '--lines', `${LINES}`, '--no-pager', '--quiet', '--output', 'short-iso']
  try {
    const { stdout } = await promisify(execFile)('journalctl', words, { timeout: PATIENCE_MS })
    return stdout.split('\n').filter(line => line !== '')
  } catch {
    return []
  }
}

/** Passwords in addresses, the dashboard's token behind #, and what is called a password, token or secret. */
function withoutSecrets(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return isSecret(key) ? '***' : redactedText(value).replace(/(\/login#)\S+/g, '$1***')
  if (Array.isArray(value)) return value.map(one => withoutSecrets(one))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutSecrets(inner, name)]))
}

/** A file's name is no secret. */
function isSecret(key: string): boolean {
  return /password|token|secret/i.test(key) && !/file$/i.test(key)
}

export interface PackOptions {
  readonly config?: string
  readonly set?: readonly string[]
  /** A file, or true for a name of its own. */
  readonly bundle?: string | true
}

export interface Packer {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly hostname: string
  /** What the service has logged of late. */
  readonly journal: () => Promise<readonly string[]>
  readonly complain: (text: string) => void
  readonly exitWith: (code: number) => void
}

export async function pack(packer: Packer, options: PackOptions, checks: readonly Check[]): Promise<void> {
  const { env, hostname, complain, exitWith } = packer
  const written = new Date(epochUs() / 1000).toISOString()
  const file =
    typeof options.bundle === 'string' ? options.bundle : `neurond-report-${written.replace(/\..*|\W/g, '')}.json`
  const sources = { file: options.config ?? usualConfig(), env, set: options.set ?? [], drivers: DRIVERS, hostname }
  const [config, journal] = [settingsOf(sources), await packer.journal()]
  try {
    writeBundle(file, bundleText({ version: packageVersion(), written, checks, config, env, journal }))
    complain(`Written to ${file}: look through it before you send it.\n`)
  } catch (error) {
    complain(`neurond doctor: ${(error as Error).message}\n`)
    exitWith(1)
  }
}

/** Every value with who set it; or what is wrong. */
function settingsOf(sources: Parameters<typeof loadWithOrigins>[0]): unknown {
  try {
    return JSON.parse(configJson(loadWithOrigins(sources), true))
  } catch (error) {
    return { error: (error as Error).message }
  }
}
