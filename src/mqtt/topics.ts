/** Where everything is published, and where requests come in. Pure. */

export interface Topics {
  readonly status: string
  readonly info: string
  readonly spike: string
  readonly spikes: string
  readonly state: string
  readonly timing: string
  readonly params: string
  readonly events: string
  readonly reply: string
  readonly trace: string
  /** First levels of all topics of one neuron, and of those that a whole class listens to. */
  readonly root: string
  readonly all: string
  readonly base: string
}

/** What stands where an id would, for a whole class. */
export const ALL = 'all'

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
    reply: `${root}/reply`,
    trace: `${root}/trace`,
    root,
    all: `${base}/${ALL}`,
    base,
  }
}

/**
 * May an answer be published there? Anywhere outside of the neurons' own topics, and to any neuron's `reply`: so that no
 * request can make this neuron speak for another one, or order it about.
 */
export function mayAnswerAt({ base }: Topics, topic: string): boolean {
  if (topic === '' || topic.length > 1000 || /[+#\0]/.test(topic) || topic.startsWith('$')) return false
  if (!topic.startsWith(`${base}/`)) return !topic.startsWith('homeassistant/')
  return /^[^/]+\/reply(\/|$)/.test(topic.slice(base.length + 1))
}

function checkId(id: string): void {
  if (id === ALL) throw new RangeError(`id is "${ALL}", must be another name: this one means all neurons of a class`)
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
