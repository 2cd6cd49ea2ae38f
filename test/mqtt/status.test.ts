import { expect, it } from 'vitest'
import { hearingBench } from './hearing.ts'

const STATUS = 'neuron/v1/pi-a/status'

it('whoever says that a living neuron is offline is set right, a few times', async () => {
  const { broker } = await hearingBench()
  const said = () => broker.received.filter(({ topic }) => topic === STATUS)
  const before = said().length
  for (let time = 0; time < 9; time++) broker.deliver(STATUS, 'offline')
  expect(said().slice(before)).toEqual(Array(3).fill(expect.objectContaining({ payload: 'online', retain: true })))
})

it('its own farewell, which MQTT 3.1.1 echoes, is not set right', async () => {
  const { broker, link } = await hearingBench()
  broker.answer = ({ topic, payload }) => {
    if (topic === STATUS) broker.deliver(topic, payload)
    return undefined
  }
  await link.close()
  expect(broker.received.at(-1)).toMatchObject({ topic: STATUS, payload: 'offline' })
})
