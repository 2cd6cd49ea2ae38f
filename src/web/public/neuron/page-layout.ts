/** The layout of the dashboard page. */

import { html, nothing, render, type TemplateResult } from 'lit-html'
import { updateGlossary } from '../glossary/term-view.ts'
import { type LessonSurroundings, lessonLine, lessonView } from '../lesson/lesson-view.ts'
import { accessDialog } from '../shared/access-view.ts'
import { WORDS } from '../shared/neuron-page-words.ts'
import { tabs } from '../shared/tabs.ts'
import type { NeuronActions } from './actions.ts'
import { cellSection } from './cell-section.ts'
import { headerView } from './header-view.ts'
import { healthDialog, helpDialog } from './health-and-help-dialogs.ts'
import { knobView } from './knob-view.ts'
import { measureView } from './measure-view.ts'
import { isTheoryHidden, mayControl, type NeuronPageModel, type PanelTab, type PlotTab, shownParams } from './model.ts'
import { neuronView } from './neuron-view.ts'
import type { Plots } from './plots/draw-plots.ts'
import { readoutsView, scopeFrame, scopeSummary, scopeTools, sweepView } from './readouts-and-scope-view.ts'
import { recordView } from './record-view.ts'
import { stimulusView } from './stimulus-view.ts'

type View = (model: NeuronPageModel, actions: NeuronActions) => TemplateResult

/** The panels below the plots, by tab. */
const PANELS: Readonly<Record<PanelTab, View>> = {
  neuron: disabledWithoutControl(neuronView),
  stimulus: disabledWithoutControl(stimulusView),
  measure: disabledWithoutControl(measureView),
  record: recordView,
}

export function renderPage(model: NeuronPageModel, actions: NeuronActions, plots: Plots): void {
  const { hello } = model
  document.documentElement.dataset.theme = model.theme
  document.title = `${hello?.id ?? ''} · neurond`
  document.body.classList.toggle('large', model.isLarge)
  document.body.classList.toggle('lost', model.isDisconnected)
  document.body.classList.toggle('watcher', hello?.mayControl === false)
  // The numbers of an explanation would tell what a lesson hides, or what the student is to predict.
  const params = isTheoryHidden(model) ? undefined : shownParams(model)
  updateGlossary(params && { params, iNa: model.state?.iNa ?? Number.NaN })
  document.body.classList.toggle('with-lesson', model.lesson.isOpen)
  document.body.classList.toggle('with-line', model.lesson.running !== null)
  document.body.dataset.aside = model.asideShows
  render(pageView(model, actions, plots), document.body)
  document.getElementById('scope')?.setAttribute('aria-label', `${WORDS.scope.title}. ${scopeSummary(model)}`)
}

function pageView(model: NeuronPageModel, actions: NeuronActions, plots: Plots): TemplateResult {
  const { plotTab, panelTab, lesson } = model
  const around = surroundingsOf(model)
  return html`
    <header>${headerView(model, actions)}</header>
    ${lesson.running ? lessonLine(lesson.running, around, actions.lesson) : nothing}
    <main>
      <section class="hero" aria-label=${WORDS.scope.title}>
        ${readoutsView(model)}
        ${cellSection(model)}
        ${scopeFrame()}
        <div class="tools">${scopeTools(model, actions, plots.saveScope)}</div>
        ${sweepView(model)} ${plots.readings()}
        ${knobView(model, actions)}
      </section>
      ${lessonView(lesson, around, actions.lesson)}
      <aside>
        <section class="plots">
          ${tabs(WORDS.plots.label, WORDS.plots.tabs, plotTab, 'plot', tab => actions.showPlot(tab as PlotTab))}
          <div id="plot-panel" role="tabpanel" aria-labelledby=${`plot-tab-${plotTab}`} tabindex="0"><div id="plot"></div><div id="plot-cursors" class="cursors"></div></div>
          ${plots.notes()}
        </section>
        <section class="panel">
          ${tabs(WORDS.panels.label, WORDS.panels.tabs, panelTab, 'panel', tab => actions.showPanel(tab as PanelTab))}
          <div class="panel-body" id="panel-panel" role="tabpanel" aria-labelledby=${`panel-tab-${panelTab}`} tabindex="0">
            ${PANELS[panelTab](model, actions)}
          </div>
        </section>
      </aside>
    </main>
    <p class="unseen" id="lesson-said" role="status">${lesson.said}</p>
    ${healthDialog(model)} ${helpDialog()} ${accessDialog(model.hello, model.access, actions.access)}`
}

function surroundingsOf(model: NeuronPageModel): LessonSurroundings {
  const { link, fiMeter, frameMs } = model
  return {
    mayControl: mayControl(model),
    hasClass: link !== undefined && link.state !== 'off',
    points: fiMeter.read().points,
    nowMs: frameMs,
  }
}

function disabledWithoutControl(view: View): View {
  return (model, actions) =>
    html`<fieldset class="plain" ?disabled=${!mayControl(model)}>${view(model, actions)}</fieldset>`
}
