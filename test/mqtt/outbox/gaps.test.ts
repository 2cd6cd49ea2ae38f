import { describe, expect, it } from 'vitest'
import { joinedGaps } from '../../../src/mqtt/outbox/batches.ts'

describe('joined gaps', () => {
  it('are sorted and joined where they touch for the same reason', () => {
    expect(
      joinedGaps(
        [
          { from: 8, to: 9, why: 'refused' },
          { from: 4, to: 5, why: 'outboxFull' },
          { from: 6, to: 7, why: 'outboxFull' },
        ],
        9,
      ),
    ).toEqual([
      { from: 4, to: 7, why: 'outboxFull' },
      { from: 8, to: 9, why: 'refused' },
    ])
  })

  it('beyond the most allowed cover what lies between the oldest', () => {
    const gaps = [1, 11, 21].map(from => ({ from, to: from + 1, why: 'refused' as const }))
    expect(joinedGaps(gaps, 2)).toEqual([
      { from: 1, to: 12, why: 'refused' },
      { from: 21, to: 22, why: 'refused' },
    ])
  })
})
