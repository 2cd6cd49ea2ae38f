import { type Complaint, checkFields, type Fields, quote, type ValuesOf } from '../fields/field-types-and-checks.ts'
import type { Synapse } from './types.ts'

export type { Synapse }

/** Settings of the link to a broker. */
export const MQTT_FIELDS = {
  url: {
    type: 'text',
    default: '',
    help: 'broker to publish to, like mqtt://raspberrypi.local:1883 (mqtts:// for TLS, ws:// and wss:// for WebSockets); empty means none but the built-in one',
  },
  base: { type: 'text', default: 'neuron/v1', help: "first levels of every topic; the neuron's id follows" },
  protocolVersion: {
    type: 'choice',
    choices: ['auto', '5', '4'],
    default: 'auto',
    help: 'MQTT version: 5 is 5.0, 4 is 3.1.1; auto tries 5 first, and 4 where the broker refuses it, closes or stays silent',
  },
  keepaliveS: {
    type: 'number',
    unit: 's',
    min: 1,
    max: 3600,
    integer: true,
    default: 10,
    help: 'a broker that is silent for this long, and half as long again, is taken for lost',
  },
  willDelayS: {
    type: 'number',
    unit: 's',
    min: 0,
    max: 3600,
    integer: true,
    default: 3,
    help: 'how long the broker waits before it declares a vanished neuron offline (MQTT 5; at once with 3.1.1)',
  },
  username: { type: 'text', default: '', help: 'user name at the broker; empty means anonymous' },
  passwordFile: {
    type: 'text',
    default: '',
    help: 'file whose first line is the password at the broker; it needs username',
  },
  caFile: {
    type: 'text',
    default: '',
    help: "PEM file of the authority that signed the broker's certificate (mqtts://); empty means those that the system knows",
  },
  certFile: {
    type: 'text',
    default: '',
    help: "PEM file of this neuron's own certificate, if the broker asks for one",
  },
  keyFile: { type: 'text', default: '', help: 'PEM file of the key that belongs to certFile' },
  homeAssistant: {
    type: 'flag',
    default: false,
    help: 'announce the neuron to Home Assistant as a device (MQTT discovery); off removes what was announced',
  },
  discoveryPrefix: {
    type: 'text',
    default: 'homeassistant',
    help: "first levels of the topics in which Home Assistant looks for devices: its MQTT integration's discovery prefix",
  },
} as const satisfies Fields

/** Settings of the built-in broker, which serves this machine only and gives way to `mqtt.url`. */
export const BROKER_FIELDS = {
  enabled: { type: 'flag', default: true, help: 'start the built-in broker when mqtt.url is empty' },
  port: {
    type: 'number',
    unit: '',
    min: 0,
    max: 65535,
    integer: true,
    default: 1883,
    help: 'port of the built-in broker on 127.0.0.1; 0 means any free one',
  },
} as const satisfies Fields

export type LinkOptions = ValuesOf<typeof MQTT_FIELDS>
export type BrokerOptions = ValuesOf<typeof BROKER_FIELDS>

/** Settings of one synapse; of the two weights exactly one is given. */
export const SYNAPSE_FIELDS = {
  from: { type: 'text', default: '', help: 'id of the neuron whose spikes arrive here' },
  weightNa: {
    type: 'number',
    unit: 'nA',
    min: -1000,
    max: 1000,
    default: 1,
    help: 'current that each spike adds, decaying with tauMs; negative inhibits',
  },
  weightMv: {
    type: 'number',
    unit: 'mV',
    min: -1000,
    max: 1000,
    default: 5,
    help: 'jump of V with each spike, in place of a current; negative inhibits',
  },
  tauMs: {
    type: 'number',
    unit: 'ms',
    min: 0,
    aboveMin: true,
    max: 10_000,
    default: 5,
    help: 'decay time constant of the current; none with weightMv',
  },
  delayMs: {
    type: 'number',
    unit: 'ms',
    min: 0,
    max: 10_000,
    default: 0,
    help: "counted from the sender's spike where both clocks are synchronised, else from the arrival of its message",
  },
  rateHz: {
    type: 'number',
    unit: 'Hz',
    min: 0,
    aboveMin: true,
    max: 1000,
    default: Number.NaN,
    help: 'spikes by chance (a Poisson train in model time) in place of those of another neuron; from is then only its name',
  },
  autapse: { type: 'flag', default: false, help: 'allow `from` to be this neuron itself' },
} as const satisfies Fields

const MOST_SYNAPSES = 64
/** Time constants of currents that one neuron can tell apart. */
const MOST_TIME_CONSTANTS = 30

/** What is wrong with the synapses of the neuron `id`; empty if nothing is. Paths are like `synapses.0.tauMs`. */
export function complaintsAboutSynapses(synapses: unknown, id: string): readonly Complaint[] {
  if (!Array.isArray(synapses) || synapses.length > MOST_SYNAPSES) {
    const what = Array.isArray(synapses) ? `has ${synapses.length} entries` : `is ${quote(synapses)}`
    return [{ path: 'synapses', message: `${what}, must be a list of ${MOST_SYNAPSES} synapses at most` }]
  }
  const singly = synapses.flatMap((synapse, index) =>
    complaintsAboutOne(synapse, id).map(({ path, message }) => ({
      path: `synapses.${index}${path === '' ? '' : `.${path}`}`,
      message,
    })),
  )
  const constants = new Set(synapses.map(synapse => synapse?.tauMs))
  if (singly.length > 0 || constants.size <= MOST_TIME_CONSTANTS) return singly
  const message = `have ${constants.size} different tauMs, must be ${MOST_TIME_CONSTANTS} at most: let some share one`
  return [{ path: 'synapses', message }]
}

function complaintsAboutOne(synapse: unknown, id: string): Complaint[] {
  if (typeof synapse !== 'object' || synapse === null || Array.isArray(synapse)) {
    return [{ path: '', message: `is ${quote(synapse)}, must be an object like {"from":"pi-b","weightNa":1}` }]
  }
  const faults = checkFields(SYNAPSE_FIELDS, synapse, 'is not a setting of a synapse; known are')
  return faults.length > 0 ? faults : complaintsAboutWhole(synapse as Synapse, id)
}

function complaintsAboutWhole({ from, weightNa, weightMv, tauMs, rateHz, autapse }: Synapse, id: string): Complaint[] {
  const faults: Complaint[] = []
  if (!/^[a-z0-9-]{1,32}$/.test(from ?? '') || from === 'all') {
    faults.push({ path: 'from', message: `is ${quote(from)}, must be the id of a neuron, for example pi-b` })
  }
  if (from === id && !autapse && rateHz === undefined) {
    const message = `is "${from}", this neuron itself: add "autapse": true if it is to excite itself`
    faults.push({ path: 'from', message })
  }
  if ((weightNa === undefined) === (weightMv === undefined)) {
    const message = `must have either weightNa (a current) or weightMv (a jump of V), and has ${weightNa === undefined ? 'neither' : 'both'}`
    faults.push({ path: '', message })
  }
  if (weightMv !== undefined && tauMs !== undefined) {
    const message = `is ${tauMs}, must be left out with weightMv: a jump of V has no time constant`
    faults.push({ path: 'tauMs', message })
  }
  return faults
}
