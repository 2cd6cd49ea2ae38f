import { describe, expect, it } from 'vitest'
import { fiCommand } from '../../../src/cli/simulate/fi.ts'
import { simulateCommand } from '../../../src/cli/simulate/simulate.ts'
import { runOn } from '../fake-console.ts'

const drawRun = async (line: string, files = {}) => (await runOn(simulateCommand, `${line} --format svg`, files)).out
const drawCurve = async (line: string) => (await runOn(fiCommand, `${line} --format svg`)).out

function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, words]) => words!)
}

/** The vertical strokes of the spikes, as the number of subpaths in the red path. */
function strokesIn(svg: string): number {
  return /<path d="([^"]*)" fill="none" stroke="#d55e00"/.exec(svg)?.[1]?.match(/M/g)?.length ?? 0
}

describe('the picture of a run', () => {
  it('names the axes with units, the lines and the neuron', async () => {
    const texts = textsOf(await drawRun('--preset seed003'))
    for (const words of ['time (ms)', 'V (mV)', 'I (nA)', 'threshold −55', 'rest −70', 'reset −75']) {
      expect(texts).toContain(words)
    }
    expect(texts.join('\n')).toMatch(
      /seed003.*\nτ 10 ms · R 10 MΩ.*\n8 spikes in 500 ms \(26\.67 Hz from 100 to 400 ms\) · grid/,
    )
  })

  it.each<[string, string]>([
    ['--preset seed003 --current 1.83', '15 spikes in 500 ms (50 Hz from 100 to 400 ms)'],
    ['--preset seed003 --timing event', '8 spikes in 500 ms (26.67 Hz from 100 to 400 ms)'],
    ['--preset seed003 --duration 1000', '8 spikes in 1000 ms (26.67 Hz from 100 to 400 ms)'],
    ['--preset seed003 --duration 250', '4 spikes in 250 ms (26.67 Hz from 100 to 250 ms)'],
    ['--preset seed003 --duration 50', 'no spikes in 50 ms ·'],
    ['--preset bio', '49 spikes in 1000 ms (49 Hz) ·'],
    ['--preset bio --duration 100', '5 spikes in 100 ms (50 Hz) ·'],
    ['--preset classroom --duration 20000', '98 spikes in 20000 ms (4.9 Hz) ·'],
    ['--preset seed003 --input a.csv', '6 spikes in 500 ms (12 Hz) ·'],
  ])('counts its rate where neurond fi does: %s', async (line, words) => {
    const captions = textsOf(await drawRun(line, { 'a.csv': 't_ms,i_na\n0,1.55\n250,0\n' }))
    expect(captions.join('\n')).toContain(words)
  })

  it('says the rate that neurond fi says', async () => {
    for (const flags of ['--preset seed003', '--preset seed003 --timing event', '--preset epfl', '--preset seed001']) {
      const { out } = await runOn(fiCommand, `${flags} --from 2.5 --to 2.5 --format json`)
      const { rateHz } = JSON.parse(out).points[0]
      const captions = textsOf(await drawRun(`${flags} --current 2.5`)).join('\n')
      expect(Number(/\(([\d.]+) Hz/.exec(captions)![1])).toBeCloseTo(rateHz, 1)
    }
  })

  it.each([
    ['--preset bio --current 1.2', 0],
    ['--preset bio --duration 30', 1],
    ['--preset seed003', 8],
    ['--preset bio', 49],
  ])('%s has %d strokes', async (line, count) => {
    expect(strokesIn(await drawRun(line))).toBe(count)
  })

  it('brings its own paper and no number that is none', async () => {
    const svg = await drawRun('--current 0')
    expect(svg).toContain('<rect width="800" height="600" fill="#ffffff"/>')
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
  })

  it('of ten minutes stays small', async () => {
    const svg = await drawRun('--preset bio --duration 600000')
    expect(svg.length).toBeLessThan(500_000)
    expect(textsOf(svg)).toContain('time (s)')
  })

  it('shows what arrives', async () => {
    const svg = await drawRun('--current 0 --spikes-in a.csv', { 'a.csv': 't_ms,weight\n10,5\n20,-5\n' })
    expect(textsOf(svg)).toContain('arriving spikes')
  })

  it('leaves out what a file says of the time after the end', async () => {
    const short = { 'a.csv': 't_ms,i_na\n0,1\n' }
    const long = { 'a.csv': 't_ms,i_na\n0,1\n100,1000\n200,-1000\n' }
    const line = '--input a.csv --duration 100'
    expect(await drawRun(line, long)).toBe(await drawRun(line, short))
  })

  it('takes any file name for a title', async () => {
    expect(await drawRun('--config <a&b>.yaml', { '<a&b>.yaml': '' })).toContain('&lt;a&amp;b&gt;.yaml: leaky')
  })
})

describe('the picture of an f-I curve', () => {
  it('has a point for each current, the theory and the rheobase', async () => {
    const svg = await drawCurve('--preset seed003 --from 1.43 --to 1.83 --step 0.04')
    expect(svg.match(/<circle/g)).toHaveLength(11 + 1)
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(['input current I (nA)', 'firing rate f (Hz)', 'theory', 'counted', 'rheobase 1.5 nA']),
    )
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
  })

  it('is drawn of a silent neuron, of a single current and of a perfect integrator too', async () => {
    for (const line of ['--to 1', '--from 2 --to 2', '--preset seed000', '--from -3 --to -1']) {
      expect(await drawCurve(line)).not.toMatch(/NaN|Infinity|undefined/)
    }
  })
})
