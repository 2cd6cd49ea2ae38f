/** Runs a task that may crash or hang in a child process: loading native modules, and touching hardware. */
import { type ChildProcess, fork } from 'node:child_process'
import { realTimers } from '../../loop/clock.ts'
import type { Argument, Result, TaskName } from './hardware-tasks.ts'

/** What became of a task. */
export type TaskOutcome<Value> =
  | { readonly type: 'done'; readonly value: Value; readonly warnings: readonly string[] }
  | {
      readonly type: 'refused'
      readonly message: string
      /** The raw error under the message. */
      readonly cause: string
    }
  | { readonly type: 'crashed'; readonly how: string }

export type RunTask = <Name extends TaskName>(
  task: Name,
  argument: Argument<Name>,
) => Promise<TaskOutcome<Result<Name>>>

/** What the child process sends. */
export type ChildAnswer = Extract<TaskOutcome<unknown>, { readonly type: 'done' | 'refused' }>

const CHILD_MAIN = new URL('./child-main.js', import.meta.url)
/** A blocked bus holds every transfer for a second. */
const TIMEOUT_MS = 30_000
/** After SIGTERM, so that the child can drive its outputs low. */
const KILL_AFTER_MS = 500

/** Tasks that still run when `signal` is aborted end with their outputs low. */
export function createTaskRunner(signal: AbortSignal): RunTask {
  return async (task, argument) => {
    if (signal.aborted) return { type: 'crashed', how: 'interrupted' }
    const child = fork(CHILD_MAIN, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    child.send({ task, argument })
    return (await outcomeOf(child, signal)) as TaskOutcome<Result<typeof task>>
  }
}

function outcomeOf(child: ChildProcess, signal: AbortSignal): Promise<TaskOutcome<unknown>> {
  let answer: ChildAnswer | undefined
  let errorOutput = ''
  let how = ''
  let cancelKill = () => {}
  const stop = (why: string) => {
    how ||= why
    child.kill('SIGTERM')
    cancelKill = realTimers.after(KILL_AFTER_MS, () => child.kill('SIGKILL'))
  }
  const cancelTimeout = realTimers.after(TIMEOUT_MS, () => stop(`no answer in ${TIMEOUT_MS / 1000} s`))
  const interrupt = () => stop('interrupted')
  signal.addEventListener('abort', interrupt, { once: true })
  child.stderr?.on('data', chunk => {
    errorOutput += chunk
  })
  child.on('message', message => {
    answer = message as ChildAnswer
  })
  child.on('error', error => {
    how ||= error.message
  })
  return new Promise(resolve => {
    child.on('close', (code, killer) => {
      cancelTimeout()
      cancelKill()
      signal.removeEventListener('abort', interrupt)
      const end = [killer ?? `exit code ${code}`, errorOutput.trim().split('\n', 1)[0]].filter(Boolean).join(': ')
      resolve(answer ?? { type: 'crashed', how: how || end })
    })
  })
}
