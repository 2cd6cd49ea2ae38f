/** The results as a table, and the goals that they are compared with. Pure. */
import type {
  BenchResults,
  BlockedFigures,
  Comparison,
  Scenario,
  SkippedPart,
  WakeUps,
  WindowFigures,
} from './results-and-medians.ts'

const SCENARIOS: Readonly<Record<Scenario, string>> = {
  other: 'ticks, SCHED_OTHER, idle',
  fifo: 'ticks, SCHED_FIFO, idle',
  fifoBusy: 'ticks, SCHED_FIFO, main thread busy',
  fifoGarbage: 'ticks, SCHED_FIFO, main thread collecting garbage',
}

const LATENESS_HEAD = ['', 'neurond', '', '', '', 'cyclictest', '', '', '', 'ratio', '', '']
const LATENESS_UNITS = [
  'Lateness in us at 1 kHz',
  ...['p50', 'p99', 'max', 'missed'],
  ...['p50', 'p99', 'max', 'missed'],
  ...['p50', 'p99'],
  'goal',
]

/** A table of what was measured, with the goals beside it. */
export function benchTable(figures: BenchResults): string {
  const goals = goalsOf(figures)
  const blocks = [latenessBlock(figures, goals), blockedBlock(figures, goals), restBlock(figures, goals)]
  return blocks.filter(block => block !== '').join('\n')
}

function latenessBlock({ ticks, edges }: BenchResults, goals: readonly Goal[]): string {
  const rows: string[][] = []
  const notes: string[] = []
  const add = (title: string, figure: string, comparison: Comparison | SkippedPart) => {
    if ('skipped' in comparison) notes.push(`${title}: not measured, ${comparison.skipped}`)
    else rows.push([title, ...comparisonCells(comparison), goalWords(goals, figure)])
    if ('neurond' in comparison && 'skipped' in comparison.cyclictest) notes.push(comparison.cyclictest.skipped)
  }
  if (ticks) for (const name of Object.keys(SCENARIOS) as Scenario[]) add(SCENARIOS[name], `ticks.${name}`, ticks[name])
  if (edges) add(edgeTitle(edges), 'edges', edges)
  if (edges && 'anyMoment' in edges) notes.push(anyMomentNote(edges.anyMoment!))
  const table = rows.length === 0 ? '' : aligned([LATENESS_HEAD, LATENESS_UNITS, ...rows])
  return table + [...new Set(notes)].map(note => `${note}\n`).join('')
}

function anyMomentNote({ ratioP50, ratioP99 }: NonNullable<Comparison['anyMoment']>): string {
  const ratios = `${ratioWord(ratioP50)} and ${ratioWord(ratioP99)}`
  return `Spikes also fall into pauses of the machine, ticks do not: with cyclictest's missed ticks counted, the ratios of the edges are ${ratios}.`
}

function edgeTitle(edges: Comparison | SkippedPart): string {
  if ('skipped' in edges) return 'spike edges'
  const { policy, spinUs } = edges.neurond
  return `spike edges, SCHED_${policy.toUpperCase()}, spin ${spinUs} us`
}

function comparisonCells({ neurond, cyclictest, ratioP50, ratioP99 }: Comparison): string[] {
  const peer = 'skipped' in cyclictest ? ['–', '–', '–', '–'] : wakeUpCells(cyclictest)
  return [...wakeUpCells(neurond), ...peer, ratioWord(ratioP50), ratioWord(ratioP99)]
}

function wakeUpCells({ p50, p99, max, missed }: WakeUps): string[] {
  return [...[p50, p99, max].map(usWord), `${missed}`]
}

function blockedBlock({ mainBlocked }: BenchResults, goals: readonly Goal[]): string {
  if (!mainBlocked) return ''
  const cells = ({ p50, typicalWorst, worst }: WindowFigures) => [p50, typicalWorst, worst].map(usWord)
  return aligned([
    ['Spike edges in windows of 500 ms, us', 'p50', 'typical worst', 'worst', 'goal'],
    ['main thread idle', ...cells(mainBlocked.free), ''],
    ['main thread blocked', ...cells(mainBlocked.blocked), goalWords(goals, 'mainBlocked')],
  ])
}

