/** The layout of the class wall's page. */
import { html, nothing, render, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import { updateGlossary } from '../glossary/term-view.ts'
import { accessButtons, accessDialog } from '../shared/access-view.ts'
import { COMMON_WORDS } from '../shared/common-words.ts'
import { closeAfter, inputText } from '../shared/form-helpers.ts'
import { languageChoice } from '../shared/language-choice.ts'
import type { WallActions } from './actions.ts'
import { graphLegend, graphView, type Size } from './graph-view.ts'
import { LESSONS_HASH } from './lesson-actions.ts'
import { lessonView } from './lesson-view.ts'
import { LESSON_WORDS } from './lesson-words.ts'
import { mayControl, shownPeers, WALL_WINDOWS_S, type WallModel } from './model.ts'
import { neuronRowsView } from './neuron-rows-view.ts'
import { noticeView, peerDialog, presetChoice } from './peer-dialog.ts'
import { synapsesView } from './synapses-view.ts'
import { WALL_WORDS } from './words.ts'

export function renderWall(model: WallModel, actions: WallActions, graphSize: Size): void {
  document.documentElement.dataset.theme = model.theme
  document.title = WALL_WORDS.page
  document.body.classList.toggle('lost', model.isDisconnected)
  document.body.classList.toggle('in-lessons', model.lessons.isOpen)
  const peer = model.peers.find(({ id }) => id === model.dialogPeer)
  updateGlossary(peer?.neuron ? { params: peer.neuron, iNa: peer.iNa ?? Number.NaN } : undefined)
  render(wallView(model, actions, graphSize), document.body)
}

function wallView(model: WallModel, actions: WallActions, graphSize: Size): TemplateResult {
  const { graph, synapses } = WALL_WORDS
  return html`
    <header>${headerView(model, actions)}</header>
    ${model.lessons.isOpen ? lessonView(model, actions.lessons) : nothing}
    <main ?hidden=${model.lessons.isOpen}>
      <section class="hero" aria-label=${WALL_WORDS.spikes}>${neuronRowsView(model, actions)}</section>
      <aside>
        <section class="plots" aria-label=${graph.title}>
          ${graphLegend(shownPeers(model).length > 1 && mayControl(model))}
          <div id="graph-box">${graphView(model, actions, graphSize)}</div>
        </section>
        <section class="panel" aria-label=${synapses.title}>
          <div class="panel-body" tabindex="0" role="region" aria-label=${synapses.title}>${synapsesView(model, actions)}</div>
        </section>
      </aside>
    </main>
    ${peerDialog(model, actions)} ${accessDialog(model.hello, model.access, actions.access)}`
}

function headerView(model: WallModel, actions: WallActions): TemplateResult {
  const { hello, windowS } = model
  const rows = shownPeers(model)
  const alive = rows.filter(({ life }) => life === 'alive')
  const isRunning = alive.length === 0 || alive.some(({ running }) => running !== false)
  const isLoud = alive.length === 0 || alive.some(({ muted }) => muted !== true)
  const { all } = WALL_WORDS
  const button = (id: string, verb: string, text: string, payload: object = {}) =>
    html`<button data-control id=${id} ?disabled=${alive.length === 0 || !mayControl(model)} @click=${() => actions.commandAll(verb, text, payload)}>${text}</button>`
  return html`
    <h1><span class="brand">neurond</span> ${WALL_WORDS.title}</h1>
    <span class="census" id="census">${model.isDisconnected ? WALL_WORDS.unknown : WALL_WORDS.alive(alive.length, rows.length)}</span>
    ${hello?.locked ? html`<span class="badge">${COMMON_WORDS.access.locked}</span>` : nothing}
    ${model.isDisconnected ? html`<span class="badge bad" role="status">${COMMON_WORDS.disconnected}</span>` : nothing}
    <button id="menu" aria-expanded=${model.hasMenu ? 'true' : 'false'} aria-controls="actions" @click=${actions.toggleMenu}>${WALL_WORDS.menu}</button>
    <nav id="actions" class=${model.hasMenu ? 'open' : ''} aria-label=${WALL_WORDS.nav} @click=${closeAfter(actions.closeMenu)}>
      <a class="button" id="show-lessons" href=${model.lessons.isOpen ? '#' : LESSONS_HASH}>${model.lessons.isOpen ? LESSON_WORDS.spikes : LESSON_WORDS.open}</a>
      <span class="gap"></span>
      ${button('run-all', 'run', isRunning ? all.pause : all.run, { on: !isRunning })}
      ${button('mute-all', 'mute', isLoud ? all.mute : all.unmute, { on: isLoud })}
      ${button('reset-all', 'reset', all.reset)}
      ${presetChoice('preset-all', model, actions)}
      ${button('give-preset', 'preset', all.preset, { name: model.preset })}
      <span class="gap"></span>
      <label>${WALL_WORDS.window}
        <select id="wall-window" @change=${(event: Event) => actions.setWindow(Number(inputText(event)))}>
          ${WALL_WINDOWS_S.map(s => html`<option value=${s} .selected=${live(s === windowS)}>${WALL_WORDS.seconds(s)}</option>`)}
        </select></label>
      <button @click=${actions.nextTheme}>${COMMON_WORDS.theme[model.theme]}</button>
      ${languageChoice()}
      ${accessButtons(hello, actions.access)}
      <a class="button" href="/">${hello ? WALL_WORDS.dashboard(hello.id) : WALL_WORDS.back}</a>
    </nav>
    ${model.dialogPeer === undefined ? noticeView(model) : nothing}
    ${hello && !hello.mayControl ? html`<p class="watching" role="status">${hello.locked && hello.role === 'control' ? COMMON_WORDS.access.lockedOut : WALL_WORDS.watching}</p>` : nothing}`
}
