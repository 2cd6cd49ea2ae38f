/** Why controls are greyed out while a lesson keeps them. */
import { html, nothing, type TemplateResult } from 'lit-html'
import type { Lock, RunningLesson } from '../../../lessons/report.ts'
import { isLocked } from './locks.ts'
import { LESSON_WORDS } from './words.ts'

export function lockNote(running: RunningLesson | null, locks: readonly Lock[]): TemplateResult | typeof nothing {
  if (running === null || !locks.some(lock => isLocked(running, lock))) return nothing
  return html`<p class="notice lock-note">${lockReason(running)}</p>`
}

export function lockReason({ isLed }: Pick<RunningLesson, 'isLed'>): string {
  return isLed ? LESSON_WORDS.lockedByTeacher : LESSON_WORDS.locked
}
