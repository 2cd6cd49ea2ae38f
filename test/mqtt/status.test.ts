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
