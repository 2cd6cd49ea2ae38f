import { expect, it } from 'vitest'
import { neuronFrom } from '../../../../../src/neuron/params.ts'
import { sweepWindow } from '../../../../../src/web/public/neuron/data/time-window.ts'
import { voltageRange } from '../../../../../src/web/public/neuron/plots/scope-axes.ts'
import { scopeSvg } from '../../../../../src/web/public/neuron/plots/scope-picture.ts'
import { frameOfSecond } from '../fake-frames.ts'

const params = { ...neuronFrom({ tauMs: 100 }), minNa: 0, maxNa: 3, speed: 1 }

it('is a picture of V, its spikes and I over a named time axis, with the parameters and no line across a gap', () => {
  const atS = Float64Array.from({ length: 200 }, (_, k) => 10 + (k < 100 ? k : k + 150) / 1000)
  const trace = [atS, atS.map(() => -60), atS.map(() => 1.5)] as const
  const spikes = [9, 10.1].map(at => ({ ...frameOfSecond(0).spikes[0]!, atS: at }))
  const shown = { arrivals: [], params, levels: params, previousRun: undefined }
  const content = { window: sweepWindow({ startS: 10, lengthS: 0.3 }), trace, spikes, ...shown }
  const svg = scopeSvg(content, 'a<b')
  for (const part of ['a&#60;b', 'τ 100 ms', '>V (mV)<', '>I (nA)<', '>time after the start of the stimulus (ms)<']) {
    expect(svg).toContain(part)
  }
  expect(svg).toContain('>−70<')
  expect(svg).toContain('>200<')
  const [, voltage = ''] = /<path d="([^"]+)" stroke="#0072b2"/.exec(svg) ?? []
  expect(voltage.match(/M/g)).toHaveLength(2)
  const [, marks = ''] = /<path d="([^"]+)" stroke="#d55e00"/.exec(svg) ?? []
  expect(marks.match(/M/g)).toHaveLength(1)
})

it.each([
  [-55, [-70, -60], [-71.5, -44.65]],
  [1000, [0, 10], [-1, 11]],
  [1000, [0.2, 0.21], [-0.1, 0.31]],
])('with a threshold at %d mV, V from %j takes the range %j', (thresholdMv, vMv, range) => {
  const rest = thresholdMv > 0 ? 0 : -70
  const shown = voltageRange({ thresholdMv, restMv: rest, resetMv: rest }, Float64Array.from(vMv))
  expect(shown).toEqual(range.map(mv => expect.closeTo(mv, 6)))
})
