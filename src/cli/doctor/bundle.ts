/** A report to send to a helper: checks, configuration and log in one file, without secrets. */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { DRIVERS } from '../../../drivers/registry.ts'
import { loadWithOrigins } from '../../config/load.ts'
import { redactedText } from '../../config/messages.ts'
import { configJson } from '../../config/print.ts'
import { epochUs } from '../../loop/clock.ts'
import type { Console } from '../console.ts'
import { defaultConfigFile } from '../default-config.ts'
import { writeObstacle } from '../output-file.ts'
import { packageVersion } from '../package-info.ts'
import type { Check } from './check-result-and-format.ts'

const SERVICE = 'neurond'
const MOST_LINES = 500
const TIMEOUT_MS = 5000

export interface BundleOptions {
  readonly config?: string
  readonly set?: readonly string[]
  /** A file, or true for a name of its own. */
  readonly bundle?: string | true
}

/** Writes the report, and says where. @param journal what the service has logged of late */
export async function bundleReport(
  console: Console,
  options: BundleOptions,
  checks: readonly Check[],
  journal: readonly string[],
): Promise<void> {
  const { env, hostname } = console
  const written = new Date(epochUs() / 1000).toISOString()
  const file =
    typeof options.bundle === 'string' ? options.bundle : `neurond-report-${written.replace(/\..*|\W/g, '')}.json`
  const sources = {
    file: options.config ?? defaultConfigFile(),
    env,
    set: options.set ?? [],
    drivers: DRIVERS,
    hostname,
  }
  const config = settingsOf(sources)
  try {
    writeBundle(file, bundleText({ version: packageVersion(), written, checks, config, env, journal }))
    console.printError(`Written to ${file}: look through it before you send it.\n`)
  } catch (error) {
    console.printError(`neurond doctor: ${(error as Error).message}\n`)
    console.setExitCode(1)
  }
}

/** What the service has logged of late; empty where there is no journal, or no service in it. */
export async function recentJournal(): Promise<readonly string[]> {
  const args = ['--unit', SERVICE, '--lines', `${MOST_LINES}`, '--no-pager', '--quiet', '--output', 'short-iso']
  try {
    const { stdout } = await promisify(execFile)('journalctl', args, { timeout: TIMEOUT_MS })
    return stdout.split('\n').filter(line => line !== '')
  } catch {
    return []
  }
}

/** @throws Error that says why not, above all when the file is there already */
export function writeBundle(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'EEXIST') throw new Error(`${file} is there already: name another file, or remove it`, { cause })
    throw new Error(`${file} cannot be written: ${writeObstacle(file) ?? message}`, { cause })
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

interface BundleParts {
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

function bundleText({ version, written, checks, config, env, journal }: BundleParts): string {
  const variables = Object.entries(env).filter(([name]) => name.startsWith('NEUROND_'))
  const machine = { node: process.version, platform: process.platform, arch: process.arch }
  const report = {
    ...{ neurond: version, written, ...machine, versions: process.versions },
    ...{ checks, config, environment: Object.fromEntries(variables), journal },
  }
  return `${JSON.stringify(withoutSecrets(report), null, 2)}\n`
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
