/** The wall's view of lessons: the teacher's commands, and a row for every group with a mark for every step. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import type { StepMark } from '../../../lessons/report.ts'
import { inputText, refusalView } from '../shared/form-helpers.ts'
import type { LessonActions } from './lesson-actions.ts'
import {
  ALL,
  handsUp,
  type LessonPanel,
  type LessonRow,
  type LessonTable,
  lessonTables,
  shuffled,
} from './lesson-progress.ts'
import { LESSON_WORDS } from './lesson-words.ts'
import { mayTeach, shownPeers, type WallModel } from './model.ts'
import { WALL_WORDS } from './words.ts'

const words = LESSON_WORDS
/** Legible without colours: each has a shape of its own too. */
const SIGNS: Readonly<Record<StepMark, string>> = { todo: '', nearly: '≈', done: '✓', skipped: '–', solved: '=' }
const FILE = 'file'
/** Another one on every page, so that nobody learns who is in which row. */
const SALT = Math.floor(Math.random() * 2 ** 31)

export function lessonView(model: WallModel, actions: LessonActions): TemplateResult {
  const { lessons: panel, broker } = model
  const peers = shownPeers(model)
  const tables = lessonTables(peers, model.nowUs)
  const hands = handsUp(peers)
  const idle = peers.filter(({ lesson, life }) => lesson === null && life !== 'gone').map(({ id }) => id)
  const malformed = broker?.malformed ?? 0
  return html`<section class="lessons" aria-label=${words.title}>
    ${mayTeach(model) ? commandsView(model, actions) : html`<p class="hint">${words.notTeacher}</p>`}
    <div class="lead-line">
      <label class="tick"><input id="hide-names" type="checkbox" .checked=${live(panel.hidesNames)} @change=${(event: Event) => actions.hideNames((event.target as HTMLInputElement).checked)}> ${words.hideNames}</label>
      <strong class="hands" role="status">${hands.length === 0 ? nothing : panel.hidesNames ? words.handCount(hands.length) : words.hands(hands.join(', '))}</strong>
      ${legendView()}
    </div>
    <div class="lesson-tables" tabindex="0" .style=${`--groups:${Math.max(1, ...tables.map(({ rows }) => rows.length))}`}>
      ${tables.map(table => tableView(table, hands, panel, tables.length > 1))}
      ${tables.length === 0 ? html`<p class="hint">${mayTeach(model) ? words.nobody : words.nobodyHere}</p>` : nothing}
      ${idle.length > 0 && tables.length > 0 ? html`<p class="hint idle">${panel.hidesNames ? words.idleCount(words.groups(idle.length)) : words.idle(idle.join(', '))}</p>` : nothing}
      ${malformed > 0 ? html`<p class="hint">${words.malformed(malformed)}</p>` : nothing}
    </div>
  </section>`
}

function commandsView(model: WallModel, actions: LessonActions): TemplateResult {
  const { lessons: panel } = model
  const { target, chosen, known } = panel
  const groups = shownPeers(model).filter(({ id, life }) => life !== 'gone' || id === target)
  const targets = groups.filter(({ id }) => target === ALL || id === target).flatMap(({ lesson }) => lesson ?? [])
  const isPaused = targets.length > 0 && targets.every(({ paused }) => paused)
  const isFile = typeof chosen !== 'string'
  const isOff = groups.length === 0
  const button = (id: string, text: string, run: () => void, isDisabled = isOff) =>
    html`<button id=${id} data-control ?disabled=${isDisabled} @click=${run}>${text}</button>`
  return html`<div class="lead-line" role="group" aria-label=${words.lead}>
      <label>${words.target}
        <select id="lesson-target" @change=${(event: Event) => actions.set({ target: inputText(event) })}>
          <option value=${ALL} .selected=${live(target === ALL)}>${words.all}</option>
          ${panel.hidesNames ? nothing : groups.map(({ id }) => html`<option value=${id} .selected=${live(id === target)}>${id}</option>`)}
        </select></label>
      <label>${words.lesson}
        <select id="lesson-id" @change=${(event: Event) => choose(inputText(event), actions)}>
          <option value="" .selected=${live(chosen === '')}>${known?.length === 0 ? words.noLessons : words.choose}</option>
          ${known?.map(({ id, title }) => html`<option value=${id} .selected=${live(chosen === id)}>${title}</option>`)}
          <option value=${FILE} .selected=${live(isFile)}>${isFile ? chosen.name : words.file}</option>
        </select></label>
      <input id="lesson-file" type="file" accept=".yaml,.yml" hidden aria-label=${words.fileLabel} @change=${(event: Event) => readFile(event, actions)}>
      ${button('lesson-load', words.load, actions.load, isOff || chosen === '')}
      <span class="gap"></span>
      ${isPaused ? button('lesson-start', words.start, actions.start) : button('lesson-pause', words.pause, actions.pause, isOff || targets.length === 0)}
      ${button('lesson-stop', words.stop, actions.stop, isOff || targets.length === 0)}
      ${button('lesson-reveal', words.reveal, actions.reveal, isOff || targets.length === 0)}
      <span class="gap"></span>
      <span class="steps-open"><span aria-hidden="true">${words.pace}</span> ${stepField('from', panel, actions)} ${words.until} ${stepField('to', panel, actions)}
      ${button('lesson-pace', words.open1, actions.openSteps, isOff || targets.length === 0)}</span>
    </div>
    ${refusalView(panel.refusal)}`
}

