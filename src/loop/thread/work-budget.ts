import type { Clock } from '../clock.ts'

/**
 * How much one step of the loop may compute. Settings can ask for more than any computer can do (100 kHz at speed 100):
 * beyond the budget the rest of the time is given up, so that commands are still obeyed.
 */
export interface WorkBudget {
  /** A step begins. */
  begin(nowMs: number): void
  /** Count one piece of work: a spike, a jump of the input, a stretch of time. False when there may be no more. */
  spend(): boolean
}

/** Pieces of work in one step: a second of a neuron that fires at 10 kHz. */
const MOST_PIECES = 10_000
/** Time that one step may compute, ms. */
const MOST_MS = 20
/** Fewer pieces are always done: a machine that was busy with something else costs no model time. */
const PIECES_PER_LOOK = 32

export function createWorkBudget(clock: Pick<Clock, 'nowMs'>): WorkBudget {
  let pieces = 0
  let untilMs = 0
  let isSpent = false
  return {
    begin(nowMs) {
      pieces = 0
      isSpent = false
      untilMs = nowMs + MOST_MS
    },
    spend() {
      pieces++
      if (pieces > MOST_PIECES) isSpent = true
      else if (pieces % PIECES_PER_LOOK === 0 && clock.nowMs() > untilMs) isSpent = true
      return !isSpent
    },
  }
}

/** For a neuron that need not keep up with a clock. */
export const UNLIMITED_WORK: WorkBudget = { begin() {}, spend: () => true }
