/** The panel of lessons: the list of them, or the step under way. */
import { html, nothing, type TemplateResult } from 'lit-html'
import type { LessonReport, LessonRequest, RunningLesson } from '../../../lessons/report.ts'
import { refusalView } from '../shared/form-helpers.ts'
import type { LessonActions } from './actions.ts'
import { markView } from './marks.ts'
import { easiestFirst, type LessonPanel, secondsLeft } from './panel-state.ts'
import { replyView } from './reply-view.ts'
import { type PointAt, richLine, richText } from './rich-text-view.ts'
import { type MeasuredPoint, sketchPicture } from './sketch-view.ts'
import { verdictView } from './verdict-view.ts'
import { heldShare, wordOf } from './verdict-words.ts'
import { LESSON_WORDS as words } from './words.ts'

/** What the panel shows of the rest of the page. */
export interface LessonSurroundings {
  readonly mayControl: boolean
  /** There is a broker, and so a wall on which a teacher sees who calls. */
  readonly hasClass: boolean
  /** The points of the f-I curve of this neuron. */
  readonly points: readonly MeasuredPoint[]
  /** On the browser's clock, ms. */
  readonly nowMs: number
}

export function lessonView(
  panel: LessonPanel,
  around: LessonSurroundings,
  actions: LessonActions,
): TemplateResult | typeof nothing {
  const { report, running, isOpen } = panel
  if (!isOpen || (report === undefined && running === null)) return nothing
  return html`<section class="lesson" id="lesson" aria-labelledby="lesson-title">
    <div class="lesson-head">
      <h2 id="lesson-title">${running?.title ?? words.title}</h2>
      <button class="quiet" id="close-lesson" aria-label=${words.close} title=${words.close} @click=${actions.toggle}>×</button>
    </div>
    ${
      running !== null
        ? runningView(panel, running, around, actions)
        : html`<div class="lesson-body" tabindex="0" aria-label=${words.title}>${listView(panel, report!, around, actions)}</div>`
    }
  </section>`
}

/** The offer of the first lesson to who comes for the first time. */
export function offerView(
  { id, title, minutes }: { readonly id: string; readonly title: string; readonly minutes: number },
  actions: LessonActions,
): TemplateResult {
  return html`<p class="offer" id="lesson-offer" role="status">${words.offer(title, minutes)}
    <button class="main" @click=${() => actions.begin(id)}>${words.accept}</button>
    <button @click=${actions.decline}>${words.decline}</button></p>`
}

function listView(
  { refusal }: LessonPanel,
  { lessons, broken }: LessonReport,
  { mayControl }: LessonSurroundings,
  actions: LessonActions,
): TemplateResult {
  return html`
    <p class="hint">${lessons.length === 0 ? words.none : words.choose}</p>
    ${mayControl ? nothing : html`<p class="hint">${words.watching}</p>`}
    ${refusalView(refusal)}
    <ul class="lessons">${easiestFirst(lessons).map(
      ({ id, title, about, minutes, level, steps, missing }) => html`<li>
        <h3>${title}</h3>
        <p class="facts">${words.minutes(minutes)} · ${words.levels[level] ?? level} · ${words.steps(steps)}</p>
        <p>${richLine(about, actions.pointAt)}</p>
        ${
          missing === null
            ? html`<button class="main" data-lesson=${id} aria-label=${words.begins(title)} ?disabled=${!mayControl} @click=${() => actions.begin(id)}>${words.begin}</button>`
            : html`<p class="missing">${markView('cannotTell')} ${missing}</p>`
        }
      </li>`,
    )}</ul>
    ${
      broken.length === 0
        ? nothing
        : html`<details class="broken" id="broken-lessons"><summary>${words.broken(broken.length)}</summary>
          <ul>${broken.map(
            ({ file, complaints }) =>
              html`<li><strong>${file}</strong>${complaints.map(({ line, message }) => html`<br>${line > 0 ? words.line(line) : ''}${message}`)}</li>`,
          )}</ul></details>`
    }`
}

