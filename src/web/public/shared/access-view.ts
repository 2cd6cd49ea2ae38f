/** For those in control: the link to this page with its QR code, and the teacher's lock. The same on both pages. */
import { html, nothing, svg, type TemplateResult } from 'lit-html'
import { encode } from 'uqr'
import type { PageAccess } from '../../http/access.ts'
import { type AccessState, addressForOthers, type Links, loginLink } from './access-state.ts'
import { COMMON_WORDS } from './common-words.ts'
import { refusalView } from './form-helpers.ts'
import { sendRequest } from './requests.ts'
import { inWords } from './spoken-names.ts'

const words = COMMON_WORDS.access

export type AccessActions = ReturnType<typeof createAccessActions>

export function createAccessActions(state: AccessState, changed: () => void) {
  const change = async (part: { readonly locked?: boolean; readonly replace?: boolean }) => {
    const reply = await sendRequest('POST', '/api/access', part)
    state.refusal = reply.ok ? undefined : inWords(reply.error.message)
    changed()
  }
  const load = async () => {
    const response = await fetch('/api/access')
    state.links = (await response.json()) as Links
    changed()
  }
  return {
    lock: (locked: boolean) => change({ locked }),
    async showLinks() {
      ;(document.getElementById('share') as HTMLDialogElement).showModal()
      await load()
    },
    async replaceLink() {
      if (!confirm(words.confirmReplace)) return
      await change({ replace: true })
      await load()
    },
  }
}

export function accessButtons(access: PageAccess | undefined, actions: AccessActions): TemplateResult | typeof nothing {
  if (!access || access.role === 'watch') return nothing
  const { role, locked } = access
  return html`
    ${role === 'teach' ? html`<button id="lock" aria-pressed=${locked ? 'true' : 'false'} title=${words.lockHelp} @click=${() => actions.lock(!locked)}>${locked ? words.unlock : words.lock}</button>` : nothing}
    <button id="show-links" @click=${actions.showLinks}>${words.share}</button>`
}

export function accessDialog(
  access: PageAccess | undefined,
  { links, refusal }: AccessState,
  actions: AccessActions,
): TemplateResult {
  return html`<dialog id="share" aria-labelledby="share-title">
    <h2 id="share-title">${words.title}</h2>
    ${links && access ? linksView(links, access, actions) : nothing}
    ${refusalView(refusal)}
    <form method="dialog"><button>${COMMON_WORDS.close}</button></form>
  </dialog>`
}

function linksView({ tokens, urls }: Links, { role, locked }: PageAccess, actions: AccessActions): TemplateResult {
  const base = addressForOthers(location, urls)
  if (base === undefined) return html`<p>${words.onlyHere}</p>`
  const { pupils, teacher } = tokens
  return html`
    ${locked ? html`<p class="hint">${words.lockedNote}</p>` : nothing}
    ${pupils === undefined ? nothing : linkView(loginLink(base, pupils))}
    ${role === 'teach' ? html`<div class="buttons"><button id="replace-link" @click=${actions.replaceLink}>${words.replace}</button></div>` : nothing}
    ${teacher === undefined ? nothing : html`<details><summary>${words.teacher}</summary>${linkView(loginLink(base, teacher))}</details>`}
    <p class="hint">${words.watch(base)}</p>`
}

function linkView(link: string): TemplateResult {
  return html`${qrCode(link)}<p><code class="link">${link}</code></p>`
}

/** Black on white in every theme: cameras expect it. */
function qrCode(text: string): TemplateResult {
  const { data, size } = encode(text, { border: 4 })
  const squares = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
  return html`<svg class="qr" viewBox=${`0 0 ${size} ${size}`} role="img" aria-label=${words.qr}>
    ${svg`<rect width=${size} height=${size} fill="#fff"></rect><path d=${squares.join('')} fill="#000" shape-rendering="crispEdges"></path>`}
  </svg>`
}
