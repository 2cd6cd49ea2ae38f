/** Texts of lessons: paragraphs, lists, **bold**, *italics*, links. Nothing else is read: HTML stays the text that it is. Pure. */

export type Piece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'break' }
  | { readonly type: 'bold' | 'italics'; readonly pieces: readonly Piece[] }
  | { readonly type: 'link'; readonly to: string; readonly pieces: readonly Piece[] }

export type Block =
  | { readonly type: 'paragraph'; readonly pieces: readonly Piece[] }
  | { readonly type: 'list'; readonly isOrdered: boolean; readonly items: readonly (readonly Piece[])[] }

const ITEM = /^\s*(?:[-*•]|(\d{1,3})[.)])\s+(.*)$/
/** A star within a word is a star, and so is one beside a space; `\` at the end of a line breaks it. */
const MARKED =
  /\*\*(?=\S)(?<bold>.+?)(?<=\S)\*\*|(?<![\p{L}\d*])\*(?=[^\s*])(?<italics>.+?)(?<=[^\s*])\*(?![\p{L}\d*])|\[(?<label>[^\][]+)\]\((?<to>#[A-Za-z][\w-]*|https?:\/\/[^\s()]+)\)|(?<end>\\\n)/su

/** An empty line ends a paragraph; a line that begins like an item belongs to a list. */
export function parseRichText(text: string): readonly Block[] {
  return text
    .trim()
    .split(/\n\s*\n/)
    .flatMap(part => blocksOf(part.split('\n')))
}

function blocksOf(lines: readonly string[]): Block[] {
  const blocks: { isList: boolean; isOrdered: boolean; texts: string[] }[] = []
  for (const line of lines) {
    const [, number, item] = ITEM.exec(line) ?? []
    const last = blocks.at(-1)
    const isOrdered = number !== undefined
    if (item !== undefined) {
      if (last?.isList && last.isOrdered === isOrdered) last.texts.push(item)
      else blocks.push({ isList: true, isOrdered, texts: [item] })
    } else if (last && (!last.isList || /^\s/.test(line))) {
      last.texts[last.texts.length - 1] += `\n${line.trim()}`
    } else if (line.trim() !== '') blocks.push({ isList: false, isOrdered: false, texts: [line.trim()] })
  }
  return blocks.map(({ isList, isOrdered, texts }) => {
    return isList
      ? { type: 'list', isOrdered, items: texts.map(parsePieces) }
      : { type: 'paragraph', pieces: parsePieces(texts[0]!) }
  })
}

export function parsePieces(text: string): readonly Piece[] {
  const match = MARKED.exec(text)
  if (!match) return plain(text)
  const { bold, italics, label, to } = match.groups!
  const piece: Piece =
    bold !== undefined
      ? { type: 'bold', pieces: parsePieces(bold) }
      : italics !== undefined
        ? { type: 'italics', pieces: parsePieces(italics) }
        : to !== undefined
          ? { type: 'link', to, pieces: parsePieces(label!) }
          : { type: 'break' }
  return [...plain(text.slice(0, match.index)), piece, ...parsePieces(text.slice(match.index + match[0].length))]
}

function plain(text: string): Piece[] {
  return text === '' ? [] : [{ type: 'text', text: text.replaceAll('\n', ' ') }]
}
