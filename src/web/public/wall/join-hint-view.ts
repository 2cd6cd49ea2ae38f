/** The hint with the command that starts another neuron, while there is at most one on the wall. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { shownPeers, type WallModel } from './model.ts'
import { WALL_WORDS } from './words.ts'

const words = WALL_WORDS.join
const LOCAL = /^mqtts?:\/\/(?:localhost|127\.|\[::1\])/

export function joinHintView(model: WallModel): TemplateResult | typeof nothing {
  const { broker, hello } = model
  if (broker?.state !== 'online' || shownPeers(model).length > 1) return nothing
  // Without this neuron's user name and its hidden password.
  const address = broker.url.replace(/\/\/.*@/, '//')
  const isLocal = LOCAL.test(address)
  const id = hello?.id === 'pi-b' ? 'pi-c' : 'pi-b'
  return html`<div class="join">
    <p>${isLocal ? words.local : words.anywhere}</p>
    <p><code>${words.command(id, address)}</code></p>
    ${isLocal ? html`<p>${words.further}</p><p><code>${words.command(id, words.host)}</code></p>` : nothing}
  </div>`
}
