/** Small helpers for form controls and what is said about them. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { ref } from 'lit-html/directives/ref.js'

export function inputText(event: Event): string {
  return (event.target as HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement).value
}

/** Why something was refused, scrolled into view. */
export function refusalView(message: string | undefined): TemplateResult | typeof nothing {
  return message === undefined ? nothing : html`<span class="refusal" role="alert" ${ref(intoView)}>${message}</span>`
}

/** A panel may have to be scrolled, once the element is in the page. */
function intoView(element: Element | undefined): void {
  queueMicrotask(() => element?.scrollIntoView({ block: 'nearest' }))
}

/** Without control of the neuron its buttons do nothing, so they are disabled. */
export function disableControls(mayControl: boolean | undefined): void {
  if (mayControl !== false) return
  for (const control of document.querySelectorAll<HTMLButtonElement>('[data-control]')) control.disabled = true
}
