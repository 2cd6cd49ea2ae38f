/** The whole page: where everything stands. */
import { html, render, type TemplateResult } from 'lit-html'
import { tabs } from '../shared/tabs.ts'
import { WORDS } from '../shared/words.ts'
import type { Actions } from './actions.ts'
import { headerView } from './header-view.ts'
import { healthDialog, helpDialog } from './health-view.ts'
import { knobView } from './knob-view.ts'
import type { Model, PanelTab } from './model.ts'
import { neuronView } from './neuron-view.ts'
import { type Exports, plotNotes, plotTabs } from './plots-view.ts'
import { recordView } from './record-view.ts'
import { readoutsView, scopeFrame, scopeSummary, scopeTools } from './scope-view.ts'
import type { Experiments } from './stimulus-actions.ts'
import { stimulusView } from './stimulus-view.ts'

export interface PageParts {
  readonly model: Model
  readonly intents: Actions
  readonly experiments: Experiments
  readonly exports: Exports
  freeze(): void
  /** What the plot beside the scope says in words. */
  said(): string
}

export function renderPage(parts: PageParts): void {
  const { model } = parts
  document.documentElement.dataset.theme = model.theme
  document.title = `${model.hello?.id ?? ''} · neurond`
  document.body.classList.toggle('large', model.isLarge)
  document.body.classList.toggle('watcher', model.hello?.mayControl === false)
  render(pageView(parts), document.body)
  document.getElementById('scope')?.setAttribute('aria-label', `${WORDS.scope.title}. ${scopeSummary(model)}`)
  for (const control of document.querySelectorAll<HTMLButtonElement>('[data-control]')) {
    if (model.hello?.mayControl === false) control.disabled = true
  }
}

function pageView({ model, intents, experiments, exports, freeze, said }: PageParts): TemplateResult {
  return html`
    <header>${headerView(model, intents)}</header>
    <main>
      <section class="hero" aria-label=${WORDS.scope.title}>
        ${readoutsView(model)}
        ${scopeFrame()}
        <div class="tools">${scopeTools(model, intents, freeze)}</div>
        ${knobView(model, intents)}
      </section>
      <aside>
        <section class="plots">
          ${plotTabs(model, intents)}
          <div id="plot-panel" role="tabpanel" aria-labelledby=${`plot-tab-${model.plotTab}`} tabindex="0"><div id="plot"></div></div>
          ${plotNotes(model, said(), intents, exports)}
        </section>
        <section class="panel">
          ${tabs(WORDS.panels.label, WORDS.panels.tabs, model.panelTab, 'panel', tab => intents.showPanel(tab as PanelTab))}
          <div class="panel-body" id="panel-panel" role="tabpanel" aria-labelledby=${`panel-tab-${model.panelTab}`} tabindex="0">
            ${panelView(model, intents, experiments)}
          </div>
        </section>
      </aside>
    </main>
    ${healthDialog(model)} ${helpDialog()}`
}

function panelView(model: Model, intents: Actions, experiments: Experiments): TemplateResult {
  if (model.panelTab === 'record') return recordView(model, experiments)
  const inner = model.panelTab === 'neuron' ? neuronView(model, intents) : stimulusView(model, experiments)
  return html`<fieldset class="plain" ?disabled=${model.hello?.mayControl === false}>${inner}</fieldset>`
}
