/** How others come to the wall, as long as there is hardly anybody on it. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { rowsOf, type WallModel } from './model.ts'
import { WALL_WORDS } from './words.ts'

const words = WALL_WORDS.join
const LOCAL = /^mqtts?:\/\/(?:.*@)?(?:localhost|127\.|\[::1\])/

export function joinView(model: WallModel): TemplateResult | typeof nothing {
  const { broker, hello } = model
  if (broker?.state !== 'online' || rowsOf(model).length > 1) return nothing
  const isLocal = LOCAL.test(broker.url)
  const id = hello?.id === 'pi-b' ? 'pi-c' : 'pi-b'
  return html`<div class="join">
    <p>${isLocal ? words.local : words.anywhere}</p>
    <p><code>${words.command(id, broker.url)}</code></p>
    ${isLocal ? html`<p>${words.further}</p><p><code>${words.command(id, words.host)}</code></p>` : nothing}
  </div>`
}
