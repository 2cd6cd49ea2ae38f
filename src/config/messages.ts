/** One thing that is wrong with the configuration. */
export interface Complaint {
  /** `neuron.tauMs`; '' when it is about a source as a whole. */
  readonly path: string
  /** What was wrong, the value, what is allowed. */
  readonly message: string
  /** `desktop.yaml:12`, `NEUROND_NEURON__TAUMS`, `--set neuron.tauMs`. */
  readonly where: string
}

/** The configuration cannot be used; every complaint at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly complaints: readonly Complaint[]

  constructor(complaints: readonly Complaint[], options?: ErrorOptions) {
    super(complaints.map(({ where, message }) => `${where}: ${message}`).join('\n'), options)
    this.complaints = complaints
  }
}
