import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Context, Driver, DriverError, Options } from '../../drivers/contract.ts'

/** A driver's context on a hand-driven clock, with what it warned of. */
export function context(): Context & { ms: number; warnings: string[] } {
  const world = {
    ms: 1000,
    warnings: [] as string[],
    nowMs: () => world.ms,
    warn: (message: string) => void world.warnings.push(message),
  }
  return world
}

/** A driver's defaults, with some options changed. */
export function defaults(driver: Pick<Driver, 'fields'>, changed: Options = {}): Options {
  const values = Object.entries(driver.fields).map(([key, field]) => [key, field.default])
  return { ...Object.fromEntries(values), ...changed }
}

/** A folder that stands for /, with these files; a value that begins with -> is a link. It goes when the test ends. */
export function tree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'neurond-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [path, content] of Object.entries(files)) {
    const full = join(root, path)
    mkdirSync(dirname(full), { recursive: true })
    if (content.startsWith('->')) symlinkSync(join(root, content.slice(2)), full)
    else writeFileSync(full, content)
  }
  return root
}

/** The DriverError that an action throws. */
export function faultOf(action: () => unknown): DriverError {
  try {
    action()
  } catch (error) {
    return error as DriverError
  }
  throw new Error('nothing was thrown')
}
