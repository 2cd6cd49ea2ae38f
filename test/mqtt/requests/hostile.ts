/** Messages that nobody should send, from a seed. */
export interface HostileMessage {
  readonly topic: string
  readonly payload: Uint8Array
  readonly retain: boolean
  readonly responseTopic?: string
  readonly correlation?: Uint8Array
  readonly expiryS?: number
}

const ROOTS = ['neuron/v1/pi-a', 'neuron/v1/all', 'neuron/v1/pi-b', 'homeassistant']
const LEAVES = [
  ...[
    'params/set',
    'params/get',
    'params',
    'cmd',
    'cmd/',
    'syn/',
    'syn/x',
    'syn/a/b',
    'state',
    'info',
    'spike',
    'spikes',
    'status',
    'reply',
  ],
  ...[
    'stim',
    'run',
    'reset',
    'identify',
    'mute',
    'take',
    'replay',
    'trace',
    'speed',
    '__proto__',
    'constructor',
    'ü',
  ].map(verb => `cmd/${verb}`),
]
const VALUES = [
  ...[
    'null',
    'true',
    '0',
    '-1',
    '1e999',
    '-1e308',
    '""',
    '"x"',
    '[]',
    '{}',
    '[[[[[[[[[[1]]]]]]]]]]',
    '{"a":{"b":{"c":{}}}}',
  ],
  ...[
    '"\\u0000"',
    '9007199254740993',
    '"on"',
    '{"from":1,"to":9}',
    '[{"from":"pi-b"}]',
    '[{"from":"../x","weightNa":1}]',
    '1.5',
    '[null]',
    '[1]',
  ],
]
const KEYS = [
  ...[
    'id',
    'on',
    'tauMs',
    'synapses',
    'ifRev',
    'boot',
    'from',
    'to',
    'leaseS',
    'hz',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...[
    'weightNa',
    'weightMv',
    'seq',
    'tUs',
    'late',
    'clock',
    'iNa',
    'durationMs',
    'shape',
    'model',
    'count',
    'hasOwnProperty',
  ],
  ...['seq0', 'n', 't0Us', 'dtUs', 'gap', 'missing', 'result', 'error', 'prev', 'lastSeq', 'speed', 'urls', 'rev'],
]
const SOUND = '"boot":"b","seq0":1,"n":1,"t0Us":1,"dtUs":[]'
const TOPICS = [
  'a/b',
  'neuron/v1/pi-b/cmd/reset',
  '#',
  'a/+/b',
  '',
  '$SYS/x',
  'neuron/v1/pi-a/reply/me',
  'x'.repeat(70_000),
  '\0',
]

export function hostileMessages(seed: number): () => HostileMessage {
  let state = seed
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T
  const pairs = () => Array.from({ length: Math.floor(random() * 5) }, () => `"${pick(KEYS)}":${pick(VALUES)}`)
  // Of two keys of one name the later counts: a batch in which something is wrong.
  const object = () => `{${[...(random() < 0.2 ? [SOUND] : []), ...pairs()].join(',')}}`

  function payload(): Uint8Array {
    const dice = random()
    if (dice < 0.5) return Buffer.from(object())
    if (dice < 0.65) return Buffer.from(pick(VALUES))
    if (dice < 0.75) return Buffer.from(object().slice(0, Math.floor(random() * 30)))
    if (dice < 0.85) return Uint8Array.from({ length: Math.floor(random() * 64) }, () => Math.floor(random() * 256))
    if (dice < 0.9) return Buffer.from('['.repeat(1 + Math.floor(random() * 5000)))
    if (dice < 0.9002) return Buffer.alloc(1024 * 1024, '{"a":')
    return new Uint8Array()
  }

  return () => ({
    topic: `${pick(ROOTS)}/${pick(LEAVES)}`,
    payload: payload(),
    retain: random() < 0.1,
    ...(random() < 0.3 && { responseTopic: pick(TOPICS) }),
    ...(random() < 0.2 && { correlation: new Uint8Array(Math.floor(random() * 2000)) }),
    ...(random() < 0.2 && { expiryS: Math.floor(random() * 3) }),
  })
}
