import type { Command } from 'commander'
import type { Console } from '../../src/cli/console.ts'

/** What a command left behind. */
export interface Outcome {
  readonly out: string
  readonly err: string
  readonly code: number
  readonly written: Readonly<Record<string, string>>
}

/** Runs a command on a desk made of paper: files are entries of `files`, and nothing is written for real. */
export async function runOn(
  command: (desk: Console) => Command,
  line: string,
  files: Readonly<Record<string, string>> = {},
  over: Partial<Console> = {},
): Promise<Outcome> {
  const outcome = { out: '', err: '', code: 0, written: {} as Record<string, string> }
  const desk: Console = {
    env: {},
    readFile: path => {
      const text = files[path]
      if (text === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
      return text
    },
    writeFile: (path, text) => {
      outcome.written[path] = text
    },
    obstacleTo: () => null,
    print: text => {
      outcome.out += text
    },
    complain: text => {
      outcome.err += text
    },
    colours: false,
    watched: (_what, work) => work(() => {}),
    randomSeed: () => 42,
    exitWith: code => {
      outcome.code = code
    },
    ...over,
  }
  await command(desk).parseAsync(line.split(' ').filter(Boolean), { from: 'user' })
  return outcome
}
