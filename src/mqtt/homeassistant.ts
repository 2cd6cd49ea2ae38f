/**
 * The neuron as one device of Home Assistant (MQTT discovery, device payload). Never a state per spike: Home Assistant
 * writes every state into a database.
 */
import { NEURON_FIELDS } from '../neuron/params.ts'
import { isLoopback } from './connection/address.ts'
import type { Incoming } from './connection/connection.ts'
import type { CurrentConnection } from './connection/current-connection.ts'
import type { Message } from './payloads.ts'
import type { Route } from './router.ts'
import { HOME_ASSISTANT, isTopicLevels, type Topics } from './topics.ts'
import type { Info, LinkContext, LinkNeuron } from './types.ts'

/** After so long without a message the values are unknown; `state` comes every 10 s at least, `timing` every 10 s. */
const STATE_EXPIRES_S = 35
const TIMING_EXPIRES_S = 45

type Component = Readonly<Record<string, unknown>>

/** @param prefix Home Assistant's discovery prefix */
export function discoveryTopic(prefix: string, id: string): string {
  return `${prefix}/device/neurond_${id}/config`
}

export function discoveryMessage(topics: Topics, id: string, info: Info): Message {
  const { version, board, urls } = info
  const content = {
    device: {
      identifiers: [`neurond_${id}`],
      name: `Neuron ${id}`,
      manufacturer: 'neurond',
      model: board,
      sw_version: version,
      ...(isReachable(urls.http) && { configuration_url: urls.http }),
    },
    origin: { name: 'neurond', sw_version: version },
    availability: [{ topic: topics.status }],
    qos: 0,
    components: named(id, { ...sensors(topics), ...diagnostics(topics), ...controls(topics), ...numbers(topics) }),
  }
  return { topic: discoveryTopic(topics.discovery, id), payload: JSON.stringify(content), qos: 1, retain: true }
}

