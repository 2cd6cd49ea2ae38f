/** The texts of a lesson on the page. A link to a control is a button that points at it. */
import { html, type TemplateResult } from 'lit-html'
import { type Block, type Piece, parsePieces, parseRichText } from './rich-text.ts'

/** @param event of the click */
export type PointAt = (target: string, event: MouseEvent) => void

export function richText(text: string, pointAt: PointAt): TemplateResult {
  return html`${parseRichText(text).map(block => blockView(block, pointAt))}`
}

/** A text of one line: without paragraphs and lists. */
export function richLine(text: string, pointAt: PointAt): TemplateResult {
  return html`${parsePieces(text.trim()).map(piece => pieceView(piece, pointAt))}`
}

function blockView(block: Block, pointAt: PointAt): TemplateResult {
  if (block.type === 'paragraph') return html`<p>${block.pieces.map(piece => pieceView(piece, pointAt))}</p>`
  const items = block.items.map(item => html`<li>${item.map(piece => pieceView(piece, pointAt))}</li>`)
  return block.isOrdered ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`
}

function pieceView(piece: Piece, pointAt: PointAt): TemplateResult | string {
  if (piece.type === 'text') return piece.text
  if (piece.type === 'break') return html`<br>`
  const inner = piece.pieces.map(one => pieceView(one, pointAt))
  if (piece.type !== 'link') return piece.type === 'bold' ? html`<strong>${inner}</strong>` : html`<em>${inner}</em>`
  const { to } = piece
  if (!to.startsWith('#')) return html`<a href=${to} target="_blank" rel="noopener noreferrer">${inner}</a>`
  return html`<button class="pointer" type="button" @click=${(event: MouseEvent) => pointAt(to.slice(1), event)}>${inner}</button>`
}
