/** What the neuron's check says now: sign, word, how much of it is there, what was measured. */
import { html, nothing, type TemplateResult } from 'lit-html'
import type { RunningLesson } from '../../../lessons/report.ts'
import { markView } from './marks.ts'
import { hasVerdict } from './panel-state.ts'
import { type PointAt, richLine, richText } from './rich-text-view.ts'
import { detailOf, heldShare, measuredText, wordOf } from './verdict-words.ts'
import { LESSON_WORDS } from './words.ts'

export function verdictView(running: RunningLesson, pointAt: PointAt): TemplateResult {
  const { verdict, say, live } = running
  const shown = hasVerdict(running)
  // What is done tells its numbers itself.
  const measured = verdict.state === 'done' ? '' : measuredText(verdict)
  return html`${
    shown
      ? html`<div class=${`verdict ${verdict.state}`} id="verdict" data-state=${verdict.state}>
          <p class="word">${markView(verdict.state, heldShare(verdict))} <strong>${wordOf(running)}</strong>
            ${detailOf(verdict)}</p>
          ${verdict.state === 'hold' ? html`<progress max="1" value=${heldShare(verdict)} aria-label=${wordOf(running)}></progress>` : nothing}
          ${say === null ? nothing : html`<div class="say">${richText(say, pointAt)}</div>`}
        </div>`
      : nothing
  }
  ${live === null ? nothing : html`<p class="live">${richLine(live, pointAt)}</p>`}
  ${shown && live === null && measured !== '' ? html`<p class="live">${LESSON_WORDS.measuring}: ${measured}</p>` : nothing}`
}
