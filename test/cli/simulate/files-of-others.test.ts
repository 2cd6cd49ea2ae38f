import { describe, expect, it } from 'vitest'
import { simulateCommand } from '../../../src/cli/simulate/simulate.ts'
import { headerOf, lostLine, spikeLine } from '../../../src/cli/watch/record.ts'
import { runOn } from '../fake-console.ts'

const bytesOf = (content: string | Uint8Array) => (typeof content === 'string' ? Buffer.from(content) : content)

/** What simulate makes of one file: the current that it reads, or the sentence of its refusal. */
async function taken(content: string | Uint8Array, line = '--input f.csv') {
  const { out, err, code } = await runOn(simulateCommand, line, {}, { readBytes: () => bytesOf(content) })
  return { read: code === 0 ? JSON.parse(out) : undefined, err, code }
}

/** The same current as everybody writes it: 0 nA, from 100 ms 1.55 nA, from 400.5 ms 0 nA. */
const CURRENT = { tMs: [0, 100, 400.5], iNa: [0, 1.55, 0] }

const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])

describe('a file of currents as people have it is taken', () => {
  it.each<[string, string | Uint8Array, RegExp]>([
    ['numpy.savetxt with a header', '# t_ms,i_na\n0.0e+00,0.0e+00\n1.0e+02,1.55e+00\n4.005e+02,0.0e+00\n', /^$/],
    ['numpy.savetxt as it is by default', '# t_ms i_na\n0.0 0.0\n100.0 1.55\n400.5 0.0\n', /^$/],
    ['numpy.savetxt with a comma in the header alone', '# t_ms,i_na\n0 0\n100 1.55\n400.5 0\n', /^$/],
    ['plain columns', '0,0\n100,1.55\n400.5,0\n', /f\.csv: has no names of columns: read as t_ms,i_na\n.*400\.5 ms/],
    ['plain columns of tabs', '0\t0\n100\t1.55\n400.5\t0\n', /read as t_ms,i_na/],
    ['pandas with its index', ',t_ms,i_na\n0,0.0,0.0\n1,100.0,1.55\n2,400.5,0.0\n', /^$/],
    ['R with row names', '"","t_ms","i_na"\n"1",0,0\n"2",100,1.55\n"3",400.5,0\n', /^$/],
    ['Excel in German', '\uFEFFt_ms;i_na\r\n0;0\r\n100;1,55\r\n400,5;0\r\n', /^$/],
    ['Excel in German, empty rows below', 't_ms;i_na\r\n0;0\r\n100;1,55\r\n400,5;0\r\n;\r\n;;\r\n\r\n', /^$/],
    ['Excel with sep=;', 'sep=;\r\nt_ms;i_na\r\n0;0\r\n100;1,55\r\n400,5;0\r\n', /^$/],
    ['Excel with sep= and a tab', 'sep=\t\nt_ms\ti_na\n0\t0\n100\t1,55\n400,5\t0\n', /^$/],
    ['Excel with sep=, and points', 'sep=,\nt_ms,i_na\n0,0\n100,1.55\n400.5,0\n', /^$/],
    ['rows of commas and blank lines', 't_ms,i_na\n\n0,0\n,\n100,1.55\n,,\n\n400.5,0\n', /^$/],
    ['a column too many that is empty', 't_ms,i_na,\n0,0,\n100,1.55,\n400.5,0,\n', /^$/],
    ['old Mac line ends', 't_ms,i_na\r0,0\r100,1.55\r400.5,0\r', /^$/],
    [
      'a comment in Windows-1252',
      Buffer.from('# für Ströme in µA: nein\nt_ms,i_na\n0,0\n100,1.55\n400.5,0\n', 'latin1'),
      /^$/,
    ],
    ['Unicode text of Excel (UTF-16)', utf16('t_ms\ti_na\r\n0\t0\r\n100\t1,55\r\n400,5\t0\r\n'), /^$/],
    ['quoted cells', '"t_ms","i_na"\n"0","0"\n"100","1.55"\n"400.5","0"\n', /^$/],
    ['names in capitals with spaces', ' T_ms , I_nA \n0, 0\n100, 1.55\n400.5, 0\n', /^$/],
    ['a recorder in s and pA', 'Time (s),I (pA)\n0,0\n0.1,1550\n0.4005,0\n', /"time \(s\)" is read in its own unit/],
    ['other units with underscores', 't_s,i_pa\n0,0\n0.1,1550\n0.4005,0\n', /"i_pa" is read in its own unit/],
    [
      'our own trace',
      't_ms,v_mv,i_na,spikes\n0,-70,0,0\n100,-70,1.55,0\n400.5,-60,0,0\n# seed: 42\n',
      /only t_ms and i_na are used/,
    ],
  ])('%s', async (_, content, note) => {
    const { read, err } = await taken(content)
    expect(read?.input).toEqual(CURRENT)
    expect(err).toMatch(note)
  })

  it('numbers are those of the decimals, in other units too', async () => {
    expect((await taken('t_s,i_pa\n0,250\n0.3,55\n')).read.input).toEqual({ tMs: [0, 300], iNa: [0.25, 0.055] })
  })
})

