import { expect, it } from 'vitest'
import {
  formatCount,
  formatFixed,
  formatGrouped,
  formatShort,
  formatTicks,
} from '../../../../src/web/public/shared/number-format.ts'

it('numbers are written for people', () => {
  expect([formatFixed(-65.25, 1), formatFixed(null, 1), formatFixed(Number.NaN, 2)]).toEqual(['−65.3', '–', '–'])
  expect([formatGrouped(1234567), formatGrouped(12)]).toEqual(['1\u2009234\u2009567', '12'])
  expect(formatShort(1 / 3)).toBe('0.3333')
  expect([0, 1, 2].map(n => formatCount(n, 'spike'))).toEqual(['0 spikes', '1 spike', '2 spikes'])
})

it.each([
  [[-2.5, 0, 2.5], '−2.5 0 2.5'],
  [[0, 2500, 5000, 7500], '0 2500 5000 7500'],
  [[0, 25_000, 50_000], '0 25k 50k'],
  // Four digits would call them all 12.35k, 100 or −55.
  [[12_346, 12_347, 12_348], '12.346k 12.347k 12.348k'],
  [[100, 100.02, 100.04], '100 100.02 100.04'],
  [[-55.000_04, -55.000_02, -55], '−55.00004 −55.00002 −55'],
  [[0.1 + 0.2], '0.3'],
  [[12_345], '12.345k'],
])('ticks at %j are told apart as %s', (ticks, texts) => expect(formatTicks(ticks).join(' ')).toBe(texts))
