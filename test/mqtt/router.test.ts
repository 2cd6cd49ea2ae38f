import { describe, expect, it } from 'vitest'
import { linkOfFakeNeuron } from './fake-neuron.ts'

describe('a message on', () => {
  const NOTHING = { patches: [], commands: [], from: [], replies: 0 }

  it.each([
    ['pi-a/params/set', { patches: [{}], replies: 1 }],
    ['all/params/set', { patches: [{}], replies: 1 }],
    ['pi-a/cmd/stim', { commands: [['stim', {}]], replies: 1 }],
    ['all/cmd/run', { commands: [['run', {}]], replies: 1 }],
    ['pi-a/syn/button', { from: ['syn/button'] }],
    ['all/syn/button', {}],
    ['pi-b/cmd/run', {}],
    ['pi-a/cmd/', {}],
    ['pi-a/cmd/run/now', {}],
    ['pi-a/params', {}],
    ['pi-a', {}],
  ])('%s reaches the part that it is for, or nobody', async (topic, expected) => {
    const { broker, fake, contents } = await linkOfFakeNeuron()
    broker.deliver(`neuron/v1/${topic}`, {})
    const { patches, commands, events } = fake
    const reached = { patches, commands, from: events.map(({ from }) => from), replies: contents('reply').length }
    expect(reached).toEqual({ ...NOTHING, ...expected })
  })
})
