/** Where everything is published. Pure. */

export interface Topics {
  readonly status: string
  readonly info: string
  readonly spike: string
  readonly spikes: string
  readonly state: string
  readonly timing: string
  readonly params: string
  readonly events: string
}

/**
 * The topics of one neuron: `<base>/<id>/status` and so on.
 * @throws RangeError if the id or a level of the base could not stand in a topic.
 */
export function topicsOf(base: string, id: string): Topics {
  checkId(id)
  checkBase(base)
  const root = `${base}/${id}`
  return {
    status: `${root}/status`,
    info: `${root}/info`,
    spike: `${root}/spike`,
    spikes: `${root}/spikes`,
    state: `${root}/state`,
    timing: `${root}/timing`,
    params: `${root}/params`,
    events: `${root}/events`,
  }
}

function checkId(id: string): void {
  if (/^[a-z0-9-]{1,32}$/.test(id)) return
  throw new RangeError(
    `id is "${id}", must be 1 to 32 of the characters a-z, 0-9 and "-": choose another, for example pi-a`,
  )
}

function checkBase(base: string): void {
  const levels = base.split('/')
  const wrong = levels.find(level => level === '' || /[+#\s\0]/.test(level))
  if (wrong === undefined && !base.startsWith('$') && base.length <= 200) return
  throw new RangeError(
    `mqtt.base is "${base}", must be topic levels joined by "/", none of them empty or with "+", "#" or spaces, ` +
      'the first not beginning with "$", 200 characters at most: neuron/v1 is the usual one',
  )
}
