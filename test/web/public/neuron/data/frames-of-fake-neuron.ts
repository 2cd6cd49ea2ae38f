import type { NeuronInput } from '../../../../../src/neuron/params.ts'
import { createSampleHistory } from '../../../../../src/web/live/viewer-histories.ts'
import { createFiMeter } from '../../../../../src/web/public/neuron/data/fi-measurement.ts'
import type { NeuronFrame } from '../../../../../src/web/wire-format.ts'
import { fakeNeuron } from '../../../../fakes/fake-neuron.ts'
import { manualTimers } from '../../../../mqtt/manual-timers.ts'

/** A neuron whose frames go to a meter, as they do on the page. */
export function framesOfFakeNeuron(
  preset: NeuronInput & { tauMs: number },
  onFrame: (frame: NeuronFrame) => void = () => {},
) {
  const timers = manualTimers()
  const neuron = fakeNeuron(timers, () => 1.8e15 + timers.nowMs() * 1000, preset)
  const history = createSampleHistory()
  neuron.sources.onSpike(history.addSpike)
  neuron.sources.onSamples(history.addRows)
  let position = history.end()
  const meter = createFiMeter()
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 40) {
      await timers.pass(40)
      const frame = history.since(position, 400)
      position = history.end()
      onFrame(frame)
      if (neuron.sources.state().running) meter.add(frame, neuron.sources.params().params)
    }
  }
  return { neuron, meter, pass, frame: () => history.since({ row: 0, spike: 0 }, 8000) }
}
