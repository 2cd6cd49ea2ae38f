/** What the figures should be, and whether they are. Pure. */
import type { BlockedFigures, Comparison, Figures, Skipped } from './bench/figures.ts'

export interface Goal {
  /** Which figure: its path in the JSON. */
  readonly figure: string
  readonly goal: string
  /** `met`, `not met`, or `not judged: …` with the reason. */
  readonly verdict: string
}

/** cyclictest later than this: the machine itself stutters, and says nothing about a program on it. */
const UNFIT_P99_US = 200
/** Edges later than this in most half seconds, undisturbed: likewise. */
const UNFIT_WORST_US = 1000
const BLOCKED_RATIO = 1.25
const MOST_CPU = 0.03
const LONGEST_START_MS = 600
const MOST_MEMORY_MB = 90
/** Below this it is the heap settling down, not growing. */
const GROWTH_MB = 1
/** A young process always grows. */
const GROWTH_SEEN_S = 120
const GRID_RATIO = 3
const EDGE_RATIO = 0.5

/** The goals of whatever was measured. */
export function goalsOf(figures: Figures): readonly Goal[] {
  const { ticks, edges, mainBlocked } = figures
  return [
    ...(ticks === undefined
      ? []
      : [
          ratioGoal('ticks.other', ticks.other, 1),
          ratioGoal('ticks.fifo', ticks.fifo, 1.25),
          ratioGoal('ticks.fifoBusy', ticks.fifoBusy, 1.25),
          ratioGoal('ticks.fifoGarbage', ticks.fifoGarbage, 1.25),
        ]),
    ...(edges === undefined ? [] : [edgeGoal(edges)]),
    ...(mainBlocked === undefined ? [] : [blockedGoal(mainBlocked)]),
    ...ownGoals(figures),
  ]
}

function ownGoals({ cpu, start, memory, offline }: Figures): Goal[] {
  const goals: Goal[] = []
  if (cpu) goals.push(judged('cpu', `at most ${MOST_CPU * 100} % of a core`, cpu.share <= MOST_CPU))
  if (start) goals.push(judged('start', `at most ${LONGEST_START_MS} ms`, start.firstSpikeMs <= LONGEST_START_MS))
  if (memory) {
    goals.push(judged('memory', `at most ${MOST_MEMORY_MB} MB`, memory.endMb <= MOST_MEMORY_MB))
    const long = memory.observedS >= GROWTH_SEEN_S || `${memory.observedS} s are too short, --seconds 300 tells`
    goals.push(judged('memory.growthMb', 'not growing', memory.growthMb <= GROWTH_MB, long))
  }
  if (offline) {
    const { gridOverPlainLoop, eventOverGrid } = offline
    const few = `at most ${GRID_RATIO} times the plain loop`
    goals.push(judged('offline.gridOverPlainLoop', few, gridOverPlainLoop.ratioP50 <= GRID_RATIO))
    goals.push(judged('offline.eventOverGrid', 'faster than the grid', eventOverGrid.ratioP50 < 1))
  }
  return goals
}

function ratioGoal(figure: string, comparison: Comparison | Skipped, most: number): Goal {
  const goal = `p99 at most ${most} x cyclictest`
  if ('skipped' in comparison) return judged(figure, goal, false, 'not measured')
  const { cyclictest, ratioP99 = Number.NaN, anyMoment } = comparison
  if ('skipped' in cyclictest) return judged(figure, goal, false, 'no cyclictest')
  const { p99 } = anyMoment ? cyclictest.anyMoment : cyclictest
  const fit = p99 <= UNFIT_P99_US || `cyclictest itself is late on this machine now (p99 ${p99} us)`
  return judged(figure, goal, ratioP99 <= most, fit)
}

function edgeGoal(edges: Comparison | Skipped): Goal {
  const goal = ratioGoal('edges', edges, EDGE_RATIO)
  if ('skipped' in edges || edges.neurond.policy === 'fifo') return goal
  return { ...goal, verdict: 'not judged: promised with real-time priority only' }
}

// The worst edge of all is the hypervisor's or the kernel's; that of the typical window is the program's.
function blockedGoal({ free, blocked }: BlockedFigures): Goal {
  const isPunctual = blocked.typicalWorst <= BLOCKED_RATIO * free.typicalWorst
  const fit = free.typicalWorst <= UNFIT_WORST_US || 'without a block edges are late on this machine now, too'
  return judged('mainBlocked', `typical worst at most ${BLOCKED_RATIO} x that without a block`, isPunctual, fit)
}

/** @param fit true, or why no verdict is possible. */
function judged(figure: string, goal: string, isMet: boolean, fit: true | string = true): Goal {
  if (fit !== true) return { figure, goal, verdict: `not judged: ${fit}` }
  return { figure, goal, verdict: isMet ? 'met' : 'not met' }
}
