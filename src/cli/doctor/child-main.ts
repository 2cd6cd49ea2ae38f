/** Entry of the child process that runs one task of the doctor and ends. */
import type { ChildAnswer } from './child-process.ts'
import { TASKS, type TaskName } from './hardware-tasks.ts'

interface TaskRequest {
  readonly task: TaskName
  readonly argument: never
}

const stopping = new AbortController()
// Outputs are driven low first, whether the doctor, the terminal or the end of the doctor stops this process.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort())
process.once('disconnect', () => stopping.abort())

process.once('message', async request => {
  const answer = await answerTo(request as TaskRequest)
  process.send?.(answer, () => process.disconnect())
})

async function answerTo({ task, argument }: TaskRequest): Promise<ChildAnswer> {
  const warnings: string[] = []
  try {
    const value = await TASKS[task](argument, { warn: message => warnings.push(message), signal: stopping.signal })
    return { type: 'done', value, warnings }
  } catch (error) {
    const { message, cause } = error as Error
    return { type: 'refused', message, cause: cause instanceof Error ? cause.message : message }
  }
}
