/** The one text for screen readers: the step and its task, later what the check says. Pure. */
import type { LessonPanel } from './panel-state.ts'
import { spokenVerdict } from './verdict-words.ts'
import { LESSON_WORDS } from './words.ts'

/** A verdict that comes and goes, as the knob is turned, is not read out each time. */
const BETWEEN_MS = 2000

export function updateSaid(panel: LessonPanel, nowMs: number): void {
  const text = spokenText(panel)
  const isNews = panel.running?.verdict.state === 'done'
  if (text === panel.said || (nowMs - panel.saidMs < BETWEEN_MS && !isNews)) return
  panel.said = text
  panel.saidMs = nowMs
}

function spokenText({ running }: LessonPanel): string {
  if (running === null) return ''
  const { index, steps, text } = running
  if (index >= steps.length) return LESSON_WORDS.over
  const verdict = spokenVerdict(running)
  const progress = LESSON_WORDS.progress(index + 1, steps.length)
  return `${progress}. ${plainWords(verdict === '' ? text : verdict)}`
}

function plainWords(text: string): string {
  return text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('*', '')
}
