import { it } from 'vitest'
import { serveFakeNeuron } from './fake-neuron-server.ts'

it('closing twice does no harm', async () => {
  const { web } = await serveFakeNeuron()
  await Promise.all([web.close(), web.close()])
})
