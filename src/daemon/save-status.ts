/** Whether what is changed while the neuron runs is kept for its next start. */
export interface SaveStatus {
  /** It could not be written. */
  failed(why: string): void
  /** All of it is written. */
  done(): void
  /** What people are to know of it, in sentences: nothing while all is kept. */
  warnings(): readonly string[]
}

export type SaveStatusEvent = { readonly type: 'notKept'; readonly why: string } | { readonly type: 'kept' }

/** @param tell hears when it begins to fail, for every new reason, and when it is mended */
export function createSaveStatus(tell: (event: SaveStatusEvent) => void): SaveStatus {
  let fault: string | undefined
  return {
    failed(why) {
      if (why === fault) return
      fault = why
      tell({ type: 'notKept', why })
    },
    done() {
      if (fault === undefined) return
      fault = undefined
      tell({ type: 'kept' })
    },
    warnings: () => (fault === undefined ? [] : [`what was changed is not kept for the next start: ${fault}`]),
  }
}
