/** The sheet itself: its tasks with the own numbers of the group, or with blanks to write in. */
import { html, nothing, type TemplateResult } from 'lit-html'
import type { AskedReply, FiPoint, LessonWorksheet, WorksheetStep } from '../../../lessons/report.ts'
import { type Piece, parseRichText } from '../lesson/rich-text.ts'
import { measuredNumber } from '../lesson/verdict-words.ts'
import { LESSON_WORDS } from '../lesson/words.ts'
import { formatShort } from '../shared/number-format.ts'
import { axesPicture } from './axes-picture.ts'
import { SHEET_WORDS } from './words.ts'

const words = SHEET_WORDS
const UNITS = { Na: ' nA', Mv: ' mV', Hz: ' Hz', Ms: ' ms' } as const
/** Of an answer in words. */
const LINES = 3

/** @param isBlank without the own numbers, as before the lesson */
export function worksheetView(sheet: LessonWorksheet, neuron: string, isBlank: boolean): TemplateResult {
  const { title, about, ask, steps, table, points, lines } = isBlank ? blankOf(sheet) : sheet
  return html`<article class="sheet">
    <h1>${title}</h1>
    <p class="about">${about} <span class="of">${neuron}</span></p>
    <div class="asked">${ask.map(label => html`<label>${words.asked[label] ?? label}<input autocomplete="off"></label>`)}</div>
    ${steps.map((step, k) => stepView(step, k + 1))}
    ${points ? fiView(points) : nothing}
    ${table && table.rows.length > 0 ? tableView(table) : nothing}
    ${lines > 0 ? html`<section class="sheet-step"><h2>${words.lines}</h2>${ruledLines(lines)}</section>` : nothing}
  </article>`
}

/** Numbers in the texts stay: they are those that the lesson shows. */
function blankOf(sheet: LessonWorksheet): LessonWorksheet {
  const blank = { mark: 'todo', measured: {}, reply: null, sketch: null, said: null } as const
  const points = sheet.points && { ...sheet.points, measured: [], theory: null }
  return { ...sheet, steps: sheet.steps.map(step => ({ ...step, ...blank })), points }
}

function stepView(step: WorksheetStep, number: number): TemplateResult {
  const { text, asked, mark, said } = step
  return html`<section class="sheet-step">
    <h2>${words.step(number)} <span class="sheet-mark">${words.marks[mark]}</span></h2>
    ${richText(text)}
    ${asked ? replyView(asked, step) : nothing}
    ${measuredView(step)}
    ${said === null ? nothing : html`<div class="said">${richText(said)}</div>`}
  </section>`
}

function replyView(asked: AskedReply, { reply, sketch }: WorksheetStep): TemplateResult {
  switch (asked.type) {
    case 'options': {
      const chosen = reply?.split('; ') ?? []
      return html`<ul class="sheet-options">${asked.options.map(option => html`<li>${chosen.includes(option) ? '☒' : '☐'} ${richText(option)}</li>`)}</ul>`
    }
    case 'number':
      return html`<p>${words.answer}: ${reply === null ? html`<span class="gap-line"></span>` : html`<b>${reply}</b>`} ${asked.unit}</p>`
    case 'text':
      return html`<p>${asked.label}</p>${reply === null ? ruledLines(LINES) : html`<blockquote>${reply}</blockquote>`}`
    case 'confirm':
      return html`<p>${reply === null ? '☐' : '☒'} ${asked.label}</p>`
    case 'sketch': {
      const { x, y } = asked
      const axes = { x: { ...x, label: x.unit }, y: { ...y, label: y.unit } }
      return axesPicture({ title: words.sketch(y.unit, x.unit), ...axes, line: sketch ?? undefined })
    }
  }
}

/** A step without a question is measured. */
function measuredView({ measured, asked, mark }: WorksheetStep): TemplateResult | typeof nothing {
  const named = Object.entries(measured).filter(([name]) => LESSON_WORDS.measured[name] !== undefined)
  if (named.length > 0) {
    return html`<p>${words.measured}: ${named.map(([name, value], k) => html`${k > 0 ? ' · ' : ''}${LESSON_WORDS.measured[name]} <b>${measuredNumber(name, value)}${unitOf(name)}</b>`)}</p>`
  }
  return asked || mark !== 'todo' ? nothing : html`<p>${words.measured}: <span class="gap-line"></span></p>`
}

function unitOf(name: string): string {
  if (['low', 'high', 'width'].includes(name)) return UNITS.Na
  return UNITS[name.slice(-2) as keyof typeof UNITS] ?? ''
}

function fiView({ toNa, measured, theory }: NonNullable<LessonWorksheet['points']>): TemplateResult {
  const points = measured.map(placeOf)
  const line = theory?.map(placeOf)
  const highest = Math.max(0, ...[...points, ...(line ?? [])].map(([, hz]) => hz))
  const y = { from: 0, to: highest === 0 ? 15 : highest * 1.1, label: words.rate }
  const x = { from: 0, to: toNa, label: words.current }
  return html`<section class="sheet-step">
    <h2>${words.fi}</h2>
    ${axesPicture({ title: words.fi, x, y, line, points })}
    <p>${points.length === 0 ? words.drawIn : line ? words.theory : nothing}</p>
    ${points.length === 0 ? nothing : pointsTable(measured)}
  </section>`
}

function placeOf({ iNa, rateHz }: FiPoint): readonly [number, number] {
  return [iNa, rateHz]
}

function pointsTable(points: readonly FiPoint[]): TemplateResult {
  const row = (label: string, of: (point: FiPoint) => number) =>
    html`<tr><th scope="row">${label}</th>${points.map(point => html`<td>${formatShort(of(point))}</td>`)}</tr>`
  return html`<table>${row(words.current, ({ iNa }) => iNa)}${row(words.rate, ({ rateHz }) => rateHz)}</table>`
}

function tableView({ columns, rows }: NonNullable<LessonWorksheet['table']>): TemplateResult {
  return html`<section class="sheet-step">
    <h2>${words.table}</h2>
    <table class="by-hand">
      <tr><td></td>${columns.map(column => html`<th scope="col">${column}</th>`)}</tr>
      ${rows.map(number => html`<tr><th scope="row">${words.step(number)}</th>${columns.map(() => html`<td></td>`)}</tr>`)}
    </table>
  </section>`
}

function ruledLines(count: number): TemplateResult {
  return html`<div class="ruled" aria-hidden="true">${Array.from({ length: count }, () => html`<div></div>`)}</div>`
}

/** On paper nothing can be pressed: links are their words. */
function richText(text: string): TemplateResult[] {
  return parseRichText(text).map(block => {
    if (block.type === 'paragraph') return html`<p>${block.pieces.map(pieceView)}</p>`
    const items = block.items.map(item => html`<li>${item.map(pieceView)}</li>`)
    return block.isOrdered ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`
  })
}

function pieceView(piece: Piece): TemplateResult | string {
  if (piece.type === 'text') return piece.text
  if (piece.type === 'break') return html`<br>`
  const inner = piece.pieces.map(pieceView)
  if (piece.type === 'link') return html`${inner}`
  return piece.type === 'bold' ? html`<strong>${inner}</strong>` : html`<em>${inner}</em>`
}
