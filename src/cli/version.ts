import { readFileSync } from 'node:fs'

/** Of this package, like 1.2.3. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version
}