function runningView(
  panel: LessonPanel,
  running: RunningLesson,
  around: LessonSurroundings,
  actions: LessonActions,
): TemplateResult {
  const { index, steps, isPaused } = running
  const isOver = index >= steps.length
  return html`
    ${progressView(running)}
    <div class="lesson-body" tabindex="0" aria-label=${words.progress(Math.min(index + 1, steps.length), steps.length)}>
      ${noticesView(running, around, actions)}
      ${isOver ? endView(running) : stepView(panel, running, around, actions)}
      ${isOver || running.asked !== null ? nothing : refusalView(panel.refusal)}
      ${furtherActions(running, around, actions)}
    </div>
    ${isOver || isPaused ? nothing : footView(panel, running, around, actions)}`
}

/** A mark for each step; the number of the present one in words. */
function progressView({ steps, states, index }: RunningLesson): TemplateResult {
  return html`<ol class="steps">${steps.map((_, step) => {
    const state = states[step] ?? 'todo'
    const name = words.stepState(step + 1, words.states[state] ?? state)
    const isNow = step === index
    return html`<li class=${isNow ? 'now' : ''} aria-current=${isNow ? 'step' : nothing} title=${name}>
      ${markView(state)}<span class="unseen">${name}${isNow ? `, ${words.now}` : ''}</span></li>`
  })}</ol>`
}

function noticesView(
  { isPaused, isLed, pace, index, steps }: RunningLesson,
  { mayControl }: LessonSurroundings,
  actions: LessonActions,
): TemplateResult {
  const waits = pace !== null && index + 1 >= pace.to && pace.to < steps.length
  return html`
    ${isPaused ? html`<p class="notice" id="lesson-paused">${words.paused} ${isLed || !mayControl ? nothing : html`<button @click=${() => actions.send({ do: 'pause', on: false })}>${words.resume}</button>`}</p>` : nothing}
    ${isLed || pace ? html`<p class="notice" id="lesson-led">${isLed ? words.led : nothing} ${pace ? words.pace(pace.from, pace.to) : nothing} ${waits ? words.waiting : nothing}</p>` : nothing}
    ${mayControl ? nothing : html`<p class="notice">${words.watching}</p>`}`
}

function stepView(
  panel: LessonPanel,
  running: RunningLesson,
  { mayControl, points, nowMs }: LessonSurroundings,
  actions: LessonActions,
): TemplateResult {
  const { text, recalled, buttons, hints, solution, index, steps } = running
  const { pointAt, send } = actions
  return html`
    <h3 id="lesson-step" tabindex="-1">${words.progress(index + 1, steps.length)}</h3>
    <div class="task" id="lesson-text">${richText(text, pointAt)}</div>
    <fieldset class="plain" ?disabled=${!mayControl || running.isPaused}>
      ${
        buttons.length === 0
          ? nothing
          : html`<div class="buttons">${buttons.map((label, button) => html`<button data-press=${button} @click=${() => send({ do: 'press', button })}>▶ ${label}</button>`)}</div>`
      }
      ${replyView(panel, running, secondsLeft(panel, running.answerInS, nowMs), actions)}
    </fieldset>
    ${verdictView(running, pointAt)}
    ${recalled === null ? nothing : recalledView(recalled, panel, running, points, pointAt)}
    ${hints.length === 0 ? nothing : html`<div class="hints"><h4>${words.hints}</h4><ul id="hints">${hints.map(hint => html`<li>${richText(hint, pointAt)}</li>`)}</ul></div>`}
    ${solution === null ? nothing : html`<div class="hints" id="solution"><h4>${words.solution}</h4>${richText(solution, pointAt)}</div>`}`
}

/** A prediction, beside what came of it. */
function recalledView(
  recalled: string,
  { keptSketch }: LessonPanel,
  { id }: RunningLesson,
  points: readonly MeasuredPoint[],
  pointAt: PointAt,
): TemplateResult {
  const isSketch = recalled === words.sketch
  return html`<div class="recalled" id="recalled"><h4>${words.prediction}</h4>
    ${isSketch && keptSketch?.lesson === id ? sketchPicture(keptSketch, points) : html`<p>${richLine(recalled, pointAt)}</p>`}</div>`
}

