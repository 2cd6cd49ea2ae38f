import type { Timers } from '../../src/loop/clock.ts'

/** Time that passes only when it is told to. */
export interface ManualTimers extends Timers {
  /** Let time pass; what falls due runs in order, and so does what is awaited in between. */
  pass(ms: number): Promise<void>
}

interface Due {
  atMs: number
  readonly periodMs: number
  readonly run: () => void
}

export function manualTimers(): ManualTimers {
  let nowMs = 0
  const plan = new Set<Due>()

  function add(due: Due): () => void {
    plan.add(due)
    return () => plan.delete(due)
  }

  function nextUntil(endMs: number): Due | undefined {
    const soon = [...plan].filter(due => due.atMs <= endMs)
    return soon.sort((a, b) => a.atMs - b.atMs)[0]
  }

  return {
    nowMs: () => nowMs,
    every: (periodMs, run) => add({ atMs: nowMs + periodMs, periodMs, run }),
    after: (delayMs, run) => add({ atMs: nowMs + delayMs, periodMs: 0, run }),
    async pass(ms) {
      const endMs = nowMs + ms
      await settled()
      for (let due = nextUntil(endMs); due; due = nextUntil(endMs)) {
        nowMs = Math.max(nowMs, due.atMs)
        if (due.periodMs > 0) due.atMs += due.periodMs
        else plan.delete(due)
        due.run()
        await settled()
      }
      nowMs = endMs
    },
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
}
