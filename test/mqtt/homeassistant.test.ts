import { describe, expect, it } from 'vitest'
import { discoveryMessage } from '../../src/mqtt/homeassistant.ts'
import { paramsMessage, stateMessage, timingMessage } from '../../src/mqtt/payloads.ts'
import { topicsOf } from '../../src/mqtt/topics.ts'
import { HEALTH, INFO, PARAMS, READY, STATE } from './example-neuron.ts'
import { linkOfFakeNeuron } from './fake-neuron.ts'

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
      device: { identifiers: ['neurond_pi-a'], configuration_url: 'http://127.0.0.1:8080', sw_version: '1.2.3' },
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

describe('announced to Home Assistant', () => {
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
})
