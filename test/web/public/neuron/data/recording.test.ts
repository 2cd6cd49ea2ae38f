import { describe, expect, it } from 'vitest'
import { readColumns } from '../../../../../src/fields/parse-time-columns.ts'
import { neuronFrom } from '../../../../../src/neuron/params.ts'
import {
  addToRecording,
  durationS,
  fileName,
  jsonLines,
  knobTurns,
  missingSpikes,
  spikesCsv,
  startRecording,
  traceCsv,
} from '../../../../../src/web/public/neuron/data/recording.ts'
import { csvRows } from '../../../page-interactions.ts'
import { framesOfFakeNeuron } from './frames-of-fake-neuron.ts'

describe('a recording', () => {
  it('holds every spike under its number, and says how long it is', async () => {
    const { neuron, pass, frame } = framesOfFakeNeuron({ tauMs: 20 })
    neuron.turnKnob(0.8)
    await pass(2000)
    const recording = startRecording('a', { id: 'pi-a', boot: 'k3v9qa' })
    addToRecording(recording, frame())
    const rows = csvRows(spikesCsv(recording, 'comma-point'))
    expect(rows.map(({ seq }) => Number(seq))).toEqual(neuron.spikes.map(spike => spike.seq))
    expect([missingSpikes(recording), durationS(recording)]).toEqual([0, expect.closeTo(2, 1)])
  })

  it('has t_ms from its start in model time, and the parameters with their changes, for an English and a German sheet', () => {
    const recording = startRecording('Übung', { id: 'pi-a', boot: 'k3v9qa' })
    const params = { ...neuronFrom({ tauMs: 100 }, 7), minNa: 0, maxNa: 3, speed: 1 }
    const startUs = 1_795_198_454_000_000
    recording.params.push({ tUs: startUs, params }, { tUs: startUs + 4000, params: { ...params, speed: 0.5 } })
    const rows = [0, 2, 4, 8].flatMap(ms => [startUs + 1000 * ms, -70.25, 1.55, 0.5])
    const spike = { seq: 9, tUs: startUs + 6000, isiMs: 84.73, late: false, speed: 0.5 }
    addToRecording(recording, { spikes: [spike], rows: Float64Array.from(rows) })

    const english = spikesCsv(recording, 'comma-point')
    expect(english.split('\n').slice(0, 2)).toEqual([
      '# neurond recording "Übung" of pi-a, 2026-11-20T18:14:14.000Z',
      '# t_ms: model time since the start; unix_us: clock of the neuron, since 1970',
    ])
    expect(english).toContain('\n# tauMs 100 ms\n')
    expect(english).toContain('\n# from t_ms 4.0: speed 0.5\n')
    expect(english).toContain(
      '\nt_ms,isi_ms,seq,boot,unix_us,late,speed\n5.0000,84.7300,9,k3v9qa,1795198454006000,0,0.5\n',
    )
    const german = traceCsv(recording, 'semicolon-comma')
    expect(csvRows(german, ';').map(({ t_ms, v_mv, i_na }) => [t_ms, v_mv, i_na])).toEqual([
      ['0,000', '-70,25', '1,55'],
      ['2,000', '-70,25', '1,55'],
      ['4,000', '-70,25', '1,55'],
      ['6,000', '-70,25', '1,55'],
    ])
    // As a current it is read by the stimulus form and by the simulation.
    const { tMs, values, faults } = readColumns(german, 'i_na', { isCurrent: true })
    expect([tMs, values, faults]).toEqual([[0, 2, 4, 6], [1.55, 1.55, 1.55, 1.55], []])
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
