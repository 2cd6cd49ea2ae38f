import { describe, expect, it } from 'vitest'
import { readCurrents } from '../../src/web/public/current-file.ts'

describe('a file of currents', () => {
  it('becomes a stimulus with a row wherever the current changes, and tells what it is', () => {
    const text = 't_ms,i_na,note\n0,0\n100,1.5\n200,1.5\n300,3\n400,3\n'
    expect(readCurrents('a.csv', text)).toEqual({
      tMs: [0, 100, 300],
      valuesNa: [0, 1.5, 3],
      ms: 500,
      said: 'a.csv: 5 rows, 0.5 s, 0 to 3 nA; not used: note',
      isGood: true,
    })
  })

  it.each([
    ['t_ms,i_na\n0,1\nten,2', 'a.csv: line 3: t_ms is "ten", must be a number'],
    ['t_ms,i_na\n0,1\n0,2', 'a.csv: line 3: t_ms is 0, the same as in the row above it, must be later'],
    ['0,1\n1,2', 'a.csv: begins with the line "0,1", must begin with the names of its columns: t_ms,i_na'],
    ['', 'a.csv: is empty, must begin with the names of its columns: t_ms,i_na'],
    [`t_ms,i_na\n${'x,1\n'.repeat(9)}`, 'line 4: t_ms is "x", must be a number; and 6 more lines like these'],
  ])('is refused with the line and what is allowed: %j', (text, words) => {
    const { said, isGood } = readCurrents('a.csv', text)
    expect([isGood, said]).toEqual([false, expect.stringContaining(words)])
  })
})
