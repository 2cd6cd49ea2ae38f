/** Packs what the doctor found into a file for somebody who helps. */
import { DRIVERS } from '../../../drivers/registry.ts'
import { configJson } from '../../config/display.ts'
import { loadWithOrigins } from '../../config/load.ts'
import { epochUs } from '../../loop/clock.ts'
import { packageVersion, usualConfig } from '../install.ts'
import { bundleText, writeBundle } from './bundle.ts'
import type { Check } from './check.ts'

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
