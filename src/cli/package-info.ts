import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readBoard } from '../../drivers/board.ts'

/** The configuration that is used when none is named: real hardware on a Raspberry Pi, everything simulated elsewhere. */
export function defaultConfigFile(): string {
  const name = readBoard().raspberryPi ? 'pi.yaml' : 'desktop.yaml'
  return fileURLToPath(new URL(`../../../config/${name}`, import.meta.url))
}

/** Of this package, like 1.2.3. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version
}
