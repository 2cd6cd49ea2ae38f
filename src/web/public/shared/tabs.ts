/** Tabs that arrow keys move through (WAI-ARIA Authoring Practices, tabs pattern). */
import { html, type TemplateResult } from 'lit-html'

export function tabs(
  label: string,
  names: Readonly<Record<string, string>>,
  chosen: string,
  prefix: string,
  choose: (name: string) => void,
): TemplateResult {
  const keys = Object.keys(names)
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = keys[(keys.indexOf(chosen) + step + keys.length) % keys.length] as string
    choose(next)
    document.getElementById(`${prefix}-tab-${next}`)?.focus()
  }
  return html`<div class="tabs" role="tablist" aria-label=${label} @keydown=${move}>
    ${keys.map(
      name => html`<button role="tab" id=${`${prefix}-tab-${name}`} aria-controls=${`${prefix}-panel`}
        aria-selected=${name === chosen ? 'true' : 'false'} tabindex=${name === chosen ? '0' : '-1'}
        @click=${() => choose(name)}>${names[name]}</button>`,
    )}
  </div>`
}
