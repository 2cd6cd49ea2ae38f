/** Whether what is changed while the neuron runs is kept for its next start. */
export interface SaveStatus {
  /** It could not be written. */
  failed(why: string): void
  /** All of it is written. */
  done(): void
  /** What people are to know of it, in sentences: nothing while all is kept. */
  warnings(): readonly string[]
}

export type SaveStatusEvent = { readonly type: 'notSaved'; readonly why: string } | { readonly type: 'saved' }

/** @param tell hears when it begins to fail, for every new reason, and when it is fixed */
export function createSaveStatus(tell: (event: SaveStatusEvent) => void): SaveStatus {
  let fault: string | undefined
  return {
    failed(why) {
      if (why === fault) return
      fault = why
      tell({ type: 'notSaved', why })
    },
    done() {
      if (fault === undefined) return
      fault = undefined
      tell({ type: 'saved' })
    },
    warnings: () => (fault === undefined ? [] : [`what was changed is not kept for the next start: ${fault}`]),
  }
}
