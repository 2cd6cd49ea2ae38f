/** What a step asks for: a number, options, a sketch, a text, or that something is done. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import type { AskedReply, RunningLesson } from '../../../lessons/report.ts'
import { inputText, refusalView } from '../shared/form-helpers.ts'
import type { LessonActions } from './actions.ts'
import type { LessonPanel } from './panel-state.ts'
import { richLine } from './rich-text-view.ts'
import { sketchPad } from './sketch-view.ts'
import { LESSON_WORDS } from './words.ts'

type Asked<T extends AskedReply['type']> = Extract<AskedReply, { readonly type: T }>

/** @param waitS seconds until the next answer is taken */
export function replyView(
  panel: LessonPanel,
  running: RunningLesson,
  waitS: number,
  actions: LessonActions,
): TemplateResult | typeof nothing {
  const { asked, verdict } = running
  // What is done is done: the answer stays to be read.
  const isOver = verdict.state === 'done'
  if (asked === null || (isOver && asked.type !== 'options' && panel.typed === '')) return nothing
  const submit = (event: Event) => {
    event.preventDefault()
    if (waitS === 0) void actions.answer(asked)
  }
  return html`<form class="reply" id="reply" @submit=${submit} novalidate>
    <fieldset class="plain" ?disabled=${isOver}>${inputFor(asked, panel, waitS, actions)}</fieldset>
    ${refusalView(panel.refusal)}
  </form>`
}

function inputFor(asked: AskedReply, panel: LessonPanel, waitS: number, actions: LessonActions): TemplateResult {
  const submit = (label = LESSON_WORDS.send) => submitButton(label, waitS)
  switch (asked.type) {
    case 'number':
      return html`${numberInput(asked, panel, actions)} ${submit(LESSON_WORDS.check)}`
    case 'options':
      return html`${optionInputs(asked, panel, actions)}<div class="buttons">${submit()}</div>`
    case 'sketch':
      return html`${sketchPad(panel, asked, actions)}
        <div class="buttons">${submit()}
          <button type="button" @click=${actions.clearSketch}>${LESSON_WORDS.clear}</button></div>`
    case 'text':
      return html`<label class="line">${richLine(asked.label, actions.pointAt)}
          <textarea id="answer" rows="3" maxlength="2000" .value=${live(panel.typed)}
            @input=${(event: Event) => actions.type(inputText(event))}></textarea></label>
        <div class="buttons">${submit()}</div>`
    case 'confirm':
      return html`<div class="buttons">${submit(asked.label)}</div>`
  }
}

function numberInput({ unit }: Asked<'number'>, panel: LessonPanel, actions: LessonActions): TemplateResult {
  return html`<label class="number">${LESSON_WORDS.answer}
      <input id="answer" type="text" autocomplete="off" inputmode=${MAY_BE_NEGATIVE.test(unit) ? 'text' : 'decimal'}
        aria-label=${LESSON_WORDS.answerIn(unit)} aria-invalid=${panel.refusal === undefined ? 'false' : 'true'}
        .value=${live(panel.typed)} @input=${(event: Event) => actions.type(inputText(event))}>
      <span class="unit">${unit}</span></label>`
}

/** The keys for numbers on a touch screen have no minus. */
const MAY_BE_NEGATIVE = /mV$/

function optionInputs(asked: Asked<'options'>, panel: LessonPanel, actions: LessonActions): TemplateResult {
  const { options, several } = asked
  return html`<div class="options" role=${several ? 'group' : 'radiogroup'} aria-label=${LESSON_WORDS.answer}>
      ${options.map((option, index) => {
        const choose = (event: Event) => actions.choose(index, (event.target as HTMLInputElement).checked, several)
        return html`<label class="option"><input type=${several ? 'checkbox' : 'radio'} name="answer" value=${index}
          .checked=${live(panel.chosen.has(index))} @change=${choose}> <span>${richLine(option, actions.pointAt)}</span></label>`
      })}
    </div>
    ${several ? html`<p class="hint">${LESSON_WORDS.several}</p>` : nothing}`
}

function submitButton(label: string, waitS: number): TemplateResult {
  return html`<button id="hand-in" class="main" aria-disabled=${waitS > 0 ? 'true' : 'false'}>${waitS > 0 ? LESSON_WORDS.waitS(label, waitS) : label}</button>`
}
