/** The page header: the neuron's id, its health, and the buttons for the whole neuron, which a phone has in a menu. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { offerView } from '../lesson/lesson-view.ts'
import { lockReason } from '../lesson/lock-note.ts'
import { isLocked } from '../lesson/locks.ts'
import { firstLesson } from '../lesson/panel-state.ts'
import { LESSON_WORDS } from '../lesson/words.ts'
import { accessButtons } from '../shared/access-view.ts'
import { COMMON_WORDS } from '../shared/common-words.ts'
import { closeAfter, refusalView } from '../shared/form-helpers.ts'
import { languageChoice } from '../shared/language-choice.ts'
import { WORDS } from '../shared/neuron-page-words.ts'
import { formatShort } from '../shared/number-format.ts'
import { inWords, listed, partName } from '../shared/spoken-names.ts'
import type { NeuronActions } from './actions.ts'
import { healthFindings } from './data/health-findings.ts'
import { mayControl, type NeuronPageModel } from './model.ts'

const words = WORDS.header

export function headerView(model: NeuronPageModel, actions: NeuronActions): TemplateResult {
  const { state, hello, hasMenu } = model
  const isWatcher = !mayControl(model)
  const outputs = listed(outputNames(hello?.info))
  const { lesson } = model
  const { running } = lesson
  const runLock = running && isLocked(running, 'run') ? lockReason(running) : undefined
  const first = lesson.isOffered && !isWatcher ? firstLesson(lesson) : undefined
  return html`
    <h1><span class="brand">neurond</span> ${hello?.id ?? ''}</h1>
    ${healthButton(model)}
    ${state && !state.running ? html`<span class="badge">${words.paused}</span>` : nothing}
    ${state && state.speed !== 1 ? html`<span class="badge">${speedWords(state.speed)}</span>` : nothing}
    ${hello?.locked ? html`<span class="badge">${COMMON_WORDS.access.locked}</span>` : nothing}
    ${model.isDisconnected ? html`<span class="badge bad" role="status">${inWords(model.disconnectReason) || COMMON_WORDS.disconnected}</span>` : nothing}
    <button id="menu" aria-expanded=${hasMenu ? 'true' : 'false'} aria-controls="actions" @click=${actions.toggleMenu}>${words.menu}</button>
    <nav id="actions" class=${hasMenu ? 'open' : ''} aria-label=${WORDS.panels.label} @click=${closeAfter(actions.closeMenu)}>
      <button ?disabled=${isWatcher || runLock !== undefined} title=${runLock ?? nothing} id="run" @click=${actions.run}>${state?.running === false ? words.run : words.pause}</button>
      <button ?disabled=${isWatcher} @click=${() => actions.command('reset')}>${words.reset}</button>
      <button ?disabled=${isWatcher} aria-pressed=${state?.muted ? 'true' : 'false'} @click=${actions.mute}>${state?.muted ? words.unmute(outputs) : words.mute(outputs)}</button>
      <button ?disabled=${isWatcher} @click=${() => actions.command('identify')}>${words.identify(outputs)}</button>
      <span class="gap"></span>
      ${lesson.report ? html`<button id="show-lessons" aria-pressed=${lesson.isOpen ? 'true' : 'false'} @click=${actions.lesson.toggle}>${LESSON_WORDS.open}</button>` : nothing}
      <button aria-pressed=${model.hasSound ? 'true' : 'false'} @click=${actions.toggleSound}>${words.sound}</button>
      <button id="show-cell" aria-pressed=${model.showsCell ? 'true' : 'false'} @click=${actions.toggleCell}>${words.cell}</button>
      <button aria-pressed=${model.isLarge ? 'true' : 'false'} @click=${actions.toggleLarge}>${words.large}</button>
      <button @click=${actions.nextTheme}>${COMMON_WORDS.theme[model.theme]}</button>
      ${languageChoice()}
      ${accessButtons(hello, actions.access)}
      <button @click=${() => openDialog('help')}>${words.help}</button>
      <a class="button" href="/wall">${words.wall}</a>
    </nav>
    ${first ? offerView(first, actions.lesson) : nothing}
    ${refusalView(model.refusals.get('command'))}
    ${hello && isWatcher ? html`<p class="watching" role="status">${hello.locked && hello.role === 'control' ? COMMON_WORDS.access.lockedOut : words.watching}</p>` : nothing}`
}

export function openDialog(id: string): void {
  ;(document.getElementById(id) as HTMLDialogElement).showModal()
}

function healthButton(model: NeuronPageModel): TemplateResult | typeof nothing {
  const { health, link, state, hello, isDisconnected, isSkipping } = model
  const open = () => openDialog('health')
  // What was known before says nothing about now.
  if (isDisconnected) {
    return html`<button id="health-button" class="health bad" @click=${open}>
      <span class="lamp" aria-hidden="true">?</span> ${WORDS.health.noConnection}</button>`
  }
  if (!health || !link || !state) return nothing
  const count = healthFindings(health, link, state, simulatedParts(hello?.info), isSkipping).filter(
    ({ level }) => level === 'bad',
  ).length
  const text = count === 0 ? WORDS.health.good : WORDS.health.problems(count)
  return html`<button id="health-button" class=${count === 0 ? 'health good' : 'health bad'} @click=${open}>
    <span class="lamp" aria-hidden="true">${count === 0 ? '✓' : '!'}</span> ${text}</button>`
}

/** The knob or an output, as the neuron describes it. */
interface Part {
  readonly name: string
  readonly mocked: boolean
}

type Info = Readonly<Record<string, unknown>> | undefined

/** Names of the parts that are simulated. */
export function simulatedParts(info: Info): readonly string[] {
  const parts = [info?.input as Part | undefined, ...outputsOf(info)]
  return parts.flatMap(part => (part?.mocked ? [partName(part.name)] : []))
}

/** What flashes and clicks; an LED as long as nothing is known of it. */
function outputNames(info: Info): readonly string[] {
  const names = outputsOf(info).map(part => partName(part.name))
  return names.length === 0 ? ['LED'] : names.length > 3 ? [words.outputs] : names
}

function outputsOf(info: Info): readonly Part[] {
  return Array.isArray(info?.outputs) ? (info.outputs as Part[]) : []
}

function speedWords(speed: number): string {
  return WORDS.neuron.speeds[speed] ?? `× ${formatShort(speed)}`
}
