/** The dialogs: health in words and figures, and the keyboard shortcuts. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { allTermsView } from '../glossary/term-view.ts'
import { COMMON_WORDS } from '../shared/common-words.ts'
import { WORDS } from '../shared/neuron-page-words.ts'
import { formatFixed } from '../shared/number-format.ts'
import { healthFindings, microseconds } from './data/health-findings.ts'
import { simulatedParts } from './header-view.ts'
import type { NeuronPageModel } from './model.ts'

const MARKS = { good: '✓', bad: '!', note: 'i' } as const

export function healthDialog(model: NeuronPageModel): TemplateResult {
  return html`<dialog id="health" aria-labelledby="health-title">
    <h2 id="health-title">${WORDS.health.title}</h2>
    ${model.isDisconnected ? html`<p class="bad"><span class="lamp" aria-hidden="true">?</span> ${WORDS.health.unknown}</p>` : findingsView(model)}
    <form method="dialog"><button>${COMMON_WORDS.close}</button></form>
  </dialog>`
}

function findingsView({
  health,
  link,
  state,
  hello,
  viewers,
  isSkipping,
}: NeuronPageModel): TemplateResult | typeof nothing {
  if (!health || !link || !state) return nothing
  const { figures } = WORDS.health
  const rows = [
    [figures.edge, lateness(health.edgeLateUs)],
    [figures.tick, lateness(health.tickLateUs)],
    [figures.cpu, `${formatFixed(health.cpu * 100, 1)} %`],
    [figures.main, `${formatFixed(health.loopP99Ms, 1)} ms`],
    [figures.memory, `${formatFixed(health.rssMb, 0)} MB`],
    [figures.viewers, String(viewers)],
  ]
  return html`<ul class="findings">${healthFindings(health, link, state, simulatedParts(hello?.info), isSkipping).map(
    ({ level, text }) =>
      html`<li class=${level}><span class="lamp" aria-hidden="true">${MARKS[level]}</span> ${text}</li>`,
  )}</ul>
    <table>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</table>`
}

export function helpDialog(): TemplateResult {
  return html`<dialog id="help" aria-labelledby="help-title">
    <h2 id="help-title">${WORDS.help.title}</h2>
    <table>${WORDS.help.keys.map(([key, what]) => html`<tr><th scope="row"><kbd>${key}</kbd></th><td>${what}</td></tr>`)}</table>
    <h2>${WORDS.help.terms}</h2>
    ${allTermsView()}
    <form method="dialog"><button>${COMMON_WORDS.close}</button></form>
  </dialog>`
}

function lateness({ p50, p99, max }: { readonly p50: number; readonly p99: number; readonly max: number }): string {
  return [p50, p99, max].map(microseconds).join(' / ')
}
