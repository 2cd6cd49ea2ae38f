import { describe, expect, it } from 'vitest'
import { discoveryMessage, discoveryTopic } from '../../src/mqtt/homeassistant.ts'
import { paramsMessage, stateMessage, timingMessage } from '../../src/mqtt/payloads.ts'
import { topicsOf } from '../../src/mqtt/topics.ts'
import { HEALTH, INFO, PARAMS, READY, STATE } from './example-neuron.ts'
import { fakeBroker } from './fake-broker.ts'
import { fakeNeuron, linkOfFakeNeuron } from './fake-neuron.ts'
import { RELEASES, refusalsBy } from './homeassistant-rules.ts'
import { linkOnFakeBroker } from './link-on-fake-broker.ts'

const TOPICS = topicsOf('neuron/v1', 'pi-a')
const FIGURES = {
  ...{ sent: 9, acked: 8, dropped: 0, waitingBatches: 1, waitingSpikes: 2, reconnects: 0 },
  ...{ synapses: { arrived: 6, clipped: 0, refused: 1 }, warnings: [] },
}

interface Component {
  readonly platform: string
  readonly unique_id: string
  readonly default_entity_id: string
  readonly [key: string]: unknown
}

function device() {
  const message = discoveryMessage(TOPICS, 'pi-a', INFO)
  const content = JSON.parse(message.payload)
  return { message, content, components: content.components as Record<string, Component> }
}

describe('the device in Home Assistant', () => {
  it('is one retained message with what Home Assistant requires', () => {
    const { message, content, components } = device()
    expect(message).toMatchObject({ topic: 'homeassistant/device/neurond_pi-a/config', qos: 1, retain: true })
    expect(content).toMatchObject({
      device: { identifiers: ['neurond_pi-a'], sw_version: '1.2.3' },
      origin: { name: 'neurond' },
      availability: [{ topic: 'neuron/v1/pi-a/status' }],
    })
    const all = Object.values(components)
    expect(new Set(all.map(component => component.unique_id)).size).toBe(all.length)
    for (const { platform, default_entity_id, ...rest } of all) {
      expect(default_entity_id).toMatch(new RegExp(`^${platform}\\.neuron_pi_a_[a-z_]+$`))
      expect(['sensor', 'binary_sensor', 'switch', 'button', 'number', 'event']).toContain(platform)
      if (platform === 'switch' || platform === 'button' || platform === 'number') {
        expect(rest.command_topic).toMatch(/^neuron\/v1\/pi-a\/(cmd\/[a-z]+|params\/set)$/)
      }
    }
    expect(message.payload.length).toBeLessThan(16_000)
  })

  it('reads only what is published, and no topic that has a message per spike', () => {
    const { components } = device()
    const published: Record<string, unknown> = {
      [TOPICS.state]: JSON.parse(stateMessage(TOPICS, 'b', STATE, 0).payload),
      [TOPICS.timing]: JSON.parse(timingMessage(TOPICS, 'b', HEALTH, READY, FIGURES, 0).payload),
      [TOPICS.params]: { ...JSON.parse(paramsMessage(TOPICS, PARAMS).payload), maxNa: 3 },
      [TOPICS.events]: { type: 'gap' },
    }
    for (const component of Object.values(components)) {
      if (component.value_template === undefined) continue
      const sample = published[component.state_topic as string]
      const path = /value_json\.([\w.]+)/.exec(component.value_template as string)![1]!.split('.')
      const found = path.reduce((value, key) => (value as Record<string, unknown>)?.[key], sample)
      expect(found, component.unique_id).not.toBeUndefined()
    }
  })

  it('sends JSON that the neuron understands', () => {
    for (const { payload_press, payload_on, payload_off, command_template } of Object.values(device().components)) {
      const filled = (command_template as string | undefined)?.replace(/\{\{.*?\}\}/, '50')
      for (const payload of [payload_press, payload_on, payload_off, filled]) {
        if (payload !== undefined) expect(typeof JSON.parse(payload as string)).toBe('object')
      }
    }
  })
})

describe('the rules of Home Assistant', () => {
  it.each(RELEASES)('of $release let every entity in', rules => {
    expect(refusalsBy(rules, device().content)).toEqual([])
  })

  it.each([
    ['2025.7', 'duration', 'µs', ['the unit µs (U+00B5) does not go with duration']],
    ['2025.7', 'duration', 'μs', []],
    ['today', 'duration', 'µs', []],
    ['today', 'duration', 'ticks', ['the unit ticks (U+0074) does not go with duration']],
    ['today', 'current', 'nA', ['the unit nA (U+006E) does not go with current']],
    ['today', 'lateness', 'ms', ['the device class lateness is unknown']],
  ])('of %s are strict: %s in %s', (release, device_class, unit_of_measurement, refusals) => {
    const { content } = device()
    const { rate } = content.components
    content.components = { rate: { ...rate, device_class, unit_of_measurement } }
    const rules = RELEASES.find(each => each.release === release)!
    expect(refusalsBy(rules, content)).toEqual(refusals.map(words => `rate: ${words}`))
  })
})

describe('the address of the dashboard', () => {
  it.each([
    ['http://192.168.1.7:8080', true],
    ['http://pi-a.local:8080', true],
    ['http://[fd00::7]:8080', true],
    ['http://127.0.0.1:8080', false],
    ['http://127.0.1.1:8080', false],
    ['http://localhost:8080', false],
    ['http://pi-a.localhost:8080', false],
    ['http://[::1]:8080', false],
    ['http://[fe80::1%eth0]:8080', false],
    [undefined, false],
  ])('%s is told where others can reach it: %s', (http, isTold) => {
    const { payload } = discoveryMessage(TOPICS, 'pi-a', { ...INFO, urls: http === undefined ? {} : { http } })
    expect(JSON.parse(payload).device.configuration_url).toBe(isTold ? http : undefined)
  })
})

