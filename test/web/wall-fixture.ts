import { fakeNeuron } from '../fakes/fake-neuron.ts'
import { fakePeers } from '../fakes/fake-peers.ts'
import { manualTimers } from '../mqtt/manual-timers.ts'

const START_US = 1.8e15

/** The data of the class wall without a broker: a fake neuron, and fake peers. */
export function wallFixture(ids: readonly string[] = ['pi-a', 'pi-b'], rateHz = 20) {
  const timers = manualTimers()
  const wallUs = () => START_US + timers.nowMs() * 1000
  const peers = fakePeers(timers, wallUs, ids, rateHz)
  const sources = { ...fakeNeuron(timers, wallUs).sources, peers: peers.sources }
  const context = { timers, wallUs, log() {} }
  return { timers, peers, sources, context }
}