describe('a file of currents that may mean two things is refused, with the line that mends it', () => {
  it.each<[string, string | Uint8Array, string]>([
    [
      'a name that only looks like one with a unit',
      'times,i_na\n0,1\n',
      'begins with the line "times,i_na", must begin',
    ],
    [
      'names without units',
      'time,current\n0,1\n',
      'begins with the line "time,current", must begin with the names of its columns: t_ms,i_na',
    ],
    [
      'three plain columns',
      '0,1,5\n100,2,5\n',
      'begins with the line "0,1,5", must begin with the names of its columns: t_ms,i_na',
    ],
    [
      'decimal commas between commas',
      't_ms,i_na\n0,1,5\n',
      'put semicolons between the columns if the comma is your decimal point',
    ],
    [
      'thousands in quotes',
      't_ms,i_na\n0,0\n"1,000",1.5\n',
      't_ms is "1,000", must be a number, written with a point: 1.000',
    ],
    ['row names without a header (R)', '"t_ms" "i_na"\n"1" 0 1.5\n', 'line 2: has 3 cells, must have 2'],
    ['a gap', 't_ms,i_na\n0,1\n5,\n', 'line 3: i_na is missing, must be a number'],
    ['nan', 't_ms,i_na\n0,nan\n', 'line 2: i_na is "nan", must be a number'],
    ['times that begin late', 't_ms,i_na\n5,1\n', 'the first row must be at 0'],
    ['a picture', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 1]), '--input f.csv: this is no text: name a CSV file'],
    ['spikes instead', 't_ms,weight\n0,1\n', 'must begin with the names of its columns: t_ms,i_na'],
    ['a comment alone', '# seed: 42\n', 'is empty, must begin with the names of its columns'],
  ])('%s', async (_, content, sentence) => {
    const { err, code } = await taken(content)
    expect([err, code]).toEqual([expect.stringContaining(sentence), 1])
  })
})

