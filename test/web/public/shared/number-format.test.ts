import { expect, it } from 'vitest'
import {
  formatCount,
  formatFixed,
  formatGrouped,
  formatShort,
  formatTick,
} from '../../../../src/web/public/shared/number-format.ts'

it('numbers are written for people', () => {
  expect([formatFixed(-65.25, 1), formatFixed(null, 1), formatFixed(Number.NaN, 2)]).toEqual(['−65.3', '–', '–'])
  expect([formatGrouped(1234567), formatGrouped(12)]).toEqual(['1\u2009234\u2009567', '12'])
  expect([formatShort(1 / 3), ...[-2.5, 7500, 75_000].map(formatTick)]).toEqual(['0.3333', '−2.5', '7500', '75k'])
  expect([0, 1, 2].map(n => formatCount(n, 'spike'))).toEqual(['0 spikes', '1 spike', '2 spikes'])
})
