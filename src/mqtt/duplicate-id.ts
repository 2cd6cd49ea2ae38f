/** Who else publishes under our name: the run before this one, or a second neuron with the same id. Pure. */

/** The run before this one. */
export interface Predecessor {
  readonly boot: string
  /** Its last spike; if it crashed, at most 10 s may be missing. */
  readonly lastSeq: number
}

export type IdFinding =
  | { readonly type: 'predecessor'; readonly predecessor: Predecessor }
  | { readonly type: 'duplicateId'; readonly boot: string }

export interface DuplicateIdDetector {
  /** A connection begins. */
  online(nowUs: number): void
  /** A message on our own `state` topic. */
  hear(payload: string, retain: boolean): IdFinding | undefined
}

export function detectDuplicateId(ownBoot: string): DuplicateIdDetector {
  let firstOnlineUs = 0
  let connects = 0
  let told = false
  let latest: State | undefined
  return {
    online(nowUs) {
      connects++
      if (connects === 1) firstOnlineUs = nowUs
    },
    hear(payload, retain) {
      const state = stateIn(payload)
      if (!state || state.boot === ownBoot) return undefined
      // On its own clock if it was heard before: ours may have been slow at the start.
      const sinceUs = latest?.boot === state.boot ? latest.tUs : firstOnlineUs
      latest = state
      // Somebody who was alive while we were: the broker throws out the one when the other comes.
      if (!retain || (connects > 1 && state.tUs > sinceUs)) return { type: 'duplicateId', boot: state.boot }
      if (connects > 1 || told) return undefined
      told = true
      return { type: 'predecessor', predecessor: { boot: state.boot, lastSeq: state.count } }
    },
  }
}

interface State {
  readonly boot: string
  readonly tUs: number
  readonly count: number
}

function stateIn(payload: string): State | undefined {
  try {
    const state = JSON.parse(payload)
    return typeof state?.boot === 'string' && Number.isFinite(state.tUs) && Number.isSafeInteger(state.count)
      ? state
      : undefined
  } catch {
    return undefined
  }
}
