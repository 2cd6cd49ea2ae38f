import { type BenchContext, benchCommand, type Parts } from '../../src/cli/bench/bench.ts'
import { goalsOf } from '../../src/cli/bench/report-and-goals.ts'
import type { BenchResults, Comparison, TickFigures } from '../../src/cli/bench/results-and-medians.ts'
import { fakeConsole } from '../cli/fake-console.ts'

/** What `cyclictest -q -h` prints. */
export const REPORT = `# Histogram
000000 000000
000024 000060
000025 000039\t
003200 000001
# Total: 000000100
# Min Latencies: 00024
# Avg Latencies: 00056
# Max Latencies: 03200
# Histogram Overflows: 00000
# Histogram Overflow at cycle number:
# Thread 0:
`

export const THREAD = {
  p50: 10,
  p99: 40,
  max: 900,
  missed: 1,
  count: 1000,
  policy: 'fifo',
  spinUs: 100,
  cpu: 0.02,
} as const
export const PEER = {
  p50: 20,
  p99: 50,
  max: 100,
  missed: 2,
  count: 1000,
  cpu: 0.01,
  anyMoment: { p50: 20, p99: 100, max: 100 },
}
export const COMPARISON: Comparison = { neurond: THREAD, cyclictest: PEER, ratioP50: 0.5, ratioP99: 0.8 }

/** The same comparison under all loads. */
export function ticks(change: Partial<Comparison>): TickFigures {
  const comparison = { ...COMPARISON, ...change }
  return { other: comparison, fifo: comparison, fifoBusy: comparison, fifoGarbage: comparison }
}

export function verdictOf(figures: BenchResults, figure: string): string | undefined {
  return goalsOf(figures).find(goal => goal.figure === figure)?.verdict
}

/** `neurond bench` with parts that measure nothing. */
export async function run(args: string[], parts: Partial<Parts> = {}, interrupted = false) {
  const windows = { p50: 1, typicalWorst: 2, worst: 3, windows: 9 }
  const work = { p50Ms: 10, minMs: 9, spikes: 7 }
  const context: BenchContext = {
    parts: {
      ticks: async () => ticks({}),
      edges: async () => COMPARISON,
      mainBlocked: async () => ({ free: windows, blocked: windows }),
      start: async () => ({ firstSpikeMs: 500, slowestMs: 600, starts: 5 }),
      memory: async () => ({ startMb: 70, endMb: 80, maxMb: 80, growthMb: 0, observedS: 10 }),
      offline: async () => ({
        plainLoop: work,
        grid: work,
        event: work,
        gridOverPlainLoop: { ratioP50: 1 },
        eventOverGrid: { ratioP50: 1 },
      }),
      ...parts,
    },
    describe: () => ({ machine: 'fake' }),
  }
  const fake = fakeConsole()
  // After the first part has begun.
  if (interrupted) setImmediate(fake.interrupt)
  const command = benchCommand(fake.console, context).configureOutput({ writeErr() {} })
  await command.parseAsync(args, { from: 'user' })
  return fake
}
