import { describe, expect, it } from 'vitest'
import type { LessonProgress } from '../../../src/lessons/report.ts'
import { linkOfFakeNeuron } from '../fake-neuron.ts'
import { linkOnFakeBroker } from '../link-on-fake-broker.ts'

const KEPT = ['status', 'info', 'params', 'lesson'] as const

describe.each(KEPT)('what the broker keeps as %s', name => {
  const topic = `neuron/v1/pi-a/${name}`

  async function watched() {
    const it = await linkOfFakeNeuron()
    const said = () => it.broker.received.filter(message => message.topic === topic)
    const truth = said()[0]!
    return { ...it, said, truth }
  }

  it.each(['offline', '{"boot":"forged"}', ''])('is set right when somebody writes %j there', async forged => {
    const { broker, timers, said, truth } = await watched()
    broker.deliver(topic, forged)
    await timers.pass(1000)
    expect(said()).toEqual([truth, truth])
    expect(truth.retain).toBe(true)
    await timers.pass(60_000)
    expect(said()).toHaveLength(2)
  })

  it('is set right a few times a minute, however often it is written, and in the end it is right', async () => {
    const { broker, timers, said } = await watched()
    for (let ms = 0; ms < 60_000; ms += 200) {
      broker.deliver(topic, 'forged')
      await timers.pass(200)
    }
    expect(said().length).toBeLessThanOrEqual(1 + 3 + 12)
    await timers.pass(5000)
    const last = said().length
    await timers.pass(60_000)
    expect(said()).toHaveLength(last)
  })

  it('is left alone where it is the truth, which MQTT 3.1.1 echoes, the farewell too', async () => {
    const { broker, link, timers, fake, said } = await watched()
    broker.answer = message => {
      if (message.topic === topic) broker.deliver(topic, message.payload)
      return undefined
    }
    broker.deliver(topic, said()[0]!.payload)
    for (fake.rev = 4; fake.rev < 8; fake.rev++) link.paramsChanged()
    link.infoChanged()
    const published = said().length
    await timers.pass(5000)
    expect(said()).toHaveLength(published)
    await link.close()
    expect(broker.received.at(-1)).toMatchObject({ topic: 'neuron/v1/pi-a/status', payload: 'offline' })
  })
})

it('the lesson is published on change, at most once a second, and nothing is left of it at the end', async () => {
  let lesson: LessonProgress = {}
  const { timers, contents, broker, link } = linkOnFakeBroker({}, { lesson: () => lesson })
  await timers.pass(0)
  expect(contents('lesson')).toEqual([{}])
  for (let index = 0; index < 30; index++) {
    lesson = { id: 'first-spike', index }
    await timers.pass(100)
  }
  expect(contents('lesson')).toHaveLength(4)
  await timers.pass(60_000)
  expect(contents('lesson').slice(1)).toEqual([9, 19, 29].map(index => ({ id: 'first-spike', index })))
  expect(
    broker.received.filter(({ topic }) => topic.endsWith('/lesson')).every(one => one.retain && one.qos === 1),
  ).toBe(true)
  await link.close()
  expect(contents('lesson').at(-1)).toEqual({})
})
