/** What sets the current: the knob, or the slider that has taken over. */
import { html, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import { lockNote } from '../lesson/lock-note.ts'
import { isLocked } from '../lesson/locks.ts'
import { inputText, refusalView } from '../shared/form-helpers.ts'
import { WORDS } from '../shared/neuron-page-words.ts'
import { formatFixed, formatShort } from '../shared/number-format.ts'
import { keysFor, parseNumber } from '../shared/parse-number.ts'
import type { NeuronActions } from './actions.ts'
import { mayControl, type NeuronPageModel } from './model.ts'
import { currentAt, currentSlider } from './slider-range.ts'

const words = WORDS.knob
/** States of the neuron, five a second, that tell for sure that the slider is not where this page put it. */
const STRANGE_STATES = 3

export function knobView(model: NeuronPageModel, actions: NeuronActions): TemplateResult {
  const { state, params } = model
  if (!state || !params) return html``
  const isSlider = state.source === 'slider'
  const level = model.drafts.get('level') ?? state.level
  const currentNa = currentAt(level, params)
  const { min, max, step } = currentSlider(params)
  const text = { knob: words.hasKnob, slider: words.hasSlider, lost: words.lost }[state.source]
  const isElsewhere = isSlider && model.strangeLevels >= STRANGE_STATES
  const also = state.stimulated ? words.stimulated : isElsewhere ? words.elsewhere : isSlider ? words.knobOff : ''
  const { running } = model.lesson
  const isKept = !mayControl(model) || isLocked(running, 'take')
  return html`
    <fieldset class=${`knob ${state.source}`}>
      <legend>${words.title}</legend>
      <div class="switch">
        <button id="give" ?disabled=${isKept} aria-pressed=${isSlider ? 'false' : 'true'} @click=${() => isSlider && actions.toggleSlider()}>${words.knob}</button>
        <button id="take" ?disabled=${isKept} aria-pressed=${isSlider ? 'true' : 'false'} @click=${() => isSlider || actions.toggleSlider()}>${words.slider}</button>
      </div>
      <div class="travel">
        <input id="level" type="range" min=${min} max=${max} step=${step} aria-label=${isSlider ? words.level : words.physical}
          .value=${live(String(currentNa))} ?disabled=${!isSlider || isKept} aria-valuetext=${`${formatFixed(currentNa, 3)} nA`}
          @input=${(event: Event) => actions.setCurrent(Number(inputText(event)))}>
        <div class="ends"><span>${formatShort(Math.min(params.minNa, params.maxNa))} nA</span>
          <span class="who" role="status">${text}${also && `; ${also}`}</span>
          <span>${formatShort(Math.max(params.minNa, params.maxNa))} nA</span></div>
      </div>
      <label class="set" title=${words.typeNote}><input id="current" type="text" ?disabled=${isKept} autocomplete="off"
        aria-label=${words.type} inputmode=${keysFor(min)} .value=${live(typedOr(formatFixed(currentNa, 3)))}
        aria-invalid=${model.refusals.has('level') ? 'true' : 'false'}
        @change=${(event: Event) => {
          if (actions.enterCurrent(inputText(event)))
            rewrite(event, formatFixed(parseNumber(inputText(event), 'nA'), 3))
        }}> <span class="unit">nA</span></label>
      ${lockNote(running, ['take'])}${refusalView(model.refusals.get('level'))}
    </fieldset>`
}

/** What is being typed stays as it is. */
function typedOr(text: string): string {
  const field = document.activeElement
  return field instanceof HTMLInputElement && field.id === 'current' ? field.value : text
}

function rewrite(event: Event, text: string): void {
  ;(event.target as HTMLInputElement).value = text
}