/** Can Home Assistant, on whatever machine, open the page? It refuses the whole device for an address that is none. */
function isReachable(url: string | undefined): boolean {
  if (url === undefined || !URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return /^https?:$/.test(protocol) && !isLoopback(hostname.replace(/^\[|\]$/g, ''))
}

/** Gives every component the unique ids that Home Assistant requires. */
function named(id: string, components: Readonly<Record<string, Component>>): Record<string, Component> {
  const entries = Object.entries(components).map(([key, component]) => {
    const entity = `${component.platform}.neuron_${id.replaceAll('-', '_')}_${key}`
    return [key, { ...component, unique_id: `neurond_${id}_${key}`, default_entity_id: entity }]
  })
  return Object.fromEntries(entries)
}

function value(path: string): string {
  return `{{ value_json.${path} }}`
}

function sensors({ state }: Topics): Record<string, Component> {
  const sensor = (name: string, key: string, unit: string, more: Component = {}): Component => ({
    platform: 'sensor',
    name,
    state_topic: state,
    value_template: value(key),
    state_class: 'measurement',
    expire_after: STATE_EXPIRES_S,
    ...(unit !== '' && { unit_of_measurement: unit }),
    ...more,
  })
  return {
    rate: sensor('Firing rate', 'rateHz', 'Hz', { device_class: 'frequency', suggested_display_precision: 1 }),
    current: sensor('Input current', 'iNa', 'nA', { icon: 'mdi:current-dc', suggested_display_precision: 2 }),
    knob: sensor('Knob', 'knobV', 'V', { device_class: 'voltage', suggested_display_precision: 2 }),
    voltage: sensor('Membrane voltage', 'vMv', 'mV', { device_class: 'voltage', enabled_by_default: false }),
    spikes: sensor('Spikes', 'count', '', { state_class: 'total_increasing', icon: 'mdi:pulse' }),
    cv: sensor('ISI variability', 'cv', '', { enabled_by_default: false }),
    source: { platform: 'sensor', name: 'Current source', state_topic: state, value_template: value('source') },
    firing: {
      platform: 'binary_sensor',
      name: 'Firing',
      state_topic: state,
      value_template: "{{ 'ON' if value_json.rateHz > 0 else 'OFF' }}",
      expire_after: STATE_EXPIRES_S,
    },
  }
}

function diagnostics({ timing, events }: Topics): Record<string, Component> {
  const sensor = (name: string, path: string, unit: string, more: Component = {}): Component => ({
    platform: 'sensor',
    name,
    state_topic: timing,
    value_template: value(path),
    expire_after: TIMING_EXPIRES_S,
    entity_category: 'diagnostic',
    ...(unit !== '' && { unit_of_measurement: unit }),
    ...more,
  })
  return {
    // In ms: for µs, releases 2025.4 to 2025.8 want the Greek letter, and others the micro sign.
    lateness: sensor('Tick lateness p99', 'tickUs.p99', 'ms', {
      value_template: '{{ value_json.tickUs.p99 / 1000 if value_json.tickUs.p99 is number else none }}',
      device_class: 'duration',
      suggested_display_precision: 3,
    }),
    missed: sensor('Missed ticks', 'missed', ''),
    adc_errors: sensor('ADC errors', 'adc.err', ''),
    outbox: sensor('Spikes in the outbox', 'outbox.spikes', ''),
    dropped: sensor('Spikes dropped', 'outbox.dropped', ''),
    memory: sensor('Memory', 'rssMb', 'MB', { device_class: 'data_size', enabled_by_default: false }),
    health: {
      platform: 'binary_sensor',
      name: 'Real-time problem',
      state_topic: timing,
      value_template: "{{ 'OFF' if value_json.ok else 'ON' }}",
      device_class: 'problem',
      expire_after: TIMING_EXPIRES_S,
      entity_category: 'diagnostic',
    },
    event: {
      platform: 'event',
      name: 'Event',
      state_topic: events,
      event_types: EVENT_TYPES,
      value_template: "{{ {'event_type': value_json.type} | to_json }}",
      entity_category: 'diagnostic',
    },
  }
}

const EVENT_TYPES = [
  ...['inputLost', 'inputBack', 'inputFaltered', 'inputReset', 'outputLost', 'outputBack', 'stall', 'skipped'],
  ...['warning', 'gap', 'paramsChanged', 'duplicateId', 'runaway', 'synapseClipped', 'synapseRefused'],
  ...[
    'health',
    'neuronLost',
    'neuronBack',
    'clockSet',
    'outputsChanged',
    'reloaded',
    'reloadRefused',
    'notSaved',
    'saved',
  ],
]

function controls({ root, state }: Topics): Record<string, Component> {
  const button = (name: string, verb: string, payload: object, more: Component = {}): Component => ({
    platform: 'button',
    name,
    command_topic: `${root}/cmd/${verb}`,
    payload_press: JSON.stringify(payload),
    ...more,
  })
  return {
    running: {
      platform: 'switch',
      name: 'Running',
      state_topic: state,
      command_topic: `${root}/cmd/run`,
      payload_on: '{"on":true}',
      payload_off: '{"on":false}',
      state_on: 'True',
      state_off: 'False',
      value_template: value('running'),
    },
    stimulate: button('Stimulate', 'stim', { shape: 'pulse', iNa: 2, ms: 500 }, { icon: 'mdi:flash' }),
    reset: button('Reset', 'reset', {}, { entity_category: 'config' }),
    identify: button('Identify', 'identify', { s: 5 }, { device_class: 'identify', entity_category: 'config' }),
    take: {
      platform: 'number',
      name: 'Software knob',
      command_topic: `${root}/cmd/take`,
      command_template: '{"level":{{ value / 100 }}}',
      min: 0,
      max: 100,
      unit_of_measurement: '%',
      mode: 'slider',
    },
    give_back: button('Give the knob back', 'take', {}),
  }
}

function numbers({ params, root }: Topics): Record<string, Component> {
  const number = (name: string, key: string, unit: string, range: readonly [number, number]): Component => ({
    platform: 'number',
    name,
    state_topic: params,
    value_template: value(key),
    command_topic: `${root}/params/set`,
    command_template: `{"${key}":{{ value }}}`,
    min: range[0],
    max: range[1],
    step: 0.01,
    mode: 'box',
    unit_of_measurement: unit,
    entity_category: 'config',
  })
  // Home Assistant knows closed ranges only.
  const ofField = (name: string, key: 'tauMs' | 'thresholdMv' | 'refractoryMs') => {
    const { unit, min, max } = NEURON_FIELDS[key]
    return number(name, key, unit, ['aboveMin' in NEURON_FIELDS[key] ? min + 0.01 : min, max])
  }
  return {
    tau: ofField('Membrane time constant', 'tauMs'),
    threshold: ofField('Threshold', 'thresholdMv'),
    refractory: ofField('Refractory period', 'refractoryMs'),
    full_scale: number('Knob full scale', 'maxNa', 'nA', [-1000, 1000]),
  }
}

/** A whole class of neurons must not announce itself in the same moment. */
const LONGEST_WAIT_MS = 3000

export interface HomeAssistant {
  readonly routes: readonly Route[]
  /** Where the neuron is announced, to be told in `info`: the next run removes it from there if it should not be. */
  readonly topic: string | undefined
  announce(): void
  /** Announce it again if `info()` says something else than it did. */
  infoChanged(): void
  /** @param payload an `info` under this neuron's id that it has not published: of its earlier run, if it is the first */
  onOtherInfo(payload: Uint8Array): void
  close(): void
}

/** Announces the neuron, if it should be, and again whenever Home Assistant has started. */
export function openHomeAssistant(
  isAnnounced: boolean,
  topics: Topics,
  neuron: LinkNeuron,
  context: LinkContext,
  session: CurrentConnection,
): HomeAssistant {
  const topic = isAnnounced ? discoveryTopic(topics.discovery, neuron.id) : undefined
  let cancel = () => {}
  let announced = ''
  let obsolete: string | undefined
  let hasLooked = false

  function announce(): void {
    if (!session.isReady()) return
    if (obsolete !== undefined) remove(obsolete)
    if (!isAnnounced || neuron.isOpening?.()) return
    const message = discoveryMessage(topics, neuron.id, neuron.info())
    announced = message.payload
    session.publish(message)
  }

  function remove(old: string): void {
    session.publish({ topic: old, payload: '', qos: 1, retain: true }, () => {
      obsolete = undefined
    })
  }

  function onBirth({ payload }: Incoming): void {
    if (Buffer.from(payload).toString() !== 'online') return
    cancel()
    cancel = context.timers.after(context.random() * LONGEST_WAIT_MS, announce)
  }

  // Home Assistant's birth message has a setting of its own: it may still come where it usually does.
  const births = new Set([topics.discovery, HOME_ASSISTANT].map(prefix => `${prefix}/status`))
  return {
    routes: isAnnounced ? [...births].map(filter => ({ filter, qos: 1, handle: onBirth })) : [],
    topic,
    announce,
    infoChanged() {
      if (!isAnnounced || neuron.isOpening?.()) return
      if (discoveryMessage(topics, neuron.id, neuron.info()).payload !== announced) announce()
    },
    onOtherInfo(payload) {
      const before = hasLooked ? undefined : announcedBy(payload, neuron)
      if (before === undefined) return
      hasLooked = true
      if (before === topic) return
      obsolete = before
      if (session.isReady()) remove(before)
    },
    close: () => cancel(),
  }
}

/** The topic on which another run of the neuron announced itself. */
function announcedBy(info: Uint8Array, { id, boot }: LinkNeuron): string | undefined {
  try {
    const { boot: other, homeAssistant: topic } = JSON.parse(Buffer.from(info).toString())
    const prefix = String(topic).slice(0, -discoveryTopic('', id).length)
    // Anybody may have written it: nothing but this neuron's own announcement is removed.
    return other !== boot && isTopicLevels(prefix) && topic === discoveryTopic(prefix, id) ? topic : undefined
  } catch {
    return undefined
  }
}