function endView({ states, steps }: RunningLesson): TemplateResult {
  const done = states.filter(state => state === 'done').length
  return html`<h3 id="lesson-step" tabindex="-1">${words.over}</h3><p>${words.result(done, steps.length)}</p>`
}

/** The way on, always in sight. Buttons that cannot be pressed yet keep the focus: they are not disabled for the browser. */
function footView(
  panel: LessonPanel,
  running: RunningLesson,
  { mayControl, nowMs }: LessonSurroundings,
  actions: LessonActions,
): TemplateResult | typeof nothing {
  if (!mayControl) return nothing
  const { canGoOn, index, steps, maySeeSolution } = running
  const hintInS = running.hintInS === null ? null : secondsLeft(panel, running.hintInS, nowMs)
  const isLast = index === steps.length - 1
  return html`<div class="lesson-foot">
    <button id="lesson-next" class="main" aria-disabled=${canGoOn ? 'false' : 'true'} @click=${() => canGoOn && go({ do: 'next' }, actions)}>${isLast ? words.finish : words.next}</button>
    ${hintInS === null || canGoOn ? nothing : html`<button id="lesson-hint" aria-disabled=${hintInS > 0 ? 'true' : 'false'} @click=${() => hintInS === 0 && actions.send({ do: 'hint' })}>${hintInS > 0 ? words.waitS(words.hint, hintInS) : words.hint}</button>`}
    ${maySeeSolution && !canGoOn && running.solution === null ? html`<button id="lesson-solution" @click=${() => actions.send({ do: 'solution' })}>${words.solution}</button>` : nothing}
    ${canGoOn ? nothing : html`<button id="lesson-skip" @click=${() => go({ do: 'skip' }, actions)}>${words.skip}</button>`}
  </div>`
}

/** To another step, by the student's own hand. */
function go(request: LessonRequest, actions: LessonActions): void {
  actions.expectStep()
  void actions.send(request)
}

/** What is needed now and then: at the end of the step. */
function furtherActions(
  { index, steps, isLed, hasHandUp }: RunningLesson,
  { mayControl, hasClass }: LessonSurroundings,
  actions: LessonActions,
): TemplateResult | typeof nothing {
  if (!mayControl) return nothing
  const isOver = index >= steps.length
  const ask = (question: string, request: LessonRequest) => () => {
    if (isOver || index === 0 || window.confirm(question)) go(request, actions)
  }
  return html`<div class="buttons further">
    ${index === 0 ? nothing : html`<button id="lesson-back" @click=${() => go({ do: 'back' }, actions)}>${words.back}</button>`}
    ${hasClass || isLed || hasHandUp ? html`<button id="lesson-hand" aria-pressed=${hasHandUp ? 'true' : 'false'} @click=${() => actions.send({ do: 'hand', on: !hasHandUp })}>${hasHandUp ? words.handDown : words.handUp}</button>` : nothing}
    <a class="button" id="lesson-worksheet" href="/worksheet">${words.worksheet}</a>
    ${
      isLed
        ? nothing
        : html`<button id="lesson-restart" @click=${ask(words.confirmRestart, { do: 'restart' })}>${words.restart}</button>
      <button id="lesson-stop" @click=${ask(words.confirmStop, { do: 'stop' })}>${isOver ? words.another : words.stop}</button>`
    }
  </div>`
}

/** Task and progress in one line: for the large view, and for phones while the panel is further below. */
export function lessonLine(
  running: RunningLesson,
  { mayControl }: LessonSurroundings,
  actions: LessonActions,
): TemplateResult | typeof nothing {
  const { index, steps, text, verdict, canGoOn } = running
  if (index >= steps.length) return nothing
  const { state } = verdict
  return html`<div class="lesson-line" id="lesson-line">
    <span class="count">${index + 1}/${steps.length}</span>
    <span class="task">${richLine(text.replaceAll(/\s*\n\s*/g, ' '), actions.pointAt)}</span>
    <span class="verdict ${state}">${markView(state, heldShare(verdict))} ${wordOf(running)}</span>
    ${canGoOn && mayControl ? html`<button class="main" @click=${() => go({ do: 'next' }, actions)}>${words.next}</button>` : nothing}
  </div>`
}