function restBlock({ cpu, start, memory, offline }: BenchResults, goals: readonly Goal[]): string {
  const rows: string[][] = []
  const add = (title: string, value: string, figure: string) => rows.push([title, value, goalWords(goals, figure)])
  if (cpu) {
    const peer = cpu.cyclictestShare === undefined ? '' : `, cyclictest ${percent(cpu.cyclictestShare)}`
    add(`CPU of the neuron thread at 1 kHz without spin${peer}`, percent(cpu.share), 'cpu')
  }
  if (start) add(`start to first spike, median of ${start.starts}`, `${start.firstSpikeMs.toFixed(0)} ms`, 'start')
  if (memory) {
    const title = `resident memory after ${memory.observedS.toFixed(0)} s at 100 Hz, ${memory.maxMb.toFixed(1)} MB at most`
    add(title, `${memory.endMb.toFixed(1)} MB`, 'memory')
    add('growth, last third over the middle one', `${memory.growthMb.toFixed(1)} MB`, 'memory.growthMb')
  }
  if (offline) {
    const { plainLoop, grid, event, gridOverPlainLoop } = offline
    add('offline, 100 currents x 10 s: plain loop', `${plainLoop.p50Ms.toFixed(1)} ms`, '')
    const ratio = gridOverPlainLoop.ratioP50.toFixed(2)
    add(`offline, grid: ${ratio} x the plain loop`, `${grid.p50Ms.toFixed(1)} ms`, 'offline.gridOverPlainLoop')
    add('offline, event', `${event.p50Ms.toFixed(1)} ms`, 'offline.eventOverGrid')
  }
  return rows.length === 0 ? '' : aligned([['The rest', 'median', 'goal'], ...rows])
}

function goalWords(goals: readonly Goal[], figure: string): string {
  const found = goals.find(goal => goal.figure === figure)
  return found === undefined ? '' : `${found.goal}: ${found.verdict}`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function usWord(us: number): string {
  return Number.isNaN(us) ? '–' : us < 10 ? us.toFixed(1) : us.toFixed(0)
}

function ratioWord(ratio: number | undefined): string {
  return ratio === undefined || Number.isNaN(ratio) ? '–' : ratio.toFixed(ratio < 0.1 ? 3 : 2)
}

/** Columns side by side: the first and the last begin at the left, numbers end at the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const columns = rows[0]!.length
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : i === columns - 1 ? cell : cell.padStart(widths[i]!)))
  return rows.map(row => `${line(row).join('  ').trimEnd()}\n`).join('')
}

interface Goal {
  /** Which figure: its path in the JSON. */
  readonly figure: string
  readonly goal: string
  /** `met`, `not met`, or `not judged: …` with the reason. */
  readonly verdict: string
}

/** Where cyclictest itself is later than this, the machine is too unsteady to judge a program on it. */
const UNFIT_P99_US = 200
/** Likewise where edges are later than this in most undisturbed half seconds. */
const UNFIT_WORST_US = 1000
const BLOCKED_RATIO = 1.25
const MOST_CPU = 0.03
const LONGEST_START_MS = 600
const MOST_MEMORY_MB = 90
/** A smaller growth is the heap settling. */
const GROWTH_MB = 1
/** A process that has run for less always grows. */
const GROWTH_SEEN_S = 120
const GRID_RATIO = 3
const EDGE_RATIO = 0.5

/** The goals of what was measured. */
export function goalsOf(figures: BenchResults): readonly Goal[] {
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

function ownGoals({ cpu, start, memory, offline }: BenchResults): Goal[] {
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

function ratioGoal(figure: string, comparison: Comparison | SkippedPart, most: number): Goal {
  const goal = `p99 at most ${most} x cyclictest`
  if ('skipped' in comparison) return judged(figure, goal, false, 'not measured')
  const { cyclictest, ratioP99 = Number.NaN, anyMoment } = comparison
  if ('skipped' in cyclictest) return judged(figure, goal, false, 'no cyclictest')
  const { p99 } = anyMoment ? cyclictest.anyMoment : cyclictest
  const fit = p99 <= UNFIT_P99_US || `cyclictest itself is late on this machine now (p99 ${p99} us)`
  return judged(figure, goal, ratioP99 <= most, fit)
}

function edgeGoal(edges: Comparison | SkippedPart): Goal {
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
