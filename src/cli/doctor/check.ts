/** One line of the doctor's report. */
export interface Check {
  /** `i2c`, `output led`. */
  readonly name: string
  readonly status: Status
  /** What was found, in words. */
  readonly text: string
  /** The command, or the next step, that mends it. */
  readonly mend?: string
}

/** `skip`: it does not apply to this machine and this configuration. */
export type Status = 'ok' | 'warn' | 'fail' | 'skip'

export function ok(name: string, text: string): Check {
  return { name, status: 'ok', text }
}

export function warn(name: string, text: string, mend: string): Check {
  return { name, status: 'warn', text, mend }
}

export function fail(name: string, text: string, mend: string): Check {
  return { name, status: 'fail', text, mend }
}

export function skip(name: string, text: string): Check {
  return { name, status: 'skip', text }
}

/** An error whose message is "what happened. What mends it." as a check. */
export function failing(name: string, message: string, status: 'warn' | 'fail' = 'fail'): Check {
  // The reasons of `auto` are a list, a line each.
  const [, what, advice = ''] = /^(.*?)(?:\.\s+(.*)|:?\n(.*))?$/s.exec(message.trim()) ?? []
  const list = advice || message.trim().split('\n').slice(1).join('\n')
  const mend = list.replace(/^ {2}/gm, '')
  const text = (what ?? message).replace(/[.:]$/, '')
  return mend === '' ? { name, status, text } : { name, status, text, mend }
}
