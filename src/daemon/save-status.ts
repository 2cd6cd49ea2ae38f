/** Whether the changes that were made while the neuron runs are saved in its configuration file. */
export interface SaveStatus {
  /** They could not be written. */
  failed(why: string): void
  /** All of them are written. */
  done(): void
  /** Sentences for people; none while all is saved. */
  warnings(): readonly string[]
}

export type SaveStatusEvent = { readonly type: 'notSaved'; readonly why: string } | { readonly type: 'saved' }

/** @param onEvent called when saving begins to fail, for every new reason, and when it works again */
export function createSaveStatus(onEvent: (event: SaveStatusEvent) => void): SaveStatus {
  let failure: string | undefined
  return {
    failed(why) {
      if (why === failure) return
      failure = why
      onEvent({ type: 'notSaved', why })
    },
    done() {
      if (failure === undefined) return
      failure = undefined
      onEvent({ type: 'saved' })
    },
    warnings: () => (failure === undefined ? [] : [`what was changed is not kept for the next start: ${failure}`]),
  }
}
