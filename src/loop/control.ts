/** What a verb or a change of parameters came to: the same answer over MQTT and over HTTP. */
export type Reply = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: Refusal }

export interface Refusal {
  /** `range`, `type`, `unknown`, `busy`, `revision`, … : for programs. */
  readonly code: string
  /** For people: what was wrong, the value, what is allowed. */
  readonly message: string
  /** The offending key, like `tauMs`. */
  readonly path?: string
  /** Lowest and highest allowed value, where there is such a range. */
  readonly range?: readonly [number, number]
}

/** Requests that anybody may make of the neuron, whatever way they come in. */
export interface Control {
  /** JSON merge patch on the parameters, all or nothing. */
  patch(patch: unknown): Reply
  /** One of VERBS. */
  command(verb: string, payload: unknown): Reply
}
