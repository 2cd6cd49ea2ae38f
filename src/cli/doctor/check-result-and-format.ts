import { redacted } from '../../config/messages.ts'
import type { Colours } from '../console.ts'

/** One line of the doctor's report. */
export interface Check {
  /** `i2c`, `output led`. */
  readonly name: string
  readonly status: CheckStatus
  /** What was found, in words. */
  readonly text: string
  /** The command, or the next step, that fixes it. */
  readonly fix?: string
}

/** `skip`: it does not apply to this machine and this configuration. */
type CheckStatus = 'ok' | 'warn' | 'fail' | 'skip'

export function ok(name: string, text: string): Check {
  return { name, status: 'ok', text }
}

export function warn(name: string, text: string, fix: string): Check {
  return { name, status: 'warn', text, fix }
}

export function fail(name: string, text: string, fix: string): Check {
  return { name, status: 'fail', text, fix }
}

export function skip(name: string, text: string): Check {
  return { name, status: 'skip', text }
}

/** A check from an error message of the form "what happened. What fixes it.". */
export function checkFromMessage(name: string, message: string, status: 'warn' | 'fail' = 'fail'): Check {
  // The reasons of `auto` are a list, a line each.
  const [, what, advice = ''] = /^(.*?)(?:\.\s+(.*)|:?\n(.*))?$/s.exec(message.trim()) ?? []
  const list = advice || message.trim().split('\n').slice(1).join('\n')
  const fix = list.replace(/^ {2}/gm, '')
  const text = (what ?? message).replace(/[.:]$/, '')
  return fix === '' ? { name, status, text } : { name, status, text, fix }
}

const STATUS_COLOURS = { ok: 'green', warn: 'yellow', fail: 'red', skip: 'gray' } as const
const NAME_WIDTH = 13
const INDENT = ' '.repeat(NAME_WIDTH + 7)

/** `ok    board        Raspberry Pi 4 …`, with the fix on the next line. */
export function formatCheck(check: Check, colours: Colours): string {
  const { name, status, text, fix } = redacted(check)
  const head = `${colours[STATUS_COLOURS[status]](status.padEnd(4))}  ${name.padEnd(NAME_WIDTH)} `
  const lines = text.split('\n').join(`\n${INDENT}`)
  const advice = fix === undefined ? '' : `\n${INDENT}${colours.cyan('→')} ${fix.split('\n').join(`\n${INDENT}  `)}`
  return `${head}${lines}${advice}\n`
}

/** `{ok, checks}`: ok when nothing failed. */
export function checksJson(checks: readonly Check[]): string {
  return `${JSON.stringify({ ok: !hasFailed(checks), checks: redacted(checks) }, null, 2)}\n`
}

export function formatSummary(checks: readonly Check[]): string {
  const count = (status: CheckStatus) => checks.filter(check => check.status === status).length
  const plural = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`
  const parts = [plural(count('fail'), 'failure'), plural(count('warn'), 'warning'), `${count('ok')} ok`]
  const skipped = count('skip')
  return `${[...parts, ...(skipped > 0 ? [`${skipped} not needed here`] : [])].join(', ')}\n`
}

export function hasFailed(checks: readonly Check[]): boolean {
  return checks.some(({ status }) => status === 'fail')
}
