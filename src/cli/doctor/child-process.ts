/** Work that may crash or hang is done by a process of its own: native modules, and whatever touches hardware. */
import { fork } from 'node:child_process'
import { realTimers } from '../../loop/clock.ts'
import type { Argument, Result, TaskName } from './probes.ts'

/** What became of an errand. */
export type TaskOutcome<Value> =
  | { readonly type: 'done'; readonly value: Value; readonly warnings: readonly string[] }
  | {
      readonly type: 'refused'
      readonly message: string
      /** What lay under the message: the raw error. */
      readonly cause: string
    }
  | { readonly type: 'crashed'; readonly how: string }

export type RunTask = <Name extends TaskName>(
  task: Name,
  argument: Argument<Name>,
) => Promise<TaskOutcome<Result<Name>>>

/** What the helper process answers. */
export type ChildAnswer = Extract<TaskOutcome<unknown>, { readonly type: 'done' | 'refused' }>

const CHILD_MAIN = new URL('./child-main.js', import.meta.url)
/** A blocked bus holds every transfer for a second. */
const TIMEOUT_MS = 30_000
/** To drive the outputs low. */
const KILL_AFTER_MS = 500

/** Send errands until `signal` is aborted; then those under way end, with their outputs low. */
export function createTaskRunner(signal: AbortSignal): RunTask {
  return (task, argument) =>
    new Promise(resolve => {
      if (signal.aborted) {
        resolve({ type: 'crashed', how: 'interrupted' })
        return
      }
      const helper = fork(CHILD_MAIN, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
      let answer: ChildAnswer | undefined
      let complaint = ''
      let how = ''
      const stop = (why: string) => {
        how ||= why
        helper.kill('SIGTERM')
        cancelKill = realTimers.after(KILL_AFTER_MS, () => helper.kill('SIGKILL'))
      }
      let cancelKill = () => {}
      const cancelTimeout = realTimers.after(TIMEOUT_MS, () => stop(`no answer in ${TIMEOUT_MS / 1000} s`))
      const leave = () => stop('interrupted')
      signal.addEventListener('abort', leave, { once: true })
      helper.stderr?.on('data', chunk => {
        complaint += chunk
      })
      helper.on('message', message => {
        answer = message as ChildAnswer
      })
      helper.on('error', error => {
        how ||= error.message
      })
      helper.on('close', (code, killer) => {
        cancelTimeout()
        cancelKill()
        signal.removeEventListener('abort', leave)
        const end =
          how || [killer ?? `exit code ${code}`, complaint.trim().split('\n', 1)[0]].filter(Boolean).join(': ')
        resolve((answer ?? { type: 'crashed', how: end }) as TaskOutcome<Result<typeof task>>)
      })
      helper.send({ task, argument })
    })
}
