/** The page header: the neuron's id, its health, and the buttons for the whole neuron. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { refusalView } from '../shared/form-helpers.ts'
import { WORDS } from '../shared/neuron-page-words.ts'
import type { NeuronActions } from './actions.ts'
import { healthFindings } from './data/health-findings.ts'
import type { NeuronPageModel } from './model.ts'

const words = WORDS.header

export function headerView(model: NeuronPageModel, actions: NeuronActions): TemplateResult {
  const { state, hello } = model
  return html`
    <h1><span class="brand">neurond</span> ${hello?.id ?? ''}</h1>
    ${healthButton(model)}
    ${state && !state.running ? html`<span class="badge">${words.paused}</span>` : nothing}
    ${state && state.speed !== 1 ? html`<span class="badge">${speedWords(state.speed)}</span>` : nothing}
    ${model.isDisconnected ? html`<span class="badge bad" role="status">${model.disconnectReason || words.disconnected}</span>` : nothing}
    <nav aria-label=${WORDS.panels.label}>
      <button data-control id="run" @click=${actions.run}>${state?.running === false ? words.run : words.pause}</button>
      <button data-control @click=${() => actions.command('reset')}>${words.reset}</button>
      <button data-control aria-pressed=${state?.muted ? 'true' : 'false'} @click=${actions.mute}>${state?.muted ? words.unmute : words.mute}</button>
      <button data-control @click=${() => actions.command('identify')}>${words.identify}</button>
      <span class="gap"></span>
      <button aria-pressed=${model.hasSound ? 'true' : 'false'} @click=${actions.toggleSound}>${words.sound}</button>
      <button aria-pressed=${model.isLarge ? 'true' : 'false'} @click=${actions.toggleLarge}>${words.large}</button>
      <button @click=${actions.nextTheme}>${words.theme[model.theme]}</button>
      <button @click=${() => openDialog('help')}>${words.help}</button>
      <a class="button" href="/wall">${words.wall}</a>
    </nav>
    ${refusalView(model.refusals.get('command'))}
    ${hello && !hello.mayControl ? html`<p class="watching" role="status">${words.watching}</p>` : nothing}`
}

export function openDialog(id: string): void {
  ;(document.getElementById(id) as HTMLDialogElement).showModal()
}

function healthButton({ health, link, state, hello, isSkipping }: NeuronPageModel): TemplateResult | typeof nothing {
  if (!health || !link || !state) return nothing
  const count = healthFindings(health, link, state, simulatedParts(hello?.info), isSkipping).filter(
    ({ level }) => level === 'bad',
  ).length
  const text = count === 0 ? WORDS.health.good : WORDS.health.problems(count)
  return html`<button id="health-button" class=${count === 0 ? 'health good' : 'health bad'} @click=${() => openDialog('health')}>
    <span class="lamp" aria-hidden="true">${count === 0 ? '✓' : '!'}</span> ${text}</button>`
}

/** Names of the parts that are simulated. */
export function simulatedParts(info: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const parts = [info?.input, ...(Array.isArray(info?.outputs) ? info.outputs : [])]
  return parts.filter(part => part?.mocked === true).map(part => String(part.name))
}

function speedWords(speed: number): string {
  return WORDS.neuron.speeds[speed] ?? `× ${speed}`
}
