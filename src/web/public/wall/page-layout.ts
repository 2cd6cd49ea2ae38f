/** The layout of the class wall's page. */
import { html, nothing, render, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import { disableControls, inputText } from '../shared/form-helpers.ts'
import { WORDS } from '../shared/neuron-page-words.ts'
import type { WallActions } from './actions.ts'
import { graphLegend, graphView, type Size } from './graph-view.ts'
import { shownPeers, WALL_WINDOWS_S, type WallModel } from './model.ts'
import { neuronRowsView } from './neuron-rows-view.ts'
import { noticeView, peerDialog } from './peer-dialog.ts'
import { synapsesView } from './synapses-view.ts'
import { WALL_WORDS } from './words.ts'

export function renderWall(model: WallModel, actions: WallActions, graphSize: Size): void {
  document.documentElement.dataset.theme = model.theme
  document.title = WALL_WORDS.page
  render(wallView(model, actions, graphSize), document.body)
  disableControls(model.hello?.mayControl)
}

function wallView(model: WallModel, actions: WallActions, graphSize: Size): TemplateResult {
  const { graph, synapses } = WALL_WORDS
  return html`
    <header>${headerView(model, actions)}</header>
    <main>
      <section class="hero" aria-label=${WALL_WORDS.spikes}>${neuronRowsView(model, actions)}</section>
      <aside>
        <section class="plots" aria-label=${graph.title}>
          ${graphLegend(shownPeers(model).length > 1 && model.hello?.mayControl !== false)}
          <div id="graph-box">${graphView(model, actions, graphSize)}</div>
        </section>
        <section class="panel" aria-label=${synapses.title}>
          <div class="panel-body" tabindex="0" role="region" aria-label=${synapses.title}>${synapsesView(model, actions)}</div>
        </section>
      </aside>
    </main>
    ${peerDialog(model, actions)}`
}

function headerView(model: WallModel, actions: WallActions): TemplateResult {
  const { hello, windowS } = model
  const rows = shownPeers(model)
  const alive = rows.filter(({ life }) => life === 'alive')
  const isRunning = alive.length === 0 || alive.some(({ running }) => running !== false)
  const isLoud = alive.length === 0 || alive.some(({ muted }) => muted !== true)
  const { all } = WALL_WORDS
  const button = (id: string, verb: string, text: string, payload: object = {}) =>
    html`<button data-control id=${id} ?disabled=${alive.length === 0} @click=${() => actions.commandAll(verb, text, payload)}>${text}</button>`
  return html`
    <h1><span class="brand">neurond</span> ${WALL_WORDS.title}</h1>
    <span class="census" id="census">${WALL_WORDS.alive(alive.length, rows.length)}</span>
    ${model.isDisconnected ? html`<span class="badge bad" role="status">${WALL_WORDS.disconnected}</span>` : nothing}
    <nav aria-label=${WALL_WORDS.nav}>
      ${button('run-all', 'run', isRunning ? all.pause : all.run, { on: !isRunning })}
      ${button('mute-all', 'mute', isLoud ? all.mute : all.unmute, { on: isLoud })}
      ${button('reset-all', 'reset', all.reset)}
      <span class="gap"></span>
      <label>${WALL_WORDS.window}
        <select id="wall-window" @change=${(event: Event) => actions.setWindow(Number(inputText(event)))}>
          ${WALL_WINDOWS_S.map(s => html`<option value=${s} .selected=${live(s === windowS)}>${WALL_WORDS.seconds(s)}</option>`)}
        </select></label>
      <button @click=${actions.nextTheme}>${WORDS.header.theme[model.theme]}</button>
      <a class="button" href="/">${hello ? WALL_WORDS.dashboard(hello.id) : WALL_WORDS.back}</a>
    </nav>
    ${model.dialogPeer === undefined ? noticeView(model) : nothing}
    ${hello && !hello.mayControl ? html`<p class="watching" role="status">${WALL_WORDS.watching}</p>` : nothing}`
}