function choose(value: string, actions: LessonActions): void {
  if (value !== FILE) actions.set({ chosen: value })
  else document.getElementById('lesson-file')?.click()
}

function readFile({ target }: Event, actions: LessonActions): void {
  const input = target as HTMLInputElement
  void actions.chooseFile(input.files?.[0])
  // The same file may have changed, and is chosen again.
  input.value = ''
}

function stepField(name: 'from' | 'to', panel: LessonPanel, actions: LessonActions): TemplateResult {
  return html`<input id=${`lesson-${name}`} class="step-field" inputmode="numeric" size="2" autocomplete="off" aria-label=${words[name]}
    .value=${live(panel[name])} @input=${(event: Event) => actions.set({ [name]: inputText(event) })}>`
}

function legendView(): TemplateResult {
  const marks = Object.keys(SIGNS) as StepMark[]
  return html`<span class="lesson-legend">${marks.map(mark => html`<span>${markView(mark)} ${words.marks[mark]}</span>`)}<span class="now"><span class="step-mark todo" aria-hidden="true"></span> ${words.now}</span></span>`
}

function markView(mark: StepMark): TemplateResult {
  return html`<span class=${`step-mark ${mark}`} aria-hidden="true">${SIGNS[mark]}</span>`
}

function tableView(
  { title, stepIds, rows, passed }: LessonTable,
  hands: readonly string[],
  panel: LessonPanel,
  isOneOfSeveral: boolean,
): TemplateResult {
  const shown = panel.hidesNames ? shuffled(rows, SALT) : rows
  const caption = words.table(title, words.groups(rows.length))
  return html`<table class=${isOneOfSeveral ? 'lesson-table' : 'lesson-table alone'}>
    <caption>${caption}</caption>
    <thead><tr>
      <th scope="col">${words.group}</th>
      ${stepIds.map((id, k) => html`<th scope="col" class="step" title=${`${words.step(k + 1)}: ${id}`}>${k + 1}<span class="step-id">${id}</span></th>`)}
      <th scope="col" class="tries">${words.attempts}</th>
      <th scope="col" class="time" title=${words.timeHelp}>${words.time}</th>
      <th scope="col" class="state">${words.state}</th>
    </tr></thead>
    <tbody>${shown.map((row, k) => rowView(row, panel.hidesNames ? words.hidden(k + 1) : row.peer.id, hands, panel))}</tbody>
    <tfoot><tr><th scope="row">${words.passed}</th>
      ${passed.map((n, k) => html`<td title=${words.passedOf(n, rows.length, k + 1)}>${n}</td>`)}<td class="tries"></td><td class="time"></td><td class="state"></td>
    </tr></tfoot>
  </table>`
}

function rowView(row: LessonRow, name: string, hands: readonly string[], { hidesNames }: LessonPanel): TemplateResult {
  const { peer, lesson, isStuck, isOver, stepS } = row
  const place = hands.indexOf(peer.id) + 1
  const state = [
    ...(place > 0
      ? [html`<span class="chip hand">${hidesNames ? words.handUnnumbered : words.hand(place)}</span>`]
      : []),
    ...(isStuck ? [html`<span class="chip stuck" title=${words.stuckHelp}>${words.stuck}</span>`] : []),
    ...(lesson.paused ? [html`<span class="chip">${words.paused}</span>`] : []),
    ...(isOver ? [html`<span class="chip">${words.over}</span>`] : []),
    ...(peer.life === 'alive' ? [] : [html`<span class="chip">${WALL_WORDS.life[peer.life]}</span>`]),
  ]
  return html`<tr class=${`${peer.life}${isStuck ? ' is-stuck' : ''}${place > 0 ? ' has-hand' : ''}`} data-group=${hidesNames ? '' : peer.id}>
    <th scope="row">${name}</th>
    ${lesson.steps.map(({ id, mark }, k) => cellView(name, `${k + 1} ${id}`, mark, k === lesson.index))}
    <td class="tries">${isOver ? '' : lesson.attempts}</td>
    <td class="time">${durationText(stepS)}</td>
    <td class="state">${state}</td>
  </tr>`
}

function cellView(group: string, step: string, mark: StepMark, isNow: boolean): TemplateResult {
  const text = words.cell(group, step, isNow ? `${words.marks[mark]}, ${words.now}` : words.marks[mark])
  return html`<td class=${isNow ? 'step-cell now' : 'step-cell'} title=${text} aria-current=${isNow ? 'step' : 'false'}>${markView(mark)}<span class="unseen">${words.marks[mark]}</span></td>`
}

/** So coarse that it does not flicker. */
function durationText(s: number): string {
  if (Number.isNaN(s)) return ''
  return s < 60 ? words.seconds(10 * Math.floor(s / 10)) : words.minutes(Math.floor(s / 60))
}