describe('neurond reads what neurond writes', () => {
  const spikesOf = async (content: string, more: string) => {
    const line = `--current 0 --duration 400 --spikes-in f.csv${more}`
    const { read, err } = await taken(content, line)
    return { tMs: read?.spikesIn.tMs, weight: read?.spikesIn.weight, err }
  }

  it('the spikes of simulate, of a grid too, with a weight', async () => {
    for (const flags of ['--preset seed003 --format csv', '--preset seed003 --timing event --format csv']) {
      const { out } = await runOn(simulateCommand, flags)
      const wanted = out
        .split('\n')
        .slice(1, -1)
        .map(row => Number(row.split(',')[0]))
      const { tMs, weight } = await spikesOf(out, ' --weight 0.5')
      expect(tMs).toEqual(wanted)
      expect(weight).toEqual(wanted.map(() => 0.5))
    }
  })

  it('its trace, whose spikes are in the row after them, its trials, and its JSON', async () => {
    const trace = (await runOn(simulateCommand, '--current 1.6 --duration 60 --dt 20 --trace --format csv')).out
    expect(await spikesOf(trace, ' --weight 1')).toMatchObject({
      tMs: [40, 60],
      err: expect.stringContaining('is a trace'),
    })
    const trials = (await runOn(simulateCommand, '--current 1.6 --duration 60 --set sigma=1 --trials 3 --format csv'))
      .out
    const { tMs } = await spikesOf(trials, ' --weight 1')
    expect(tMs).toHaveLength(trials.trimEnd().split('\n').length - 2)
    expect(tMs).toEqual([...tMs].sort((a, b) => a - b))
    const { out } = await runOn(simulateCommand, '--current 1.6 --duration 60')
    expect((await spikesOf(out, ' --weight 1')).tMs).toEqual(JSON.parse(out).spikesMs)
    const pretty = JSON.stringify(JSON.parse(out), null, 2)
    expect((await spikesOf(pretty, ' --weight 1')).tMs).toEqual(JSON.parse(out).spikesMs)
  })

  it.each([
    'csv',
    'jsonl',
  ] as const)('a recording as %s, of one of its neurons, from its first spike on', async format => {
    const spike = { boot: 'b', speed: 1, late: false, healed: false }
    const lines = [
      headerOf(format),
      spikeLine(format, { ...spike, neuron: 'pi-a', seq: 1, tUs: 1.8e15 }),
      spikeLine(format, { ...spike, neuron: 'pi-b', seq: 7, tUs: 1.8e15 + 5000 }),
      spikeLine(format, { ...spike, neuron: 'pi-a', seq: 3, tUs: 1.8e15 + 30_500 }),
      lostLine(format, { neuron: 'pi-a', boot: 'b', from: 4, to: 5, why: 'gone' }),
      spikeLine(format, { ...spike, neuron: 'pi-a', seq: 2, tUs: 1.8e15 + 10_250, healed: true }),
    ].join('')
    expect((await spikesOf(lines, ':neuron=pi-a --weight 1')).tMs).toEqual([0, 10.25, 30.5])
    const all = await spikesOf(lines, ' --weight 1')
    expect(all.tMs).toEqual([0, 5, 10.25, 30.5])
    expect(all.err).toContain('of all its neurons, pi-a (3), pi-b (1)')
    expect((await taken(lines, '--spikes-in f.csv:neuron=pi-c --weight 1')).err).toContain(
      'no spikes of pi-c, must have some: pi-a (3)',
    )
  })

  it('in slow motion with the times of the model', async () => {
    const rows =
      'neuron,boot,seq,t_us,speed,late,healed\na,b,1,1800000000000000,0.1,0,0\na,b,2,1800000000100000,0.1,0,0\n'
    expect((await spikesOf(rows, ' --weight 1')).tMs).toEqual([0, 10])
    const mixed = rows.replace('100000,0.1', '100000,1')
    expect((await taken(mixed, '--spikes-in f.csv --weight 1')).err).toContain('more than one speed')
  })

  it.each([
    ['t_ms\n1\n', '', 'must begin with the names of its columns: t_ms,weight, or without weights say --weight'],
    ['neuron,boot,seq,t_us\na,b,1,1800000000000000\n', '', 'has no weights: say with --weight'],
    ['t_ms,weight\n1,2\n', ':weight=3', 'has weights of its own: leave out the :weight='],
    ['t_ms\n1\n', ':wait=3', 'wait=3 is no setting of it; known are weight, tau, neuron'],
    ['neuron,t_us\na,x\n', ' --weight 1', 'line 2: has no time'],
  ])('and refuses %j%s', async (content, more, sentence) => {
    expect((await taken(content, `--spikes-in f.csv${more}`)).err).toContain(sentence)
  })

  it('one column of times, of others', async () => {
    expect((await spikesOf('1.5\n2.5\n', ' --weight 1')).tMs).toEqual([1.5, 2.5])
    expect((await spikesOf('# t_ms\n1.5\n2.5\n', ' --weight 1')).tMs).toEqual([1.5, 2.5])
    expect((await spikesOf('sender\ttime_ms\n1\t1.5\n1\t2.5\n', ' --weight 1')).tMs).toEqual([1.5, 2.5])
  })
})
