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

/** A listener of a menu: it closes when a button or link in it was pressed. */
export function closeAfter(close: () => void): (event: Event) => void {
  return ({ target }) => {
    if (target instanceof Element && target.closest('button, a')) close()
  }
}
