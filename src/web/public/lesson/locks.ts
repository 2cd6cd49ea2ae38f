/** Which controls a lesson keeps to itself. Pure. */
import type { Lock, RunningLesson } from '../../../lessons/report.ts'

export function isLocked(running: Pick<RunningLesson, 'locks'> | null, what: Lock): boolean {
  return running?.locks.includes(what) ?? false
}