describe('announced to Home Assistant', () => {
  const DISCOVERY = discoveryTopic('homeassistant', 'pi-a')
  const configs = (topics: string[]) => topics.filter(topic => topic.startsWith('homeassistant/')).length

  it('is the neuron at every connection, and within 3 s of every birth', async () => {
    const { broker, topics, timers } = await linkOfFakeNeuron({ homeAssistant: true })
    expect(configs(topics())).toBe(1)
    broker.deliver('homeassistant/status', 'offline')
    broker.deliver('homeassistant/status', 'online')
    broker.deliver('homeassistant/status', 'online')
    await timers.pass(3000)
    expect(configs(topics())).toBe(2)
    broker.breakConnection()
    await timers.pass(1000)
    expect(configs(topics())).toBe(3)
  })

  it('is nothing unless it is asked for', async () => {
    const { broker, topics } = await linkOfFakeNeuron()
    expect(configs(topics())).toBe(0)
    expect(broker.subscriptions.has('homeassistant/status')).toBe(false)
  })

  it('waits for the dashboard’s address, and is the same at every connection', async () => {
    let isOpening = true
    const urls: Record<string, string> = {}
    const neuron = { info: () => ({ ...INFO, urls }), isOpening: () => isOpening }
    const { broker, link, timers } = linkOnFakeBroker({ homeAssistant: true }, neuron)
    const payloads = () => broker.received.filter(({ topic }) => topic === DISCOVERY).map(({ payload }) => payload)
    await timers.pass(0)
    broker.deliver('homeassistant/status', 'online')
    await timers.pass(3000)
    expect(payloads()).toEqual([])
    urls.http = 'http://192.168.1.7:8080'
    isOpening = false
    link.infoChanged()
    link.infoChanged()
    expect(payloads()).toHaveLength(1)
    broker.breakConnection()
    await timers.pass(1000)
    expect(payloads()).toEqual([payloads()[0], payloads()[0]])
    expect(payloads()[0]).toContain('"configuration_url":"http://192.168.1.7:8080"')
  })

  it('is told in `info`, and removed from there by a run with the setting off', async () => {
    const { broker, contents } = await linkOfFakeNeuron({ homeAssistant: true })
    expect(contents('info').at(-1)).toMatchObject({ homeAssistant: DISCOVERY })
    const info = broker.received.findLast(({ topic }) => topic === TOPICS.info)!.payload
    const next = await linkOfFakeNeuron()
    expect(next.contents('info').at(-1)).not.toHaveProperty('homeAssistant')

    const broken = withEarlierInfo(info.replace('k3v9qa', 'before'))
    broken.broker.frozen = true
    await broken.timers.pass(0)
    broken.broker.breakConnection()
    broken.broker.frozen = false
    await broken.timers.pass(1000)
    broken.broker.breakConnection()
    await broken.timers.pass(1000)
    expect(configMessages(broken), 'until the broker has taken it, and not again').toEqual([
      { topic: DISCOVERY, payload: '', qos: 1, retain: true },
    ])
  })

  it('is moved to where another prefix says, and Home Assistant may start in either place', async () => {
    const it = withEarlierInfo(`{"homeAssistant":"${DISCOVERY}"}`, { homeAssistant: true, discoveryPrefix: 'house/ha' })
    await it.timers.pass(0)
    expect(configMessages(it).map(({ topic, payload }) => [topic, payload.slice(0, 9)])).toEqual([
      [DISCOVERY, ''],
      ['house/ha/device/neurond_pi-a/config', '{"device"'],
    ])
    for (const birth of ['house/ha/status', 'homeassistant/status']) {
      const before = configMessages(it).length
      it.broker.deliver(birth, 'online')
      await it.timers.pass(3000)
      expect(configMessages(it).length, birth).toBe(before + 1)
    }
  })

  it.each([
    ['its own', `{"homeAssistant":"${DISCOVERY}"}`],
    ['of another neuron', '{"homeAssistant":"homeassistant/device/neurond_pi-b/config"}'],
    ['no topic', '{"homeAssistant":"+/device/neurond_pi-a/config"}'],
    ['anything else', '{"homeAssistant":"neuron/v1/pi-a/params"}'],
    ['no text', '{"homeAssistant":7}'],
    ['of this very run', `{"boot":"k3v9qa","homeAssistant":"house/device/neurond_pi-a/config"}`],
    ['of a run that was not announced', '{"v":1}'],
    ['no JSON', '['],
  ])('is not removed by a topic in `info` that is %s', async (_which, info) => {
    const it = withEarlierInfo(info, { homeAssistant: true })
    await it.timers.pass(0)
    expect(it.broker.received.filter(({ payload }) => payload === '')).toEqual([])
  })
})

function configMessages({ broker }: ReturnType<typeof linkOnFakeBroker>) {
  return broker.received.filter(({ topic }) => topic.endsWith('/config'))
}

/** A link whose broker retains this `info` of an earlier run, and sends it when it is asked for it. */
function withEarlierInfo(info: string, options: Parameters<typeof linkOnFakeBroker>[0] = {}) {
  const broker = fakeBroker()
  const connect: typeof broker.connect = (request, hooks) => {
    const connection = broker.connect(request, hooks)
    const subscribe: typeof connection.subscribe = (subscription, answered) => {
      connection.subscribe(subscription, answered)
      const answer = () => broker.deliver(TOPICS.info, info, { retain: true })
      if (subscription.filter === TOPICS.info) queueMicrotask(answer)
    }
    return { ...connection, subscribe }
  }
  return linkOnFakeBroker(options, fakeNeuron().neuron, { ...broker, connect })
}
