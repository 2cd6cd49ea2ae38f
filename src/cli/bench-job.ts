/** What a part of the bench is given. */
export interface Job {
  /** How long a figure is observed. */
  readonly seconds: number
  /** Aborted when the user wants to leave. */
  readonly signal: AbortSignal
  /** Say what is being done now. */
  readonly progress: (text: string) => void
}
