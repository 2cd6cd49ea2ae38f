import { expect, it, test } from 'vitest'
import { type Piece, parsePieces, parseRichText } from '../../../../src/web/public/lesson/rich-text.ts'

const text = (words: string) => ({ type: 'text', text: words }) as const

test.each<[string, readonly Piece[]]>([
  ['plain', [text('plain')]],
  ['a **fat** word', [text('a '), { type: 'bold', pieces: [text('fat')] }, text(' word')]],
  ['*more often*, not louder', [{ type: 'italics', pieces: [text('more often')] }, text(', not louder')]],
  [
    '**all *of* it**',
    [{ type: 'bold', pieces: [text('all '), { type: 'italics', pieces: [text('of')] }, text(' it')] }],
  ],
  ['2 * 3 * 4', [text('2 * 3 * 4')]],
  ['R*I*t', [text('R*I*t')]],
  ['a **b', [text('a **b')]],
  ['the [knob](#knob).', [text('the '), { type: 'link', to: '#knob', pieces: [text('knob')] }, text('.')]],
  ['[page](https://example.org/a)', [{ type: 'link', to: 'https://example.org/a', pieces: [text('page')] }]],
  ['[bad](javascript:alert(1))', [text('[bad](javascript:alert(1))')]],
  ['one\\\ntwo\nthree', [text('one'), { type: 'break' }, text('two three')]],
  ['<b onclick="x()">fat</b> &amp; so on', [text('<b onclick="x()">fat</b> &amp; so on')]],
])('reads %j', (written, pieces) => {
  expect(parsePieces(written)).toEqual(pieces)
})

it('tells paragraphs and lists apart', () => {
  const blocks = parseRichText('First line\nof two.\n\nDo:\n- turn\n- wait\n  a second\n1. count\n2. type\n')
  expect(blocks).toEqual([
    { type: 'paragraph', pieces: [text('First line of two.')] },
    { type: 'paragraph', pieces: [text('Do:')] },
    { type: 'list', isOrdered: false, items: [[text('turn')], [text('wait a second')]] },
    { type: 'list', isOrdered: true, items: [[text('count')], [text('type')]] },
  ])
})
