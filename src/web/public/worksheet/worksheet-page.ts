/** The page /worksheet: the sheet of the lesson under way to be printed, and its progress as a file. */
import { html, nothing, render, type TemplateResult } from 'lit-html'
import type { LessonWorksheet } from '../../../lessons/report.ts'
import { downloadFile } from '../shared/download.ts'
import { refusalView } from '../shared/form-helpers.ts'
import { language } from '../shared/language.ts'
import { languageChoice } from '../shared/language-choice.ts'
import { sendRequest } from '../shared/requests.ts'
import { SHEET_WORDS } from './words.ts'
import { worksheetView } from './worksheet-view.ts'

const words = SHEET_WORDS

interface Page {
  /** Undefined before the neuron has answered; null while there is no lesson. */
  sheet: LessonWorksheet | null | undefined
  neuron: string
  isBlank: boolean
  said: string | undefined
  refusal: string | undefined
}

export async function openWorksheet(): Promise<void> {
  const page: Page = { sheet: undefined, neuron: '', isBlank: false, said: undefined, refusal: undefined }
  document.body.classList.add('sheet-page')
  await load(page)
}

async function load(page: Page): Promise<void> {
  try {
    const [sheet, state] = await Promise.all([read(`/api/lesson/worksheet?language=${language}`), read('/api/state')])
    page.sheet = sheet as LessonWorksheet | null
    page.neuron = (state as { readonly id: string }).id
  } catch {
    page.refusal = words.failed
  }
  show(page)
}

async function read(path: string): Promise<unknown> {
  return (await fetch(path)).json()
}

function show(page: Page): void {
  const { sheet } = page
  document.title = words.page(sheet?.title ?? 'neurond')
  render(html`${toolsView(page)}${sheet ? worksheetView(sheet, page.neuron, page.isBlank) : nothing}`, document.body)
}

function toolsView(page: Page): TemplateResult {
  const { sheet, isBlank, said, refusal } = page
  const set = (part: Partial<Page>) => show(Object.assign(page, { said: undefined, refusal: undefined, ...part }))
  return html`<header class="sheet-tools">
    <a class="button" href="/">${words.back}</a>
    ${
      sheet
        ? html`<button id="print-sheet" class="main" @click=${() => window.print()}>${words.print}</button>
      <label class="tick"><input id="blank-sheet" type="checkbox" .checked=${isBlank} @change=${() => set({ isBlank: !isBlank })}> ${words.blank}</label>
      <button id="keep-progress" @click=${() => keep(set)}>${words.keep}</button>
      <button id="take-up" @click=${() => document.getElementById('progress-file')?.click()}>${words.takeUp}</button>
      <input id="progress-file" type="file" accept=".json" hidden aria-label=${words.takeUp} @change=${(event: Event) => takeUp(page, event, set)}>`
        : nothing
    }
    ${languageChoice()}
    ${sheet === null ? html`<p role="status">${words.none}</p>` : nothing}
    ${said === undefined ? nothing : html`<p role="status">${said}</p>`}
    ${refusalView(refusal)}
  </header>`
}

type SetPart = (part: Partial<Page>) => void

async function keep(set: SetPart): Promise<void> {
  try {
    const response = await fetch('/api/lesson/progress')
    const file = await response.json()
    if (!response.ok) return set({ refusal: file.error.message })
    const content = new Blob([JSON.stringify(file, null, 2)], { type: 'application/json' })
    downloadFile(`${file.lesson}-${file.neuron}.json`, content)
    set({})
  } catch {
    set({ refusal: words.failed })
  }
}

async function takeUp(page: Page, { target }: Event, set: SetPart): Promise<void> {
  const input = target as HTMLInputElement
  const file = input.files?.[0]
  // The same file may be chosen again.
  input.value = ''
  if (!file) return
  let content: object
  try {
    content = JSON.parse(await file.text())
  } catch {
    return set({ refusal: words.unreadable(file.name) })
  }
  if (!confirm(words.confirmTakeUp)) return
  const reply = await sendRequest('POST', '/api/lesson/progress', content)
  if (!reply.ok) return set({ refusal: reply.error.message })
  page.said = words.takenUp
  page.refusal = undefined
  await load(page)
}
