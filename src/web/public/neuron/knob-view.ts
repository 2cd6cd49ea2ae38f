/** What sets the current: the knob, or the slider that has taken over. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import { inputText, refusalView } from '../shared/form-helpers.ts'
import { WORDS } from '../shared/neuron-page-words.ts'
import { formatFixed, formatShort } from '../shared/number-format.ts'
import type { NeuronActions } from './actions.ts'
import { mayControl, type NeuronPageModel } from './model.ts'

const words = WORDS.knob
/** States of the neuron, five a second, that tell for sure that the slider is not where this page put it. */
const STRANGE_STATES = 3

export function knobView(model: NeuronPageModel, actions: NeuronActions): TemplateResult {
  const { state, params } = model
  if (!state || !params) return html``
  const isSlider = state.source === 'slider'
  const level = model.drafts.get('level') ?? state.level
  const currentNa = params.minNa + level * (params.maxNa - params.minNa)
  const text = { knob: words.hasKnob, slider: words.hasSlider, lost: words.lost }[state.source]
  const isElsewhere = isSlider && model.strangeLevels >= STRANGE_STATES
  const also = state.stimulated ? words.stimulated : isElsewhere ? words.elsewhere : isSlider ? words.knobOff : ''
  const isWatcher = !mayControl(model)
  return html`
    <fieldset class=${`knob ${state.source}`}>
      <legend>${words.title}</legend>
      <div class="switch">
        <button id="give" ?disabled=${isWatcher} aria-pressed=${isSlider ? 'false' : 'true'} @click=${() => isSlider && actions.toggleSlider()}>${words.knob}</button>
        <button id="take" ?disabled=${isWatcher} aria-pressed=${isSlider ? 'true' : 'false'} @click=${() => isSlider || actions.toggleSlider()}>${words.slider}</button>
      </div>
      <div class="travel">
        <input id="level" type="range" min="0" max="1" step="0.001" aria-label=${isSlider ? words.level : words.physical}
          .value=${live(String(level))} ?disabled=${!isSlider || isWatcher} aria-valuetext=${`${formatFixed(currentNa, 2)} nA`}
          @input=${(event: Event) => actions.setLevel(Number(inputText(event)))}>
        <div class="ends"><span>${formatShort(params.minNa)} nA</span>
          <span class="who" role="status">${text}${also && `; ${also}`}</span>
          <span>${formatShort(params.maxNa)} nA</span></div>
      </div>
      <output class="set" for="level">${formatFixed(currentNa, 2)} <span class="unit">nA</span></output>
      ${refusalView(model.refusals.get('level')) ?? nothing}
    </fieldset>`
}
