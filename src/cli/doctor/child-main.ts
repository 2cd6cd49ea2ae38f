/** Entry of the process that does one errand of the doctor, and ends. */
import type { ChildAnswer } from './child-process.ts'
import { TASKS, type TaskName } from './probes.ts'

interface TaskRequest {
  readonly task: TaskName
  readonly argument: never
}

const leaving = new AbortController()
// Outputs are driven low before it ends, whether the doctor asks for it, the terminal does, or the doctor is gone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => leaving.abort())
process.once('disconnect', () => leaving.abort())

process.once('message', async order => {
  const { task, argument } = order as TaskRequest
  const warnings: string[] = []
  const answer = await answerOf(async () => {
    const value = await TASKS[task](argument, { warn: message => warnings.push(message), signal: leaving.signal })
    return { type: 'done', value, warnings }
  })
  process.send?.(answer, () => process.disconnect())
})

async function answerOf(work: () => Promise<ChildAnswer>): Promise<ChildAnswer> {
  try {
    return await work()
  } catch (error) {
    const { message, cause } = error as Error
    return { type: 'refused', message, cause: cause instanceof Error ? cause.message : message }
  }
}
