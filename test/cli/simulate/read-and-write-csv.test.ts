import { describe, expect, it } from 'vitest'
import { csvPieces, timeColumns } from '../../../src/cli/simulate/read-and-write-csv.ts'

function read(text: string, isCurrent = true) {
  const { tMs, values, faults } = timeColumns('in.csv', text, 'i_na', { isCurrent })
  return { tMs, values, messages: faults.map(fault => fault.text) }
}

describe('a file of times and values', () => {
  it('is read whatever the order of its columns, with comments, quotes, CRLF and a byte order mark', () => {
    const text = '\uFEFF# my knob\r\n"I_nA",note,t_ms\r\n1.5,up,0\r\n-2e-1,down,10.5\r\n'
    expect(read(text)).toEqual({ tMs: [0, 10.5], values: [1.5, -0.2], messages: [] })
  })

  it('is read with semicolons and decimal commas, as European spreadsheets write it', () => {
    expect(read('t_ms;i_na\n0;1,5\n100;2\n')).toEqual({ tMs: [0, 100], values: [1.5, 2], messages: [] })
  })

  it.each([
    ['', 'in.csv: is empty, must begin with the names of its columns: t_ms,i_na'],
    ['time,i_na\n0,1\n', 'in.csv: begins with the line "time,i_na", must begin with the names'],
    ['t_ms,i_na\n', 'in.csv: has no rows, must have at least one, at 0 ms'],
    ['t_ms,i_na\n5,1\n', 'in.csv: line 2: t_ms is 5, the first row must be at 0'],
    ['t_ms,i_na\n0,1\n5,\n', 'in.csv: line 3: i_na is missing, must be a number'],
    ['t_ms,i_na\n0,NaN\n', 'in.csv: line 2: i_na is "NaN", must be a number'],
    ['t_ms,i_na\n0,1e999\n', 'in.csv: line 2: i_na is "1e999", must be a number'],
    ['t_ms,i_na\n# pause\n0,1\n9,1\n4,1\n', 'in.csv: line 5: t_ms is 4, must not be before the row above it, 9'],
  ])('is refused by line: %j', (text, message) => {
    expect(read(text).messages).toEqual([expect.stringContaining(message)])
  })

  it.each([
    ['t_ms,i_na\n0,1\n4,1\n4,2\n', 'in.csv: line 4: t_ms is 4, the same as in the row above it, must be later'],
    ['t_ms,i_na\n0,1,5\n', 'in.csv: line 2: has 3 cells, must have 2 as the first line has; put semicolons between'],
    ['t_ms;i_na\n0;1;5\n', 'in.csv: line 2: has 3 cells, must have 2 as the first line has'],
    ['t_ms,i_na,t_ms\n0,1,0\n', 'in.csv: line 1: names the column t_ms twice, must name it once'],
  ])('never silently takes one of two meanings: %j', (text, message) => {
    expect(read(text).messages).toEqual([expect.stringContaining(message)])
  })

  it('tells which columns it does not use', () => {
    const { notes, faults } = timeColumns('in.csv', 't_ms,note,i_na\n0,up,1\n', 'i_na', { isCurrent: true })
    expect([notes, faults]).toEqual([['in.csv: only t_ms and i_na are used, not note'], []])
  })

  it('of arriving spikes may have several at one time', () => {
    expect(read('t_ms,i_na\n5,1\n5,2\n', false)).toEqual({ tMs: [5, 5], values: [1, 2], messages: [] })
  })

  it('of arriving spikes may begin late and be empty, but not begin before 0', () => {
    expect(read('t_ms,i_na\n5,1\n', false).messages).toEqual([])
    expect(read('t_ms,i_na\n', false).messages).toEqual([])
    expect(read('t_ms,i_na\n-5,1\n', false).messages).toEqual(['in.csv: line 2: t_ms is -5, must be 0 or later'])
  })

  it('with a thousand mistakes names the first ten and says how many more there are', () => {
    const { messages } = read(`t_ms,i_na\n${'x,1\n'.repeat(1000)}`)
    expect(messages).toHaveLength(11)
    expect(messages[10]).toBe('in.csv: and 990 more lines like these')
  })
})

it('numbers are written with all their digits', () => {
  expect([...csvPieces(['t_ms'], [[0.1 + 0.2], [1]])].join('')).toBe('t_ms\n0.30000000000000004\n1\n')
})
