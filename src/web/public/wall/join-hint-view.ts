/** How others come to the wall, as long as there is hardly anybody on it. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { rowsOf, type WallModel } from './model.ts'
import { WALL_WORDS } from './words.ts'

const words = WALL_WORDS.join
const LOCAL = /^mqtts?:\/\/(?:localhost|127\.|\[::1\])/

export function joinView(model: WallModel): TemplateResult | typeof nothing {
  const { broker, hello } = model
  if (broker?.state !== 'online' || rowsOf(model).length > 1) return nothing
  // The user in it is this neuron's own, and the password *** anyway.
  const address = broker.url.replace(/\/\/.*@/, '//')
  const isLocal = LOCAL.test(address)
  const id = hello?.id === 'pi-b' ? 'pi-c' : 'pi-b'
  return html`<div class="join">
    <p>${isLocal ? words.local : words.anywhere}</p>
    <p><code>${words.command(id, address)}</code></p>
    ${isLocal ? html`<p>${words.further}</p><p><code>${words.command(id, words.host)}</code></p>` : nothing}
  </div>`
}
