/** Reads what the machine has, and carries out the steps. */
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Program, Step, SystemState } from './steps.ts'

/** Links are not followed: in a folder that the service may write, one could point anywhere. */
const REPLACE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW

/** @param root of the file system, for tests */
export function readSystem(root = ''): SystemState {
  const read = (path: string) => {
    try {
      return readFileSync(root + path, 'utf8')
    } catch {
      return undefined
    }
  }
  const fields = (path: string) =>
    (read(path) ?? '')
      .split('\n')
      .filter(line => line.includes(':'))
      .map(line => line.split(':'))
  return {
    read,
    exists: path => existsSync(root + path),
    groupOf(path) {
      const gid = lstatSync(root + path, { throwIfNoEntry: false })?.gid
      return fields('/etc/group').find(([, , id]) => Number(id) === gid)?.[0]
    },
    users: fields('/etc/passwd').map(([name]) => name as string),
    groups: new Map(fields('/etc/group').map(([name, , , members = '']) => [name as string, namesIn(members)])),
  }
}

/** @throws Error that says what failed, with the program's error output */
export function applyStep(step: Step, root = ''): void {
  if (step.type === 'write') {
    mkdirSync(dirname(root + step.path), { recursive: true, mode: 0o755 })
    const fd = openSync(root + step.path, REPLACE, step.secret ? 0o600 : 0o644)
    writeFileSync(fd, step.text)
    closeSync(fd)
  } else if (step.type === 'remove') {
    rmSync(root + step.path, { recursive: true, force: true })
  } else if (root === '') {
    runProgram(step.command, step.mayFail ?? false)
  }
}

/** Standard output of the program. @throws Error */
export function runProgram([program, ...args]: readonly [string, ...string[]], mayFail = false): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    if (mayFail) return ''
    const { stderr = '', message } = error as Error & { stderr?: string }
    throw new Error(`\`${[program, ...args].join(' ')}\` failed: ${stderr.trim() || message}`, { cause: error })
  }
}

/** Says which part of the program the user of the service cannot read; null if it can read all of it. */
export function unreachable(program: Program, visible: readonly string[]): string | null {
  for (const path of [program.node, `${program.folder}/dist/src/cli/main.js`]) {
    const top = visible.find(place => path.startsWith(place)) ?? '/'
    const closed = between(top, path).find(each => (statSync(each).mode & 0o005) !== 0o005 && !isPlain(each, path))
    if (closed !== undefined)
      return `other users may not enter ${closed}, in which neurond runs: \`chmod -R o+rX ${closed}\`, then try again`
  }
  return null
}

function between(top: string, path: string): string[] {
  const parents = [path]
  while (parents[0] !== top && parents[0] !== '/') parents.unshift(dirname(parents[0] as string))
  return parents
}

/** The program's own file is read by node, and need not be executable. */
function isPlain(each: string, path: string): boolean {
  return each === path && (statSync(each).mode & 0o004) !== 0
}

function namesIn(members: string): string[] {
  return members.split(',').filter(name => name !== '')
}
