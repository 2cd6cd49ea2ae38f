import { describe, expect, it } from 'vitest'
import { guardNeuron } from '../../src/daemon/guarded-neuron.ts'
import type { LessonRules } from '../../src/lessons/rules.ts'
import type { LiveParams } from '../../src/loop/control/live-params.ts'
import { openParameterStore } from '../../src/loop/control/parameter-store.ts'
import type { TraceListener } from '../../src/loop/host/trace.ts'
import type { Snapshot } from '../../src/loop/types.ts'
import { neuronFrom } from '../../src/neuron/params.ts'

const KNOB = { minNa: 0, maxNa: 3, speed: 1 }
const BEFORE: LiveParams = { ...neuronFrom({ seed: 7 }), ...KNOB }
const HIDDEN: LiveParams = {
  ...neuronFrom({ restMv: -63.7, thresholdMv: -48.3, resetMv: -63.7, resistanceMohm: 11.9, tauMs: 137, seed: 4711 }),
  ...KNOB,
}
const MYSTERY: LessonRules = {
  conceals: ['params'],
  locks: ['params', 'speed', 'preset'],
  allowedShapes: [],
}
const REVEALED: LessonRules = { ...MYSTERY, conceals: [] }
const NONE = new Float64Array()
const LOCKED = { ok: false, error: { code: 'locked' } }

function openGuarded() {
  const changes: (readonly string[])[] = []
  const samples = new Set<TraceListener>()
  const parameters = openParameterStore(
    BEFORE,
    () => true,
    changed => changes.push(guarded.toldChanges(changed)),
  )
  const guarded = guardNeuron(parameters, {
    snapshot: () => ({ vMv: -63.7, iNa: 1 }) as Snapshot,
    onSamples(listener) {
      samples.add(listener)
      return () => samples.delete(listener)
    },
  })
  const begin = (rules = MYSTERY) => {
    guarded.setRules(rules)
    parameters.replaceAll(HIDDEN)
  }
  return { parameters, guarded, changes, samples, begin }
}

describe('a hidden neuron', () => {
  it('is told as null, beside the range of the knob and the speed', () => {
    const { guarded, begin } = openGuarded()
    begin()
    const { params } = guarded.params()
    expect(params).toMatchObject({ model: null, restMv: null, tauMs: null, seed: null, ...KNOB })
    expect(Object.keys(params).sort()).toEqual(Object.keys(BEFORE).sort())
  })

  it('is in no reply to a patch, a preset or a speed, whoever asks', () => {
    const { guarded, begin } = openGuarded()
    begin({ ...MYSTERY, locks: [] })
    const { patch, command } = guarded.control
    const replies = [patch({}), patch({ maxNa: 3 }), command('speed', { speed: 2 }), patch({ noiseMv: 0 }, 'teacher')]
    for (const reply of replies) expect(reply).toMatchObject({ ok: true, result: { restMv: null, maxNa: 3 } })
    expect(JSON.stringify(replies)).not.toMatch(/63\.7|48\.3|11\.9|137|4711/)
  })

  it('is in no refusal: what does not fit it is refused without its values', () => {
    const { guarded, begin } = openGuarded()
    begin()
    const refused = [
      guarded.control.patch({ resetMv: -40 }, 'teacher'),
      guarded.control.patch({ resetMv: -40, tauMs: -1 }, 'teacher'),
      guarded.control.patch({ resetMv: -40, nonsense: 1 }, 'teacher'),
      guarded.control.patch({ capacitanceNf: 1e5 }, 'teacher'),
    ]
    expect(refused.map(reply => !reply.ok && reply.error.message)).toEqual([
      'resetMv does not fit the other parameters, which the lesson hides',
      'tauMs is -1, must be a number above 0 to 100000 ms',
      expect.stringContaining('nonsense is not a parameter'),
      'capacitanceNf does not fit the other parameters, which the lesson hides',
    ])
  })

  it('leaves it open which of its parameters are others than before', () => {
    const { changes, begin } = openGuarded()
    begin()
    expect(changes).toEqual([[], Object.keys(neuronFrom({}))])
  })

  it('counts as changed when it is hidden and when it is revealed, so that everybody is told anew', () => {
    const { guarded, changes, begin } = openGuarded()
    begin()
    const { rev } = guarded.params()
    guarded.setRules(REVEALED)
    expect(guarded.params()).toEqual({ rev: rev + 1, params: HIDDEN })
    expect(changes.at(-1)).toEqual([])
    guarded.setRules({ ...REVEALED, locks: [] })
    expect(guarded.params().rev).toBe(rev + 1)
  })
})

describe('hidden V', () => {
  it('is in no snapshot and no row of the trace', () => {
    const { guarded, samples } = openGuarded()
    const seen: number[] = []
    guarded.onSamples(rows => seen.push(...rows))
    const tell = (rows: readonly number[]) =>
      samples.forEach(listen => void listen(Float64Array.from(rows), NONE, NONE))
    tell([1, -63.7, 1.5, 0.5])
    guarded.setRules({ ...MYSTERY, conceals: ['V'] })
    tell([2, -63.7, 1.5, 0.5, 3, -63.6, 1.5, 0.5])
    expect(seen).toEqual([1, -63.7, 1.5, 0.5, 2, Number.NaN, 1.5, 0.5, 3, Number.NaN, 1.5, 0.5])
    expect(guarded.snapshot()).toEqual({ vMv: Number.NaN, iNa: 1 })
  })
})

describe('a lock', () => {
  it('refuses students and lets the teacher pass, until the lesson is over', () => {
    const { guarded } = openGuarded()
    const { patch, command } = guarded.control
    guarded.setRules(REVEALED)
    expect(patch({ tauMs: 20 })).toMatchObject(LOCKED)
    expect(command('preset', { name: 'bio' }, 'student')).toMatchObject(LOCKED)
    expect(patch({ tauMs: 20 }, 'teacher')).toMatchObject({ ok: true, result: { tauMs: 20 } })
    expect(command('stim', { iNa: 1 })).toMatchObject({ ok: true })
    guarded.setRules(null)
    expect(patch({ tauMs: 30 })).toMatchObject({ ok: true })
  })
})
