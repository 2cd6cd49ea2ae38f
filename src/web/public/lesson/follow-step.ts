/** What happens on the page when the step changes: it is seen from its beginning, and has the focus if it was asked for. */
import { hasVerdict, type LessonPanel } from './panel-state.ts'

export function hasFocus(): boolean {
  return document.activeElement?.closest('#lesson') != null
}

/**
 * After a step was drawn. Where the step changes by itself the focus stays where it is; it moves only if what had it is
 * gone with the step, or if the student asked for the step.
 * @param hadFocus something of the panel had it before
 */
export function followStep(panel: LessonPanel, hadFocus: boolean): void {
  const { running } = panel
  const step = running === null ? '' : `${running.id} ${running.index}`
  const verdict = running === null || !hasVerdict(running) ? '' : running.verdict.state
  const isNews = verdict !== panel.drawnVerdict && ['done', 'nearly', 'cannotTell'].includes(verdict)
  panel.drawnVerdict = verdict
  const hints = (running?.hints.length ?? 0) + (running?.solution ? 1 : 0)
  if (hints > panel.drawnHints)
    [...document.querySelectorAll('.lesson-body .hints li, #solution')].at(-1)?.scrollIntoView({ block: 'nearest' })
  panel.drawnHints = hints
  if (step === panel.drawnStep) {
    if (isNews) showVerdict()
    return
  }
  const isFirst = panel.drawnStep === ''
  panel.drawnStep = step
  document.querySelector('.lesson-body')?.scrollTo(0, 0)
  const asked = panel.expectsStep
  panel.expectsStep = false
  const isLost = hadFocus && document.activeElement === document.body
  if ((asked && !isFirst) || isLost) document.getElementById('lesson-step')?.focus()
}

/** Within the panel: the page itself stays where it is, with the slider in sight. */
function showVerdict(): void {
  const [body, verdict] = ['.lesson-body', '#verdict'].map(name => document.querySelector(name))
  if (!body || !verdict) return
  const [around, inside] = [body.getBoundingClientRect(), verdict.getBoundingClientRect()]
  if (inside.bottom > around.bottom) body.scrollBy(0, Math.min(inside.bottom - around.bottom, inside.top - around.top))
}
