/** Where this package is installed, and its version. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder of this package. */
export const PACKAGE_FOLDER = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')

/** The lessons that come with the program. */
export const LESSON_FOLDER = `${PACKAGE_FOLDER}/config/lessons`

/** The version of this package, like 1.2.3. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(`${PACKAGE_FOLDER}/package.json`, 'utf8')).version
}
