/** Terms that explain themselves where they stand: a click, a tap or Enter opens the explanation, Escape closes it. */
import { html, render, type TemplateResult } from 'lit-html'
import { equationsOf, type GlossaryNeuron, type Term } from './explain-terms.ts'
import { GLOSSARY_WORDS } from './words.ts'

/** Between a term and its explanation, and from the edges of the window, px. */
const GAP_PX = 6
const WIDTH_REM = 26
const ID = 'glossary'

let shown: Term | undefined
let neuron: GlossaryNeuron | undefined

/** A term as it stands in the page. */
export function termView(term: Term, label: string | TemplateResult): TemplateResult {
  const open = (event: Event) => prepare(term, event)
  return html`<button type="button" class="term" popovertarget=${ID} data-term=${term} @click=${open}>${label}</button>`
}

/** A text in which {term|as it stands there} names terms. */
export function withTerms(text: string): (string | TemplateResult)[] {
  return text.split(/(\{\w+\|[^}]*\})/).map(part => {
    const [, term, label] = /^\{(\w+)\|(.*)\}$/.exec(part) ?? []
    return term === undefined ? part : termView(term as Term, label as string)
  })
}

/** Every term, for the help. */
export function allTermsView(): TemplateResult[] {
  return Object.entries(GLOSSARY_WORDS.terms).map(
    ([term, [name]]) =>
      html`<details class="of-glossary"><summary>${name}</summary>${explanation(term as Term)}</details>`,
  )
}

/** To be called when the page is rendered. @param of the neuron whose numbers may be shown; undefined shows none */
export function updateGlossary(of: GlossaryNeuron | undefined): void {
  neuron = of
  const box = document.getElementById(ID)
  if (box?.matches(':popover-open')) renderInto(box)
}

function explanation(term: Term): TemplateResult {
  const [, text] = GLOSSARY_WORDS.terms[term]
  return html`<p>${text}</p>${equationsOf(term, neuron).map(
    equation => html`<p class="formula"><math display="inline" displaystyle="true">${equation}</math></p>`,
  )}`
}

/** Before the browser opens the explanation, or closes it: fills and places it. */
function prepare(term: Term, event: Event): void {
  const button = event.currentTarget as HTMLElement
  const box = document.getElementById(ID) ?? newBox()
  // The rest of the page cannot be reached while a dialog is open.
  const home = button.closest('dialog') ?? document.body
  if (box.parentElement !== home) home.append(box)
  // It is open for another term: it stays open, for this one.
  if (box.matches(':popover-open') && shown !== term) event.preventDefault()
  shown = term
  renderInto(box)
  place(box, button)
}

function newBox(): HTMLElement {
  const box = document.createElement('div')
  box.id = ID
  box.popover = 'auto'
  box.tabIndex = -1
  box.autofocus = true
  box.setAttribute('role', 'dialog')
  return box
}

function renderInto(box: HTMLElement): void {
  if (shown === undefined) return
  const [name] = GLOSSARY_WORDS.terms[shown]
  box.setAttribute('aria-label', name)
  render(html`<h3>${name}</h3>${explanation(shown)}`, box)
}

/** Below the term, or above it where there is more room. */
function place(box: HTMLElement, button: HTMLElement): void {
  const { left, top, bottom } = button.getBoundingClientRect()
  const { clientWidth, clientHeight } = document.documentElement
  const isAbove = top > clientHeight - bottom
  const width = Math.min(
    WIDTH_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize),
    clientWidth - 2 * GAP_PX,
  )
  box.style.width = `${width}px`
  box.style.left = `${Math.max(GAP_PX, Math.min(left, clientWidth - GAP_PX - width))}px`
  box.style.top = isAbove ? 'auto' : `${bottom + GAP_PX}px`
  box.style.bottom = isAbove ? `${clientHeight - top + GAP_PX}px` : 'auto'
  box.style.maxHeight = `${(isAbove ? top : clientHeight - bottom) - 2 * GAP_PX}px`
}
