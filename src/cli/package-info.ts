/** Where this package is installed, and its version. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readBoard } from '../../drivers/board.ts'

/** The folder of this package. */
export const PACKAGE_FOLDER = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')

/** The configuration that is used when none is named: real hardware on a Raspberry Pi, everything simulated elsewhere. */
export function defaultConfigFile(): string {
  const name = readBoard().raspberryPi ? 'pi.yaml' : 'desktop.yaml'
  return `${PACKAGE_FOLDER}/config/${name}`
}

/** The version of this package, like 1.2.3. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(`${PACKAGE_FOLDER}/package.json`, 'utf8')).version
}
