import { describe, expect, it } from 'vitest'
import { createRaster } from '../../../src/cli/watch/raster.ts'
import { formatOf, headerOf, lostLine, spikeLine, summaryOf } from '../../../src/cli/watch/record.ts'

describe('the raster', () => {
  it('has a row for each neuron, by name, with its rate and its spikes at their times', () => {
    const raster = createRaster()
    raster.status('pi-10', true)
    raster.status('pi-2', true)
    raster.rate('pi-2', 12.345)
    for (const atMs of [10_000, 10_010, 10_120, 5000]) raster.spike('pi-2', atMs)
    raster.status('pi-10', false)
    expect(raster.draw(10_149, 37, 10)).toEqual([
      '1 of 2 neurons alive             now',
      '● pi-2           12.3 Hz         ‖ |',
      '○ pi-10          offline            ',
    ])
  })

  it('gives long names the room that a wide screen has, and tells how long ago things were', () => {
    const raster = createRaster()
    raster.status('raspberrypi-of-anna', true)
    raster.spike('raspberrypi-of-anna', 1000)
    expect(raster.draw(2999, 100, 10)).toEqual([
      '1 of 1 neuron alive                -3 s                -2 s                -1 s                 now',
      `● raspberrypi-of-anna      – Hz  ${' '.repeat(26)}|${' '.repeat(39)}`,
    ])
  })

  it('is scrolled, but not beyond its ends', () => {
    const raster = createRaster()
    for (let i = 1; i <= 30; i++) raster.status(`pi-${i}`, true)
    const part = (rows: number) => {
      raster.scroll(rows)
      return raster.draw(0, 80, 12).at(-1)!.split(':')[0]
    }
    expect([0, 3, -1, 100, -1, -100].map(part)).toEqual([
      '1 to 10 of 30',
      '4 to 13 of 30',
      '3 to 12 of 30',
      '21 to 30 of 30',
      '20 to 29 of 30',
      '1 to 10 of 30',
    ])
  })

  it('never outgrows the screen', () => {
    const raster = createRaster()
    for (let i = 0; i < 30; i++) raster.spike(`a-neuron-with-a-long-name-${i}`, 0)
    const lines = raster.draw(0, 40, 10)
    expect(lines).toHaveLength(10)
    expect(lines.at(-1)).toBe('1 to 8 of 30: ↑ and ↓ show the others')
    expect(lines.every(line => line.length <= 40)).toBe(true)
    expect(() => raster.draw(0, 5, 1)).not.toThrow()
  })
})

describe('a recording', () => {
  const spike = { neuron: 'pi-a', boot: 'b1', seq: 7, tUs: 1_795_198_454_123_456, speed: 1, late: false, healed: true }
  const lost = { neuron: 'pi-a', boot: 'b1', from: 8, to: 9, why: 'forgotten' }

  it('is CSV with a header and true times, what is lost as a comment', () => {
    expect([headerOf('csv'), spikeLine('csv', spike), lostLine('csv', lost)].join('')).toBe(
      'neuron,boot,seq,t_us,speed,late,healed\npi-a,b1,7,1795198454123456,1,0,1\n# lost: pi-a,b1,8-9,forgotten\n',
    )
    expect(spikeLine('csv', { ...spike, neuron: 'a,"b\n=1' })).toMatch(/^"a,""b =1",b1,/)
  })

  it('or lines of JSON, as the name of the file says', () => {
    const paths = ['a.csv', 'a.jsonl', 'a.JSON', '-', 'monday', 'a.txt', 'a.tsv']
    expect(paths.map(formatOf)).toEqual(['csv', 'jsonl', 'jsonl', 'csv', 'csv', undefined, undefined])
    expect(JSON.parse(spikeLine('jsonl', spike))).toEqual(spike)
    expect(JSON.parse(lostLine('jsonl', lost))).toEqual({ lost })
  })

  it('ends with what was received, is missing and was healed', () => {
    const counts = { neuron: 'pi-a', received: 6000, missing: 2, pending: 1, healed: 220, duplicates: 3 }
    expect(summaryOf([counts])).toBe('pi-a: 6000 received, 2 missing, 220 healed\n')
    expect(summaryOf([counts, { ...counts, neuron: 'pi-b' }])).toMatch(/all: 12000 received, 4 missing, 440 healed\n$/)
    expect(summaryOf([counts], ['pi-a'])).toMatch(/^pi-a \(two neurons with this id\): 6000 received/)
    expect(summaryOf([])).toBe('no spikes: no neuron was heard\n')
  })
})
