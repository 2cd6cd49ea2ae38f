/** What a neuron publishes on which topic, and how. Pure. */

interface Publication {
  /** Quality of service. */
  readonly qos: 0 | 1
  readonly retain: boolean
  readonly summary: string
}

/** By the name of the topic below `<base>/<id>/`. */
export const PUBLICATIONS = {
  status: { qos: 1, retain: true, summary: 'online or offline; offline by will' },
  info: { qos: 1, retain: true, summary: 'what holds from start to end' },
  spike: { qos: 0, retain: false, summary: 'every spike as it happens, at most 2000 a second' },
  spikes: {
    qos: 1,
    retain: false,
    summary: 'the ledger: every spike, in numbered batches every 50 ms; a heartbeat every 5 s',
  },
  state: { qos: 0, retain: true, summary: 'the neuron now, at most once a second' },
  timing: { qos: 0, retain: true, summary: 'how well it keeps its promises, every 10 s' },
  params: { qos: 1, retain: true, summary: 'all parameters, and how often they have changed' },
  lesson: { qos: 1, retain: true, summary: 'how far its lesson is, on change, at most once a second; {} without one' },
  events: { qos: 1, retain: false, summary: 'faults, recoveries, gaps, changes' },
  reply: { qos: 1, retain: false, summary: 'answers to requests that named no response topic' },
  trace: { qos: 0, retain: false, summary: 'V, I and synaptic events while somebody holds a lease' },
} as const satisfies Readonly<Record<string, Publication>>

export type PublishedName = keyof typeof PUBLICATIONS

export interface Topics extends Readonly<Record<PublishedName, string>> {
  /** First levels of all topics of one neuron, and of those that all neurons subscribe to. */
  readonly root: string
  readonly all: string
  readonly base: string
  /** First levels of the topics in which Home Assistant looks for devices. */
  readonly discovery: string
}

/** Home Assistant's usual discovery prefix. */
export const HOME_ASSISTANT = 'homeassistant'

/** Stands in place of an id for all neurons. */
export const ALL = 'all'

/**
 * The topics of one neuron: `<base>/<id>/status` and so on.
 * @throws RangeError if the id or a level of the base could not stand in a topic.
 */
export function topicsOf(base: string, id: string, discovery: string = HOME_ASSISTANT): Topics {
  checkId(id)
  checkLevels('mqtt.base', base, 'neuron/v1')
  checkLevels('mqtt.discoveryPrefix', discovery, HOME_ASSISTANT)
  const root = `${base}/${id}`
  const names = Object.keys(PUBLICATIONS).map(name => [name, `${root}/${name}`])
  return {
    ...(Object.fromEntries(names) as Record<PublishedName, string>),
    root,
    all: `${base}/${ALL}`,
    base,
    discovery,
  }
}

/**
 * May an answer be published there? Anywhere outside of the neurons' own topics, and on any neuron's `reply`: so no
 * request can make this neuron publish in the name of another one, or send it commands.
 */
export function mayAnswerAt({ base, discovery }: Topics, topic: string): boolean {
  if (topic === '' || topic.length > 1000 || /[+#\0]/.test(topic) || topic.startsWith('$')) return false
  if (!topic.startsWith(`${base}/`)) return ![discovery, HOME_ASSISTANT].some(prefix => topic.startsWith(`${prefix}/`))
  return /^[^/]+\/reply(\/|$)/.test(topic.slice(base.length + 1))
}

function checkId(id: string): void {
  if (id === ALL) throw new RangeError(`id is "${ALL}", must be another name: this one means all neurons of a class`)
  if (/^[a-z0-9-]{1,32}$/.test(id)) return
  throw new RangeError(
    `id is "${id}", must be 1 to 32 of the characters a-z, 0-9 and "-": choose another, for example pi-a`,
  )
}

/** May other levels follow this text in a topic? */
export function isTopicLevels(text: string): boolean {
  const areSound = text.split('/').every(level => level !== '' && !/[+#\s\0]/.test(level))
  return areSound && !text.startsWith('$') && text.length <= 200
}

function checkLevels(setting: string, text: string, usual: string): void {
  if (isTopicLevels(text)) return
  throw new RangeError(
    `${setting} is "${text}", must be topic levels joined by "/", none of them empty or with "+", "#" or spaces, ` +
      `the first not beginning with "$", 200 characters at most: ${usual} is the usual one`,
  )
}
