/** How far a step is, and what a check says, as a sign in a shape of its own: legible without colours. */
import { html, svg, type TemplateResult } from 'lit-html'

const SIGNS: Readonly<Record<string, string>> = {
  todo: '',
  notYet: '…',
  nearly: '≈',
  done: '✓',
  skipped: '–',
  solved: '=',
  cannotTell: '?',
}

/** @param share how much of a hold is over: its circle fills with it */
export function markView(state: string, share = 0): TemplateResult {
  if (state !== 'hold') return html`<span class=${`mark ${state}`} aria-hidden="true">${SIGNS[state] ?? ''}</span>`
  return svg`<svg class="mark hold" viewBox="0 0 20 20" aria-hidden="true">
    <circle class="pie" cx="10" cy="10" r="4.5" pathLength="1" stroke-dasharray=${`${share.toFixed(3)} 1`}></circle>
  </svg>`
}
