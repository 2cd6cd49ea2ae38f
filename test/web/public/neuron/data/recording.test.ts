import { describe, expect, it } from 'vitest'
import {
  addToRecording,
  durationS,
  fileName,
  jsonLines,
  knobTurns,
  missingSpikes,
  spikesCsv,
  startRecording,
} from '../../../../../src/web/public/neuron/data/recording.ts'
import { framesOfFakeNeuron } from './frames-of-fake-neuron.ts'

describe('a recording', () => {
  it('holds every spike under its number, and says how long it is', async () => {
    const { neuron, pass, frame } = framesOfFakeNeuron({ tauMs: 20 })
    neuron.turnKnob(0.8)
    await pass(2000)
    const recording = startRecording('a', { id: 'pi-a', boot: 'k3v9qa' })
    addToRecording(recording, frame())
    const lines = spikesCsv(recording).trim().split('\n')
    expect(lines[0]).toBe('boot,seq,t_us,isi_ms,late,speed')
    expect(lines.slice(1).map(line => Number(line.split(',')[1]))).toEqual(neuron.spikes.map(spike => spike.seq))
    expect([missingSpikes(recording), durationS(recording)]).toEqual([0, expect.closeTo(2, 1)])
  })

  it('names what is missing', () => {
    const recording = startRecording('a', { id: 'pi-a', boot: 'k3v9qa' })
    const spikes = [5, 6, 9].map(seq => ({ seq, tUs: seq, isiMs: 1, late: false, speed: 1 }))
    addToRecording(recording, { spikes, rows: new Float64Array() })
    expect(missingSpikes(recording)).toBe(2)
    expect(JSON.parse(jsonLines(recording).split('\n')[0] as string)).toMatchObject({ missingSpikes: 2 })
  })

  it('replays the knob: a step wherever it moved', () => {
    const recording = startRecording('a', { id: 'pi-a', boot: 'k3v9qa' })
    const rows = [0, 0, 0.2, 0.2, 0.6].flatMap((level, k) => [1e6 + 1000 * k, -70, 1, level])
    addToRecording(recording, { spikes: [], rows: Float64Array.from(rows) })
    expect(knobTurns(recording)).toEqual([
      { atMs: 0, level: 0 },
      { atMs: 2, level: 0.2 },
      { atMs: 4, level: 0.6 },
    ])
  })

  it('has a name that every file system takes', () => {
    expect(fileName(' Übung 1: a/b*?', 'spikes.csv')).toBe('Übung-1-a-b--spikes.csv')
    expect(fileName('///', 'x')).toBe('--x')
  })
})
